namespace HubSpotDeals.Infrastructure.Postgres.Gateway;

/// <summary>A browser session of the contacts gateway, and its connection to HubSpot if it has one.</summary>
public sealed record GatewaySession
{
    /// <summary>SHA-256 of the session's cookie.</summary>
    public required byte[] Id { get; init; }

    /// <summary>The portal; null: it is not connected.</summary>
    public long? HubId { get; init; }

    public long? AppId { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Encrypted.</summary>
    public byte[]? AccessToken { get; init; }

    /// <summary>Encrypted.</summary>
    public byte[]? RefreshToken { get; init; }

    /// <summary>When the access token ends.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>How many access tokens it has had.</summary>
    public int Version { get; init; }

    /// <summary>The database's clock at the time of reading.</summary>
    public DateTime ReadAt { get; init; }

    /// <summary>Whether it has tokens.</summary>
    public bool IsConnected => AccessToken is not null && HubId is not null;
}
