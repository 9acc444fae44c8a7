using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Api.Scans;

/// <summary>The API document's own examples, for its OpenAPI form.</summary>
static class ScanExamples
{
    const string ScanId = "hubspot-deals-dec-2024";
    const string Portal = "12345678";

    static readonly Guid Id = new("550e8400-e29b-41d4-a716-446655440000");
    static readonly DateTime Start = new(2024, 12, 7, 10, 30, 0, DateTimeKind.Utc);

    internal static StartedScan Started { get; } = new(ScanId, Portal, "pending", Id, Start);

    internal static ScanReport Report { get; } = new(
        Id,
        ScanId,
        Portal,
        "running",
        new ScanReport.ProgressPart(TotalDeals: 1_500, ProcessedDeals: 750, FailedDeals: 5, PercentComplete: 50.0m, DealsPerSecond: 12.5m),
        new ScanReport.TimingPart(Start, CompletedAt: null, ElapsedSeconds: 60, EstimatedRemainingSeconds: 60),
        new ScanReport.CheckpointPart("12345678901", "MTIzNDU2Nzg5MDE=", PageNumber: 8),
        Verification: null,
        ErrorMessage: null,
        Start,
        Start.AddMinutes(1));

    internal static ScanPage Page { get; } = new(
        [new ScanSummary(ScanId, Portal, "completed", TotalDeals: 1_500, ProcessedDeals: 1_500, Start, Start.AddSeconds(315), "5m 15s")],
        Pagination.Of(totalItems: 25, limit: 50, offset: 0));
}
