using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace HubSpotDeals.Api.Auth;

/// <summary>Keeps a browser signed in: a cookie that says, sealed, which key its user gave. The key itself is in no cookie.</summary>
/// <remarks>
/// It is sealed by the key ring that all nodes share, and opens nothing but the console's pages and reads of the API: what changes
/// something is a form with a token against forgery, or carries the key. A key that is taken out of the settings ends its cookies.
/// </remarks>
sealed class SignIn(IDataProtectionProvider protection, ApiKeyRing keys)
{
    internal const string Cookie = "hubspot-deals";

    /// <summary>A working day.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    readonly ITimeLimitedDataProtector _seal = protection.CreateProtector("console.sign-in").ToTimeLimitedDataProtector();

    /// <summary>Signs the browser in.</summary>
    /// <param name="context">The request.</param>
    /// <param name="key">What its user gave.</param>
    /// <returns>False: it is nobody's key.</returns>
    internal bool TryEnter(HttpContext context, string key)
    {
        if (keys.Find(key) is null)
        {
            return false;
        }

        context.Response.Cookies.Append(
            Cookie, Convert.ToBase64String(_seal.Protect(ApiKeyRing.HashOf(key), Lifetime)), OptionsFor(context));
        return true;
    }

    /// <summary>Signs it out.</summary>
    internal static void Leave(HttpContext context) => context.Response.Cookies.Delete(Cookie, OptionsFor(context));

    /// <summary>Whose browser it is; null: nobody's, or not any more.</summary>
    internal Caller? Find(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } sealedHash)
        {
            return null;
        }

        try
        {
            return keys.FindHash(_seal.Unprotect(Convert.FromBase64String(sealedHash)));
        }
        catch (Exception stale) when (stale is CryptographicException or FormatException)
        {
            return null;
        }
    }

    static CookieOptions OptionsFor(HttpContext context) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        // A link from elsewhere arrives without it, and the user signs in or reloads; a foreign page can do nothing with it.
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        MaxAge = Lifetime,
    };
}
