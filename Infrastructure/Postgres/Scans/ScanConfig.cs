using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>What a scan extracts and how: the start request without its token, as it is kept in <c>scan_jobs.config</c>.</summary>
public sealed record ScanConfig
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The properties asked for, each once; null: HubSpot's standard deal properties.</summary>
    public IReadOnlyList<string>? Properties { get; init; }

    /// <summary>The internal id of the one stage wanted; null: any.</summary>
    public string? DealStage { get; init; }

    /// <summary>The internal id of the one pipeline wanted; null: any.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Whether archived deals are extracted too.</summary>
    public bool IncludeArchived { get; init; }

    /// <summary>The days wanted; null: any.</summary>
    public DealDateRange? DateRange { get; init; }

    /// <summary>Deals asked for per request, 1 to 100.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>How often a failed request is tried again, 0 to 10.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Whether only some of the portal's deals are wanted.</summary>
    [JsonIgnore]
    public bool IsFiltered => DealStage is not null || Pipeline is not null || DateRange is not null;

    /// <summary>The config as JSON, for the database.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The config of <see cref="ToJson"/>.</summary>
    public static ScanConfig FromJson(string json) =>
        JsonSerializer.Deserialize<ScanConfig>(json, Json) ?? throw new JsonException("a scan's config is not null");

    /// <summary>Whether both extract the same deals and properties, in whatever order they name them and however fast.</summary>
    public bool ExtractsTheSameAs(ScanConfig other) =>
        DealStage == other.DealStage
        && Pipeline == other.Pipeline
        && IncludeArchived == other.IncludeArchived
        && DateRange == other.DateRange
        && (Properties is null) == (other.Properties is null)
        && (Properties ?? []).ToHashSet(StringComparer.Ordinal).SetEquals(other.Properties ?? []);
}

/// <summary>Whole days in UTC, both ends included; an absent end is open.</summary>
/// <param name="Property"><c>createdate</c>, <c>closedate</c> or <c>hs_lastmodifieddate</c>.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
public sealed record DealDateRange(string Property, DateOnly? From, DateOnly? To);
