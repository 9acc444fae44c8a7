using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Scans;

/// <summary>A start that was taken.</summary>
/// <param name="ScanId">The user's name for it.</param>
/// <param name="OrganizationId">The portal.</param>
/// <param name="Status">Its state.</param>
/// <param name="JobId">The scan's one UUID, the same as <see cref="ScanReport.Id"/>.</param>
/// <param name="StartedAt">When it was first started.</param>
/// <param name="Resumed">True of a scan that goes on from its last checkpoint; left out of a new one's answer.</param>
public sealed record StartedScan(
    string ScanId,
    string OrganizationId,
    string Status,
    Guid JobId,
    DateTime StartedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Resumed = null)
{
    internal static StartedScan Of(ScanJob scan, bool resumed) =>
        new(scan.ScanId, scan.PortalId, scan.Status.Text(), scan.Id, scan.StartedAt, resumed ? true : null);
}

/// <summary>Where a scan stands.</summary>
/// <param name="Id">The scan's one UUID.</param>
/// <param name="ScanId">The user's name for it.</param>
/// <param name="OrganizationId">The portal.</param>
/// <param name="Status">Its state.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Timing">How long it has taken.</param>
/// <param name="Checkpoint">Where it would go on; null until the first page is stored.</param>
/// <param name="Verification">
/// Whether a completed scan has every deal: <c>exact</c>, <c>complete</c>, <c>incomplete</c> or <c>unverified</c>; left out until it has completed.
/// The whole finding: <c>GET /api/v1/scan/{scan_id}/verification</c>.
/// </param>
/// <param name="ErrorMessage">Why it has stopped, or what it waits for.</param>
/// <param name="CreatedAt">When it was first asked for.</param>
/// <param name="UpdatedAt">Its last sign of life.</param>
public sealed record ScanReport(
    Guid Id,
    string ScanId,
    string OrganizationId,
    string Status,
    ScanReport.ProgressPart Progress,
    ScanReport.TimingPart Timing,
    ScanReport.CheckpointPart? Checkpoint,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Verification,
    string? ErrorMessage,
    DateTime CreatedAt,
    DateTime UpdatedAt)
{
    internal static ScanReport Of(ScanJob scan) => new(
        scan.Id,
        scan.ScanId,
        scan.PortalId,
        scan.Status.Text(),
        new ProgressPart(
            scan.TotalDeals ?? 0,
            scan.ProcessedDeals,
            scan.FailedDeals,
            ScanProgress.PercentComplete(scan),
            ScanProgress.DealsPerSecond(scan)),
        new TimingPart(
            scan.StartedAt, scan.CompletedAt, (long)ScanProgress.Elapsed(scan).TotalSeconds, ScanProgress.EstimatedRemainingSeconds(scan),
            scan.Status == ScanStatus.Paused ? scan.RunAfter : null),
        CheckpointPart.Of(scan),
        scan.Status == ScanStatus.Completed ? scan.Verdict : null,
        scan.ErrorMessage,
        scan.CreatedAt,
        scan.UpdatedAt);

    /// <param name="TotalDeals">HubSpot's count for the same filter; 0 until it is known.</param>
    /// <param name="ProcessedDeals">Deals stored.</param>
    /// <param name="FailedDeals">Deals that could not be stored, and were kept as they came.</param>
    /// <param name="PercentComplete">0 to 100.</param>
    /// <param name="DealsPerSecond">Of the last part of the run.</param>
    public sealed record ProgressPart(
        long TotalDeals, long ProcessedDeals, long FailedDeals, decimal PercentComplete, decimal DealsPerSecond);

    /// <param name="StartedAt">When it was first started.</param>
    /// <param name="CompletedAt">When it ended, in whichever way; null: it has not.</param>
    /// <param name="ElapsedSeconds">Between the two, or until now.</param>
    /// <param name="EstimatedRemainingSeconds">Null where it can't be told.</param>
    /// <param name="ResumesAt">When a paused scan goes on by itself, because its portal's day begins anew; left out where it does not.</param>
    public sealed record TimingPart(
        DateTime StartedAt,
        DateTime? CompletedAt,
        long ElapsedSeconds,
        long? EstimatedRemainingSeconds,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? ResumesAt = null);

    /// <param name="LastProcessedId">HubSpot's id of the deal stored last; null if the pages so far held none that could be.</param>
    /// <param name="Cursor">Where the next page begins, in base64: HubSpot's, and nobody else's to read. Null at an end.</param>
    /// <param name="PageNumber">Pages stored.</param>
    public sealed record CheckpointPart(string? LastProcessedId, string? Cursor, long PageNumber)
    {
        /// <summary>Null until the first page is stored.</summary>
        internal static CheckpointPart? Of(ScanJob scan) => scan.Pages == 0 ? null : new(
            scan.LastId?.ToString(CultureInfo.InvariantCulture),
            scan.Cursor is { } cursor ? Convert.ToBase64String(Encoding.UTF8.GetBytes(cursor)) : null,
            scan.Pages);
    }
}

/// <summary>A page of the list of scans.</summary>
public sealed record ScanPage(IReadOnlyList<ScanSummary> Scans, Pagination Pagination);

/// <summary>A scan in the list.</summary>
/// <param name="ScanId">The user's name for it.</param>
/// <param name="OrganizationId">The portal.</param>
/// <param name="Status">Its state.</param>
/// <param name="TotalDeals">HubSpot's count; 0 until it is known.</param>
/// <param name="ProcessedDeals">Deals stored.</param>
/// <param name="StartedAt">When it was first started.</param>
/// <param name="CompletedAt">When it ended, in whichever way; null: it has not.</param>
/// <param name="Duration">How long it took or has taken so far, such as <c>5m 15s</c>; null while it waits for its beginning.</param>
public sealed record ScanSummary(
    string ScanId,
    string OrganizationId,
    string Status,
    long TotalDeals,
    long ProcessedDeals,
    DateTime StartedAt,
    DateTime? CompletedAt,
    string? Duration)
{
    internal static ScanSummary Of(ScanJob scan) => new(
        scan.ScanId,
        scan.PortalId,
        scan.Status.Text(),
        scan.TotalDeals ?? 0,
        scan.ProcessedDeals,
        scan.StartedAt,
        scan.CompletedAt,
        ScanProgress.Duration(scan));
}
