using HubSpotDeals.Api.Scans;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Stats;

/// <summary>The service in figures.</summary>
/// <param name="Service">This process.</param>
/// <param name="Scans">All scans in the database, by state.</param>
/// <param name="Deals">What they have stored.</param>
/// <param name="Performance">How well they went.</param>
/// <param name="System">What this process and its machine are at.</param>
public sealed record ServiceStats(
    ServiceStats.ServicePart Service, ServiceStats.ScansPart Scans, ServiceStats.DealsPart Deals, ServiceStats.PerformancePart Performance,
    ServiceStats.SystemPart System)
{
    /// <summary>The API document's example.</summary>
    internal static ServiceStats Example { get; } = new(
        new ServicePart("HubSpot Deals ETL Service", "1.0.0", "7 days, 3 hours, 24 minutes", new DateTimeOffset(2024, 11, 30, 8, 0, 0, TimeSpan.Zero)),
        new ScansPart(Total: 125, Running: 3, Completed: 110, Failed: 8, Cancelled: 4),
        new DealsPart(TotalExtracted: 187_500, AveragePerScan: 1_500),
        new PerformancePart("4m 45s", AverageDealsPerSecond: 5.26m, SuccessRate: 88.0m),
        new SystemPart("512 MB", "15%", "60%", ActiveConnections: 23));

    /// <param name="Name">The service's name.</param>
    /// <param name="Version">The API's version.</param>
    /// <param name="Uptime">Such as <c>7 days, 3 hours, 24 minutes</c>.</param>
    /// <param name="StartedAt">When this process began.</param>
    public sealed record ServicePart(string Name, string Version, string Uptime, DateTimeOffset StartedAt);

    /// <param name="Total">All, also those that wait or are paused.</param>
    /// <param name="Running">Those that run now.</param>
    /// <param name="Completed">Those that completed.</param>
    /// <param name="Failed">Those that failed.</param>
    /// <param name="Cancelled">Those that were cancelled.</param>
    public sealed record ScansPart(long Total, long Running, long Completed, long Failed, long Cancelled)
    {
        internal static ScansPart Of(ScanTotals totals) =>
            new(totals.Total, totals.Running, totals.Completed, totals.Failed, totals.Cancelled);
    }

    /// <param name="TotalExtracted">Deals stored.</param>
    /// <param name="AveragePerScan">Of all scans, whole deals.</param>
    public sealed record DealsPart(long TotalExtracted, long AveragePerScan)
    {
        internal static DealsPart Of(ScanTotals totals) => new(totals.Deals, totals.AverageDeals);
    }

    /// <param name="AverageScanDuration">Of completed scans, such as <c>4m 45s</c>; null: there are none.</param>
    /// <param name="AverageDealsPerSecond">Deals of completed scans per second of their durations; 0: there are none.</param>
    /// <param name="SuccessRate">Completed scans among all, in percent with at most two decimals.</param>
    public sealed record PerformancePart(string? AverageScanDuration, decimal AverageDealsPerSecond, decimal SuccessRate)
    {
        internal static PerformancePart Of(ScanTotals totals) => new(
            totals.AverageDuration is { } duration ? DurationText.Of(duration) : null,
            Math.Round((decimal)Math.Clamp(totals.DealsPerSecond ?? 0, 0, 1e12), 2, MidpointRounding.AwayFromZero) + 0.0m,
            totals.SuccessRate);
    }

    /// <param name="MemoryUsage">This process's resident memory, such as <c>512 MB</c>.</param>
    /// <param name="CpuUsage">Its share of the machine's processors since the last look, such as <c>15%</c>.</param>
    /// <param name="DiskUsage">How full its disk is, such as <c>60%</c>; <c>unknown</c> where that can't be told.</param>
    /// <param name="ActiveConnections">Sessions with the database, of all processes that use it.</param>
    public sealed record SystemPart(string MemoryUsage, string CpuUsage, string DiskUsage, long ActiveConnections);
}
