using Microsoft.Extensions.Options;

namespace HubSpotDeals.Infrastructure.Secrets;

/// <summary>How secrets are kept at rest: configuration section <c>Secrets</c>.</summary>
public sealed class SecretsOptions
{
    public const string Section = "Secrets";

    /// <summary>Bytes of <see cref="Key"/>.</summary>
    public const int KeyBytes = 32;

    /// <summary>
    /// Base64 of 32 random bytes, the same on every node, kept outside the database: it seals the key ring there.
    /// Absent: the ring is stored as it is, and whoever reads the database can read the tokens.
    /// </summary>
    public string? Key { get; set; }
}

/// <summary>Refuses a key that is none. The value is a secret and is not repeated.</summary>
sealed class SecretsOptionsValidator : IValidateOptions<SecretsOptions>
{
    public ValidateOptionsResult Validate(string? name, SecretsOptions options)
    {
        Span<byte> key = stackalloc byte[SecretsOptions.KeyBytes];
        return string.IsNullOrEmpty(options.Key)
            || (Convert.TryFromBase64String(options.Key, key, out var bytes) && bytes == SecretsOptions.KeyBytes)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    $"{SecretsOptions.Section}__Key is not {SecretsOptions.KeyBytes} bytes in base64: "
                    + $"make one with 'openssl rand -base64 {SecretsOptions.KeyBytes}'.");
    }
}
