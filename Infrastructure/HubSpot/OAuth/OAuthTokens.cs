namespace HubSpotDeals.Infrastructure.HubSpot.OAuth;

/// <summary>What a consent, or a refresh, is exchanged for. Both tokens are secrets.</summary>
/// <param name="Access">Opens the portal, for a while.</param>
/// <param name="Refresh">Brings new access tokens until the app is uninstalled.</param>
/// <param name="ExpiresIn">How long the access token lasts from now.</param>
public sealed record OAuthTokens(AccessToken Access, AccessToken Refresh, TimeSpan ExpiresIn)
{
    // A record would print its members.
    public override string ToString() => $"tokens for {ExpiresIn}";
}

/// <summary>Whose an access token is.</summary>
/// <param name="HubId">The portal.</param>
/// <param name="AppId">This service's app; null: HubSpot does not say.</param>
/// <param name="Scopes">What it may be used for.</param>
public sealed record OAuthGrant(long HubId, long? AppId, IReadOnlyList<string> Scopes);

/// <summary>HubSpot refuses to give tokens, for a reason that asking again does not mend.</summary>
/// <param name="code">HubSpot's word for it, such as <c>BAD_AUTH_CODE</c> or <c>BAD_REFRESH_TOKEN</c>.</param>
/// <param name="message">In a sentence; no token is in it.</param>
public sealed class OAuthRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
