using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Infrastructure.Secrets;

/// <summary>
/// Seals an element of the key ring with <c>Secrets__Key</c> (AES-256-GCM) before it goes into the database, and opens it again.
/// The whole element is sealed, not only the key inside it, so that a ring that can't be opened fails loudly where it is read:
/// Data Protection itself would pass over keys it can't decrypt and quietly make new ones, which the other nodes could not read.
/// </summary>
sealed class KeyRingSeal(IOptions<SecretsOptions> options)
{
    const string ElementName = "sealed";
    const string FingerprintName = "with";

    static readonly int NonceBytes = AesGcm.NonceByteSizes.MaxSize;
    static readonly int TagBytes = AesGcm.TagByteSizes.MaxSize;

    readonly byte[]? _key = options.Value.Key is { Length: > 0 } key ? Convert.FromBase64String(key) : null;

    /// <summary>False: elements pass through as they are.</summary>
    public bool IsActive => _key is not null;

    public static bool IsSealed(XElement element) => element.Name == ElementName;

    /// <param name="element">An element of the key ring.</param>
    /// <param name="name">The row it is stored under: a sealed element opens under no other.</param>
    public XElement Seal(XElement element, string name)
    {
        if (_key is null || IsSealed(element))
        {
            return element;
        }
        var plain = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        var box = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using (var aes = new AesGcm(_key, TagBytes))
        {
            aes.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes, plain.Length), box.AsSpan(NonceBytes + plain.Length),
                Encoding.UTF8.GetBytes(name));
        }
        CryptographicOperations.ZeroMemory(plain);
        return new XElement(ElementName, new XAttribute(FingerprintName, Fingerprint(_key)), Convert.ToBase64String(box));
    }

    /// <exception cref="SecretsException">It was sealed with another key, or changed since.</exception>
    public XElement Open(XElement element, string name)
    {
        if (!IsSealed(element))
        {
            return element;
        }
        var sealedWith = element.Attribute(FingerprintName)?.Value;
        if (_key is null)
        {
            throw new SecretsException(
                $"The key ring in the database is sealed (key {sealedWith}) and Secrets__Key is not set: "
                + "set it to the value that the other nodes have.");
        }
        if (!string.Equals(sealedWith, Fingerprint(_key), StringComparison.Ordinal))
        {
            throw new SecretsException(
                $"Secrets__Key (key {Fingerprint(_key)}) does not open the key ring in the database, "
                + $"which is sealed with another (key {sealedWith}): "
                + "set Secrets__Key to the value that the other nodes have.");
        }
        try
        {
            var box = Convert.FromBase64String(element.Value).AsSpan();
            var plain = new byte[box.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(box[..NonceBytes], box[NonceBytes..^TagBytes], box[^TagBytes..], plain, Encoding.UTF8.GetBytes(name));
            return XElement.Parse(Encoding.UTF8.GetString(plain));
        }
        catch (Exception broken) when (broken is CryptographicException or FormatException or ArgumentException or OverflowException)
        {
            throw new SecretsException(
                $"The row '{name}' of the key ring was changed since it was sealed: restore the table from a backup.", broken);
        }
    }

    /// <summary>Tells keys apart in messages. Eight hex digits of a hash of 32 random bytes give nothing of them away.</summary>
    static string Fingerprint(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 4));
}
