using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace HubSpotDeals.Api.Console.Start;

/// <summary>
/// Carries an access token from one sending of the form to the next, sealed: it is typed once, and is in no page, no address and no table
/// until a scan is started with it.
/// </summary>
sealed class TokenSeal(IDataProtectionProvider protection)
{
    /// <summary>Long enough to choose some properties.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    readonly ITimeLimitedDataProtector _seal = protection.CreateProtector("console.start").ToTimeLimitedDataProtector();

    internal string Close(string token) => _seal.Protect(token, Lifetime);

    /// <summary>The token; null: it is too old, or was not sealed here.</summary>
    internal string? Open(string sealedToken)
    {
        try
        {
            return _seal.Unprotect(sealedToken);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
