using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Scans;

/// <summary>A portal's scans in figures; all zero and null of a portal that has none.</summary>
/// <param name="OrganizationId">The portal.</param>
/// <param name="TotalScans">All its scans, also those that wait, run or are paused.</param>
/// <param name="CompletedScans">Those that completed.</param>
/// <param name="FailedScans">Those that failed.</param>
/// <param name="CancelledScans">Those that were cancelled.</param>
/// <param name="TotalDealsExtracted">Deals stored, over all scans.</param>
/// <param name="AverageDealsPerScan">Of all scans, whole deals.</param>
/// <param name="AverageScanDuration">Of the completed ones, such as <c>4m 30s</c>; null: there are none.</param>
/// <param name="LastScanDate">When the youngest scan was started; null: there is none.</param>
/// <param name="SuccessRate">Completed scans among all, in percent with at most two decimals.</param>
public sealed record ScanStatistics(
    string OrganizationId,
    long TotalScans,
    long CompletedScans,
    long FailedScans,
    long CancelledScans,
    long TotalDealsExtracted,
    long AverageDealsPerScan,
    string? AverageScanDuration,
    DateTime? LastScanDate,
    decimal SuccessRate)
{
    /// <summary>The API document's example.</summary>
    internal static ScanStatistics Example { get; } = new(
        "12345678", TotalScans: 12, CompletedScans: 10, FailedScans: 1, CancelledScans: 1, TotalDealsExtracted: 18_500,
        AverageDealsPerScan: 1_541, "4m 30s", new DateTime(2024, 12, 7, 10, 30, 0, DateTimeKind.Utc), SuccessRate: 83.33m);

    internal static ScanStatistics Of(string portalId, ScanTotals totals) => new(
        portalId,
        totals.Total,
        totals.Completed,
        totals.Failed,
        totals.Cancelled,
        totals.Deals,
        totals.AverageDeals,
        totals.AverageDuration is { } duration ? DurationText.Of(duration) : null,
        totals.LastStartedAt,
        totals.SuccessRate);
}
