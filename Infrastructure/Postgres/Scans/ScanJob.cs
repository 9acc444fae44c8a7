using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>A scan as the database has it: its row in <c>scan_jobs</c> and the sums over its segments.</summary>
public sealed record ScanJob
{
    public required Guid Id { get; init; }

    /// <summary>Names the partition of its deals.</summary>
    public required long Number { get; init; }

    public required string ScanId { get; init; }

    public required string PortalId { get; init; }

    public required ScanStatus Status { get; init; }

    public required ScanConfig Config { get; init; }

    /// <summary>The access token, encrypted; null once the scan has completed.</summary>
    public byte[]? Token { get; init; }

    /// <summary>The columns of its partition; null until it is planned.</summary>
    public IReadOnlyList<DealColumn>? Columns { get; init; }

    /// <summary>HubSpot's own count for the same filter; at the end, what was there.</summary>
    public long? TotalDeals { get; init; }

    public long ProcessedDeals { get; init; }

    public long FailedDeals { get; init; }

    public long Pages { get; init; }

    public long Requests { get; init; }

    public long Retries { get; init; }

    /// <summary>Over the last part of the run.</summary>
    public double? DealsPerSecond { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>Runs since the last stored page that ended without storing one.</summary>
    public int FailedAttempts { get; init; }

    public long LeaseEpoch { get; init; }

    /// <summary>The cursor of the segment that stored a page last; null if that segment is done.</summary>
    public string? Cursor { get; init; }

    /// <summary>The id of the deal stored last; null until the first page is stored.</summary>
    public long? LastId { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime StartedAt { get; init; }

    /// <summary>When it was planned: what changed before, it must have. Null until then.</summary>
    public DateTime? PlannedAt { get; init; }

    public DateTime? CompletedAt { get; init; }

    /// <summary>It is not taken before this; of a paused one: when it goes on by itself. Null: at once, or not by itself.</summary>
    public DateTime? RunAfter { get; init; }

    /// <summary>What its verification came to; null: it has none yet.</summary>
    public string? Verdict { get; init; }

    /// <summary>The number of the last <see cref="ScanEvent"/> of its log; 0: it has none.</summary>
    public long LastEvent { get; init; }

    /// <summary>The last sign of life: of the row, or of a segment that stored a page.</summary>
    public required DateTime UpdatedAt { get; init; }

    /// <summary>The database's clock at the time of reading.</summary>
    public required DateTime ReadAt { get; init; }

    /// <summary>The partition of its deals.</summary>
    public DealTable Table => new(TenantSchema.Of(PortalId), Number);
}
