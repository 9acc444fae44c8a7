using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Scans.Start;
using HubSpotDeals.Api.Scans.Steering;
using HubSpotDeals.Api.Scans.Verification;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs.Scans;
using Npgsql;

namespace HubSpotDeals.Api.Console.Scans;

/// <summary>Everything that is known of a scan.</summary>
/// <param name="Scan">The scan.</param>
/// <param name="Segments">Its chains of pages, by the ids that they hold.</param>
/// <param name="Budget">What its portal allows.</param>
/// <param name="Events">What has happened, the newest first.</param>
/// <param name="Verification">Whether it has every deal.</param>
public sealed record ScanModel(
    ScanJob Scan, IReadOnlyList<SegmentProgress> Segments, BudgetReading Budget, IReadOnlyList<ScanEvent> Events, VerificationReport Verification)
{
    /// <summary>So many segments are shown; the others would only be more of the same.</summary>
    internal const int MostSegments = 200;

    /// <summary>It is going on, or will by itself.</summary>
    internal bool GoesOn => Scan.Status is ScanStatus.Pending or ScanStatus.Running || Scan is { Status: ScanStatus.Paused, RunAfter: not null };
}

/// <summary>One scan: <c>/scans/{scan_id}</c>, and its buttons.</summary>
static class ScanPageEndpoints
{
    const int MostEvents = 100;

    internal static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/scans/{scan_id}", ShowAsync);
        var steering = pages.MapGroup("/scans/{scan_id}").AddEndpointFilter<FormGuard>();
        steering.MapPost("/pause", async (RouteScanId scanId, ScanControl control, CancellationToken cancellationToken) =>
            Back(scanId, await SteeringEndpoints.PauseAsync(scanId, control, cancellationToken)));
        steering.MapPost("/cancel", async (RouteScanId scanId, ScanControl control, CancellationToken cancellationToken) =>
            Back(scanId, await SteeringEndpoints.CancelAsync(scanId, control, cancellationToken)));
        steering.MapPost("/resume", ResumeAsync);
        steering.MapPost("/remove", async (RouteScanId scanId, ScanRemoval removal, CancellationToken cancellationToken) =>
            await SteeringEndpoints.RemoveAsync(scanId, removal, cancellationToken) is Answer.Failure failure ? failure : Redirect.To("/"));
    }

    static async Task<IResult> ShowAsync(
        RouteScanId scanId, ScanStore store, PortalBudgets budgets, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        await store.FindAsync(scanId.Value, cancellationToken) is { } scan
            ? Page.Of<ScanPage>(new ScanModel(
                scan,
                await SegmentProgress.ReadAsync(database, scan.Id, cancellationToken),
                await budgets.Of(scan.PortalId).ReadAsync(cancellationToken),
                await ScanEvent.ReadLatestAsync(database, scan.Id, MostEvents, cancellationToken),
                VerificationReport.Of(scan, await ScanVerification.FindAsync(database, scan.Id, cancellationToken))))
            : UnknownScan.Answer(scanId);

    static async Task<IResult> ResumeAsync(
        RouteScanId scanId, ScanStore store, ScanControl control, TokenVault vault, TokenCheck check, ScanQueue queue,
        CancellationToken cancellationToken) =>
        Back(scanId, await SteeringEndpoints.ResumeAsync(scanId, store, control, vault, check, queue, cancellationToken));

    /// <summary>Back to the scan's page, unless there is an error to tell.</summary>
    static IResult Back(RouteScanId scanId, IResult answer) => answer is Answer.Failure ? answer : Redirect.To("/scans/" + scanId.Value);
}
