using System.Diagnostics.CodeAnalysis;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>
/// A HubSpot access token: a private app's (<c>pat-na1-…</c>), a service key or an OAuth token.
/// It prints as <c>***</c> wherever it is formatted; only <see cref="Reveal"/> gives the secret away.
/// </summary>
public readonly record struct AccessToken
{
    /// <summary>The longest token that is taken: HubSpot's OAuth tokens are some 430 characters and may grow.</summary>
    public const int MaxLength = 4096;

    readonly string? _secret;

    AccessToken(string secret) => _secret = secret;

    /// <summary>Takes a token as it was typed or configured; white space around it is dropped.</summary>
    /// <returns>False if the text can't be a bearer token: empty, too long, or with characters no HTTP header may carry.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out AccessToken token)
    {
        token = default;
        var secret = text?.Trim();
        if (secret is null or { Length: 0 or > MaxLength } || !secret.All(static c => c is > ' ' and < '\x7f'))
        {
            return false;
        }
        token = new AccessToken(secret);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, for a token that is known to be well formed.</summary>
    /// <exception cref="FormatException">The text can't be a bearer token. The message does not repeat it.</exception>
    public static AccessToken Parse(string text) => TryParse(text, out var token)
        ? token
        : throw new FormatException($"An access token is 1 to {MaxLength} visible ASCII characters without blanks.");

    /// <summary>The secret itself, for the Authorization header and for encryption. Nothing else may call this.</summary>
    /// <exception cref="InvalidOperationException">The token is <c>default</c>: there is no secret in it.</exception>
    public string Reveal() => _secret ?? throw new InvalidOperationException("This access token is empty: it was never parsed.");

    /// <summary><c>***</c>, always.</summary>
    public override string ToString() => "***";
}
