using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Scans.Events;
using HubSpotDeals.Api.Scans.Plan;
using HubSpotDeals.Api.Scans.Start;
using HubSpotDeals.Api.Scans.Steering;
using HubSpotDeals.Api.Scans.Verification;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs.Scans;
using Npgsql;

namespace HubSpotDeals.Api.Scans;

/// <summary>Scans as their users start, watch and end them: <c>/api/v1/scan</c>.</summary>
public static class ScanEndpoints
{
    const int MaxPageSize = 100;
    const int DefaultPageSize = 50;

    /// <summary>Registers what the endpoints need of their own.</summary>
    public static IServiceCollection AddScans(this IServiceCollection services) => services.AddSingleton<TokenCheck>().AddSingleton<ScanFeed>();

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapScans(this IEndpointRouteBuilder app)
    {
        var scans = app.MapGroup("/api/v1/scan").WithTags("Scans");

        scans.MapPost("/start", StartAsync)
            .WithName("startScan")
            .WithSummary("Start Deal Extraction")
            .WithDescription("Initiates a new deal extraction from HubSpot CRM, or goes on with one that was cancelled, failed or paused.")
            .Takes<StartScanBody>(StartScanBody.Example)
            .Answers(StatusCodes.Status202Accepted, "Extraction started successfully", ScanExamples.Started, StartedMessage)
            .Refuses(
                ApiError.InvalidDateRange,
                ApiError.ScanAlreadyRunning, ApiError.ScanAlreadyCompleted, ApiError.ScanConfigConflict,
                ApiError.HubSpotInvalidToken, ApiError.HubSpotAuthFailed, ApiError.HubSpotInsufficientScopes);

        scans.MapGet("/{scan_id}/status", StatusAsync)
            .WithName("getScanStatus")
            .WithSummary("Get Extraction Status")
            .WithDescription("Retrieves the current status and progress of a deal extraction.")
            .Answers(StatusCodes.Status200OK, "Status retrieved successfully", ScanExamples.Report)
            .Refuses(ApiError.ScanNotFound);

        scans.MapPlan();
        scans.MapVerification();
        scans.MapEvents();
        scans.MapSteering();

        scans.MapGet("/list", ListAsync)
            .WithName("listScans")
            .WithSummary("List All Scans")
            .WithDescription("Retrieves a paginated list of scans, the newest first.")
            .QueryText("organizationId", "Filter by HubSpot Portal ID")
            .QueryText("status", "Filter by status", isRequired: false, [.. ScanStatusNames.All])
            .QueryNumber("limit", "Number of results per page", min: 1, MaxPageSize, DefaultPageSize)
            .QueryNumber("offset", "Number of results to skip", min: 0, QueryReader.MaxOffset, fallback: 0)
            .Answers(StatusCodes.Status200OK, "Scans retrieved successfully", ScanExamples.Page);

        scans.MapGet("/statistics", StatisticsAsync)
            .WithName("getScanStatistics")
            .WithSummary("Get Scan Statistics")
            .WithDescription("Retrieves aggregated statistics across all scans of a portal.")
            .QueryText("organizationId", "HubSpot Portal ID", isRequired: true)
            .Answers(StatusCodes.Status200OK, "Statistics retrieved successfully", ScanStatistics.Example);

        return app;
    }

    const string StartedMessage = "Deal extraction started successfully";

    internal static async Task<IResult> StartAsync(
        StartScanRequest request, Caller caller, TokenCheck check, ScanStore store, TokenVault vault, ScanQueue queue,
        CancellationToken cancellationToken)
    {
        caller.Demand(request.OrganizationId);
        var config = request.ToConfig();
        // A look, no decision: it spares a start that can't succeed the way to HubSpot. The store decides, under its lock.
        if (await store.FindAsync(request.ScanId, cancellationToken) is { } existing
            && Refuse(caller, StartDecision.Of(existing, request.OrganizationId, config), existing) is { } conflict)
        {
            return conflict;
        }

        if (StartVerdict.Refuse(request, await check.AskAsync(request, cancellationToken)) is { } refusal)
        {
            return refusal;
        }

        var token = AccessToken.Parse(request.AccessToken);
        var (outcome, scan) = await store.StartAsync(
            request.ScanId, request.OrganizationId, config, id => vault.Protect(id, token), cancellationToken);
        if (Refuse(caller, outcome, scan) is { } lost)
        {
            return lost;
        }

        // The scan is promised: that its caller goes away now must not hold it up.
        await queue.EnqueueAsync(scan, CancellationToken.None);
        return Answer.Accepted(StartedScan.Of(scan, resumed: outcome == StartOutcome.Resumed), StartedMessage);
    }

    static async Task<IResult> StatusAsync(RouteScanId scanId, ScanStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(scanId.Value, cancellationToken) is { } scan ? Answer.Ok(ScanReport.Of(scan)) : UnknownScan.Answer(scanId);

    static async Task<IResult> ListAsync(HttpRequest request, Caller caller, ScanStore store, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request);
        var portalId = query.PortalId("organizationId");
        var status = query.OneOf("status", ScanStatusNames.All);
        var limit = query.Limit(MaxPageSize, DefaultPageSize);
        var offset = query.Offset();
        query.ThrowIfInvalid();

        var (scans, total) = await store.ListAsync(
            caller.Within(portalId), status is null ? null : Enum.Parse<ScanStatus>(status, ignoreCase: true), limit, offset, cancellationToken);
        return Answer.Ok(new ScanPage([.. scans.Select(ScanSummary.Of)], Pagination.Of(total, limit, offset)));
    }

    static async Task<IResult> StatisticsAsync(
        HttpRequest request, Caller caller, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request);
        var portalId = query.RequiredPortalId("organizationId");
        query.ThrowIfInvalid();
        return Answer.Ok(ScanStatistics.Of(portalId, await ScanTotals.ReadAsync(database, caller.Within(portalId), cancellationToken)));
    }

    /// <summary>The answer to a start that the scan's state rules out; null: it does not.</summary>
    static IResult? Refuse(Caller caller, StartOutcome outcome, ScanJob scan)
    {
        // What it would tell of the scan is nothing for another portal's eyes.
        caller.DemandScan(scan.ScanId, scan.PortalId);
        (ApiError Error, string Suggestion)? refusal = outcome switch
        {
            StartOutcome.AlreadyRunning =>
                (ApiError.ScanAlreadyRunning, "Wait for the current scan to complete or use a different scan ID"),
            StartOutcome.AlreadyCompleted =>
                (ApiError.ScanAlreadyCompleted, "Use a new scan ID, or remove this scan first"),
            StartOutcome.ConfigConflict =>
                (ApiError.ScanConfigConflict, "Use the organization and filters that the scan was first started with, or a new scan ID"),
            _ => null,
        };
        return refusal is var (error, suggestion)
            ? Answer.Error(error, new { scanId = scan.ScanId, currentStatus = scan.Status.Text(), startedAt = scan.StartedAt, suggestion })
            : null;
    }
}
