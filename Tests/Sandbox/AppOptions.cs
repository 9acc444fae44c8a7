namespace HubSpotDeals.Sandbox;

/// <summary>A public app: it asks users for access to their portals, and exchanges what they grant for tokens.</summary>
public sealed record AppOptions
{
    /// <summary>The app that a sandbox has unless told otherwise: it may ask for everything and be sent anywhere.</summary>
    public static AppOptions Default { get; } = new()
    {
        ClientId = "5e6f7a8b-1111-2222-3333-444455556666",
        ClientSecret = "9c0d1e2f-7777-8888-9999-aaaabbbbcccc",
    };

    public required string ClientId { get; init; }

    public required string ClientSecret { get; init; }

    /// <summary>The app's number, as it appears in limit groups and token details.</summary>
    public long AppId { get; init; } = 2_345_678;

    public string Name { get; init; } = "Sandbox app";

    /// <summary>Where users may be sent back to; empty: anywhere.</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>What it may ask for in <c>scope</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = SandboxScopes.All;

    /// <summary>What it may ask for in <c>optional_scope</c> besides.</summary>
    public IReadOnlyList<string> OptionalScopes { get; init; } = [];

    /// <summary>How long a code may wait to be exchanged.</summary>
    public TimeSpan CodeLifetime { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Each refresh brings a new refresh token and ends the old one; HubSpot's stay the same.</summary>
    public bool RotatesRefreshTokens { get; init; }
}
