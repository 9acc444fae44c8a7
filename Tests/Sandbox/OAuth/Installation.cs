using HubSpotDeals.Sandbox.Gateway;

namespace HubSpotDeals.Sandbox.OAuth;

/// <summary>An app in a portal, as its user granted it. All its access tokens together have one ten-secondly limit.</summary>
sealed class Installation(AppOptions app, Portal portal, IReadOnlyList<string> scopes)
{
    /// <summary>The user who granted it; every portal has the same one.</summary>
    public const long UserId = 28_604_240;

    public const string User = "admin@example.com";

    public AppOptions App => app;

    public Portal Portal => portal;

    public IReadOnlyList<string> Scopes => scopes;

    public string HubDomain => $"portal-{portal.PortalId}.hubspot.com";

    public SlidingWindow Burst { get; } = new(TimeSpan.FromSeconds(10));
}

/// <summary>What an exchange or a refresh brings.</summary>
sealed record TokenPair(string AccessToken, string RefreshToken, Installation Installation);
