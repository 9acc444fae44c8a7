using System.Globalization;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Scans.Steering;

/// <summary>A cancel that was done.</summary>
/// <param name="ScanId">The scan.</param>
/// <param name="Status"><c>cancelled</c>.</param>
/// <param name="ProcessedDeals">What it has stored, and keeps.</param>
/// <param name="CancelledAt">From then on nothing more is stored.</param>
public sealed record CancelledScan(string ScanId, string Status, long ProcessedDeals, DateTime CancelledAt)
{
    internal static CancelledScan Example { get; } = new(SteeringExamples.ScanId, "cancelled", 750, SteeringExamples.Time);

    internal static CancelledScan Of(ScanJob scan) => new(scan.ScanId, scan.Status.Text(), scan.ProcessedDeals, scan.CompletedAt ?? scan.UpdatedAt);
}

/// <summary>A pause that was done.</summary>
/// <param name="ScanId">The scan.</param>
/// <param name="Status"><c>paused</c>.</param>
/// <param name="ProcessedDeals">What it has stored, and keeps.</param>
/// <param name="PausedAt">From then on nothing more is stored until it is resumed.</param>
public sealed record PausedScan(string ScanId, string Status, long ProcessedDeals, DateTime PausedAt)
{
    internal static PausedScan Example { get; } = new(SteeringExamples.ScanId, "paused", 750, SteeringExamples.Time);

    internal static PausedScan Of(ScanJob scan) => new(scan.ScanId, scan.Status.Text(), scan.ProcessedDeals, scan.UpdatedAt);
}

/// <summary>A resume that was done.</summary>
/// <param name="ScanId">The scan.</param>
/// <param name="Status"><c>pending</c>: a worker takes it within moments.</param>
/// <param name="ProcessedDeals">What it has stored; it goes on behind that.</param>
/// <param name="ResumedAt">When it was queued.</param>
public sealed record ResumedScan(string ScanId, string Status, long ProcessedDeals, DateTime ResumedAt)
{
    internal static ResumedScan Example { get; } = new(SteeringExamples.ScanId, "pending", 750, SteeringExamples.Time);

    internal static ResumedScan Of(ScanJob scan) => new(scan.ScanId, scan.Status.Text(), scan.ProcessedDeals, scan.UpdatedAt);
}

/// <summary>A removal that was done.</summary>
/// <param name="ScanId">The scan that was; its id is free again.</param>
/// <param name="DealsRemoved">How many deals it had stored.</param>
/// <param name="Status"><c>removed</c>.</param>
public sealed record RemovedScan(string ScanId, long DealsRemoved, string Status = "removed")
{
    internal static RemovedScan Example { get; } = new(SteeringExamples.ScanId, 1_500);

    /// <summary>What it came to, in a sentence with thousands separators.</summary>
    internal string Message => string.Create(
        CultureInfo.InvariantCulture, $"Extraction and {DealsRemoved:N0} {(DealsRemoved == 1 ? "deal" : "deals")} removed successfully");
}

static class SteeringExamples
{
    internal const string ScanId = "hubspot-deals-dec-2024";
    internal static readonly DateTime Time = new(2024, 12, 7, 10, 35, 0, DateTimeKind.Utc);
}
