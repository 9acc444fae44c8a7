using System.Globalization;
using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Maintenance;
using Npgsql;

namespace HubSpotDeals.Api.Maintenance;

/// <summary>Keeping the service tidy by hand: <c>/api/v1/maintenance</c>, and what it runs on: <c>/api/v1/pipeline</c>.</summary>
public static class MaintenanceEndpoints
{
    const int DefaultTimeoutMinutes = 60;
    const long MostTimeoutMinutes = ScanCleanup.MostDays * 24L * 60;

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapMaintenance(this IEndpointRouteBuilder app)
    {
        app.MapGroup("/api/v1/pipeline").WithTags("Pipeline")
            .MapGet("/info", PipelineInfoAsync)
            .WithName("getPipelineInfo")
            .WithSummary("Get Pipeline Info")
            .WithDescription("Retrieves information about where extracted deals go.")
            .Answers(StatusCodes.Status200OK, "Pipeline info retrieved successfully", PipelineInfo.Example);

        var maintenance = app.MapGroup("/api/v1/maintenance").WithTags("Maintenance");

        maintenance.MapPost("/cleanup", CleanUpAsync)
            .WithName("cleanUp")
            .WithSummary("Cleanup Old Scans")
            .WithDescription(
                "Removes scans that completed, failed or were cancelled more than daysOld days ago, with all deals they have stored. "
                + "A dry run reports the same figures and changes nothing.")
            .Takes<CleanupBody>(CleanupBody.Example)
            .Answers(StatusCodes.Status200OK, "Cleanup completed successfully", CleanedUp.Example, CleanedUp.Example.Message);

        maintenance.MapPost("/detect-crashed", DetectCrashedAsync)
            .WithName("detectCrashed")
            .WithSummary("Detect Crashed Jobs")
            .WithDescription("Marks running scans failed that have given no sign of life for a while. Each can be resumed.")
            .QueryNumber(
                "timeoutMinutes", "Consider jobs crashed after this many minutes without updates", min: 1, MostTimeoutMinutes, DefaultTimeoutMinutes)
            .Answers(StatusCodes.Status200OK, "Detection completed successfully", DetectedCrashes.Example, DetectedCrashes.Example.Message);

        return app;
    }

    static async Task<IResult> PipelineInfoAsync(Caller caller, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        Answer.Ok(PipelineInfo.Of(
            new NpgsqlConnectionStringBuilder(database.ConnectionString),
            await ScanTotals.ReadAsync(database, caller.Portals, cancellationToken)));

    static async Task<IResult> CleanUpAsync(CleanupRequest request, Caller caller, ScanCleanup cleanup, CancellationToken cancellationToken)
    {
        var report = await cleanup.RunAsync(
            request.DaysOld, caller.Within(request.OrganizationId), request.DryRun, cancellationToken);
        var done = CleanedUp.Of(report, request.DryRun);
        return Answer.Ok(done, done.Message);
    }

    static async Task<IResult> DetectCrashedAsync(HttpRequest request, Caller caller, CrashDetection crashes, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request);
        var minutes = query.WholeNumber("timeoutMinutes", 1, MostTimeoutMinutes, DefaultTimeoutMinutes);
        query.ThrowIfInvalid();
        var detected = DetectedCrashes.Of(await crashes.RunAsync(TimeSpan.FromMinutes(minutes), caller.Portals, cancellationToken));
        return Answer.Ok(detected, detected.Message);
    }
}

/// <summary>What a cleanup came to.</summary>
/// <param name="ScansRemoved">Scans removed, or that would be.</param>
/// <param name="DealsRemoved">The deals they had stored.</param>
/// <param name="SpaceSaved">What these take on disk as PostgreSQL measures it, such as <c>125 MB</c>.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
public sealed record CleanedUp(long ScansRemoved, long DealsRemoved, string SpaceSaved, bool DryRun)
{
    internal static CleanedUp Example { get; } = new(ScansRemoved: 5, DealsRemoved: 7_500, "125 MB", DryRun: false);

    internal string Message => DryRun ? "Dry run completed successfully, nothing was removed" : "Cleanup completed successfully";

    internal static CleanedUp Of(CleanupReport report, bool dryRun) => new(report.Scans, report.Deals, SizeText.Of(report.Bytes), dryRun);
}

/// <summary>What a look for crashed scans came to.</summary>
/// <param name="CrashedJobs">The scans that were marked failed, the longest silent first.</param>
/// <param name="MarkedAsFailed">How many.</param>
public sealed record DetectedCrashes(IReadOnlyList<DetectedCrashes.CrashedJob> CrashedJobs, int MarkedAsFailed)
{
    internal static DetectedCrashes Example { get; } = new(
        [
            new CrashedJob("hubspot-deals-crashed-001", "12345678", new DateTime(2024, 12, 7, 8, 0, 0, DateTimeKind.Utc), MinutesStale: 180),
            new CrashedJob("hubspot-deals-crashed-002", "12345678", new DateTime(2024, 12, 7, 7, 30, 0, DateTimeKind.Utc), MinutesStale: 210),
        ],
        MarkedAsFailed: 2);

    internal string Message => string.Create(
        CultureInfo.InvariantCulture, $"Detected {MarkedAsFailed} crashed {(MarkedAsFailed == 1 ? "job" : "jobs")}");

    internal static DetectedCrashes Of(IReadOnlyList<CrashedScan> scans) =>
        new([.. scans.Select(scan => new CrashedJob(scan.ScanId, scan.PortalId, scan.LastUpdate, scan.MinutesStale))], scans.Count);

    /// <param name="ScanId">The scan.</param>
    /// <param name="OrganizationId">Its portal.</param>
    /// <param name="LastUpdate">Its last sign of life.</param>
    /// <param name="MinutesStale">Whole minutes since then.</param>
    public sealed record CrashedJob(string ScanId, string OrganizationId, DateTime LastUpdate, long MinutesStale);
}
