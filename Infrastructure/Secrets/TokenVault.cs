using System.Security.Cryptography;
using System.Text;
using HubSpotDeals.Infrastructure.HubSpot;
using Microsoft.AspNetCore.DataProtection;

namespace HubSpotDeals.Infrastructure.Secrets;

/// <summary>Encrypts access tokens for the database. Every node that shares the key ring can open what any of them sealed.</summary>
public sealed class TokenVault
{
    readonly IDataProtectionProvider _protection;

    internal TokenVault(IDataProtectionProvider protection) => _protection = protection;

    /// <summary>Encrypts a token so that it opens for this scan only: moved to another scan's row, it is worthless.</summary>
    /// <exception cref="SecretsException">The key ring can't be read.</exception>
    public byte[] Protect(Guid scanId, AccessToken token)
    {
        var secret = Encoding.UTF8.GetBytes(token.Reveal());
        try
        {
            return ProtectorOf(scanId).Protect(secret);
        }
        catch (CryptographicException broken)
        {
            throw new SecretsException(
                $"The token of scan {scanId} can't be encrypted: "
                + "the key ring in hubspot_deals.data_protection_keys can't be used.", broken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <exception cref="SecretsException">The row is another scan's, was changed, or its key is not in the ring any more.</exception>
    public AccessToken Unprotect(Guid scanId, byte[] protectedToken)
    {
        try
        {
            var secret = ProtectorOf(scanId).Unprotect(protectedToken);
            var token = AccessToken.Parse(Encoding.UTF8.GetString(secret));
            CryptographicOperations.ZeroMemory(secret);
            return token;
        }
        catch (CryptographicException broken)
        {
            throw new SecretsException(
                $"The stored token of scan {scanId} can't be decrypted: it was changed, belongs to another scan, or its key is not in "
                + "hubspot_deals.data_protection_keys. Start the scan again with a fresh token; it goes on from its checkpoint.", broken);
        }
    }

    IDataProtector ProtectorOf(Guid scanId) => _protection.CreateProtector("HubSpotDeals.AccessToken", scanId.ToString("N"));
}
