namespace HubSpotDeals.Infrastructure.Postgres.Embedded;

/// <summary>Where a private PostgreSQL keeps its data and how it runs.</summary>
public sealed class EmbeddedPostgresOptions
{
    /// <summary>The directory that holds the cluster, its password file and its log; made (mode 0700) when it is not there, and kept.</summary>
    public required string Directory { get; init; }

    /// <summary>The database that <see cref="EmbeddedPostgres.ConnectionString"/> names; made when it is not there.</summary>
    public string Database { get; init; } = "hubspot_deals";

    /// <summary>PostgreSQL settings, name to value, over those of <see cref="ServerSettings"/>; they hold for this run only.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long a start may take, a recovery after a power cut and another server's shutdown included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a fast shutdown may take before PostgreSQL is made to end (and recovers at its next start); whole seconds.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
