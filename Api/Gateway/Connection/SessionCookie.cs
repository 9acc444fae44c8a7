using System.Buffers.Text;
using System.Security.Cryptography;

namespace HubSpotDeals.Api.Gateway.Connection;

/// <summary>The cookie of a gateway's browser session: 32 random bytes, of which the service keeps only the hash.</summary>
static class SessionCookie
{
    internal const string Name = "hubspot-session";

    const int Bytes = 32;

    /// <summary>The id of the request's session; null: it has none.</summary>
    internal static byte[]? Read(HttpContext context)
    {
        var text = context.Request.Cookies[Name];
        return text is { Length: > 0 and < 100 } && Base64Url.IsValid(text, out var length) && length == Bytes ? IdOf(text) : null;
    }

    /// <summary>Gives the browser a new session.</summary>
    /// <returns>Its id.</returns>
    internal static byte[] Issue(HttpContext context)
    {
        var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        context.Response.Cookies.Append(Name, text, OptionsFor(context));
        return IdOf(text);
    }

    internal static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name, OptionsFor(context));

    /// <summary>What the service keeps of a random text that somebody else carries.</summary>
    internal static byte[] IdOf(string text) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text));

    static CookieOptions OptionsFor(HttpContext context) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        // Lax, not strict: HubSpot's page sends the browser back, and it must be known then. Forms and scripts of other sites go without it.
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/api/hs",
        MaxAge = Infrastructure.Postgres.Gateway.GatewaySessions.Lifetime,
    };
}
