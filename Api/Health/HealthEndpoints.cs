using HubSpotDeals.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace HubSpotDeals.Api.Health;

/// <summary>
/// Whether the service is well: <c>/health</c> for people and dashboards, <c>/health/live</c> and <c>/health/ready</c> for orchestrators.
/// </summary>
public static class HealthEndpoints
{
    /// <summary>Registers what the endpoints need of their own. The job engine adds a health check named <c>jobs</c>.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks();
        return services.AddSingleton<HealthChecks>();
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health");

        health.MapGet("", HealthAsync)
            .WithName("getHealth")
            .WithSummary("Health Check")
            .WithDescription("Returns the overall health status of the service.")
            .AnswersBare(StatusCodes.Status200OK, "Service is healthy", HealthExamples.Healthy)
            .AnswersBare(StatusCodes.Status503ServiceUnavailable, "Service is unhealthy", HealthExamples.Unhealthy);

        health.MapGet("/live", Live)
            .WithName("getLiveness")
            .WithSummary("Liveness")
            .WithDescription("Answers while the process serves at all; if it does not, restart it.")
            .AnswersBare(StatusCodes.Status200OK, "The process serves", new LifeSign(HealthReport.Healthy, OpenApiNotes.ExampleTime));

        health.MapGet("/ready", ReadyAsync)
            .WithName("getReadiness")
            .WithSummary("Readiness")
            .WithDescription("Whether requests should be sent to this process: the database answers and the job engine takes work.")
            .AnswersBare(StatusCodes.Status200OK, "The service is ready", HealthExamples.Ready)
            .AnswersBare(StatusCodes.Status503ServiceUnavailable, "The service is not ready", HealthExamples.NotReady);

        return app;
    }

    static async Task<JsonHttpResult<HealthReport>> HealthAsync(
        HealthChecks checks, TimeProvider clock, HttpResponse response, CancellationToken cancellationToken)
    {
        var (database, jobs) = await LookAsync(checks, cancellationToken);
        var disk = HealthChecks.LookAtDisk();
        var isFit = database.IsFit && jobs.IsFit;
        return Bare(response, isFit, new HealthReport(
            Word(isFit),
            clock.GetUtcNow(),
            OpenApi.Title,
            OpenApi.Version,
            new HealthReport.ChecksPart(database.Text, jobs.Text, WordOf(disk)),
            new HealthReport.DetailsPart(
                database.IsFit
                    ? new HealthReport.DatabasePart(Connected: true, ResponseTime: database.Detail)
                    : new HealthReport.DatabasePart(Connected: false, Error: database.Detail),
                DetailsOf(disk))));
    }

    static JsonHttpResult<LifeSign> Live(TimeProvider clock, HttpResponse response) =>
        Bare(response, isFit: true, new LifeSign(HealthReport.Healthy, clock.GetUtcNow()));

    static async Task<JsonHttpResult<ReadyReport>> ReadyAsync(
        HealthChecks checks, TimeProvider clock, HttpResponse response, CancellationToken cancellationToken)
    {
        var (database, jobs) = await LookAsync(checks, cancellationToken);
        var isFit = database.IsFit && jobs.IsFit;
        return Bare(response, isFit, new ReadyReport(
            Word(isFit), clock.GetUtcNow(), new ReadyReport.ChecksPart(database.Text, jobs.Text)));
    }

    /// <summary>Side by side, so that two that hang take no longer than one.</summary>
    static async Task<(CheckedPart Database, CheckedPart Jobs)> LookAsync(HealthChecks checks, CancellationToken cancellationToken)
    {
        var database = checks.CheckDatabaseAsync(cancellationToken);
        var jobs = checks.CheckJobsAsync(cancellationToken);
        await Task.WhenAll(database, jobs);
        return (await database, await jobs);
    }

    static string Word(bool isFit) => isFit ? HealthReport.Healthy : HealthReport.Unhealthy;

    static string WordOf(DiskSpace? disk) => disk switch
    {
        null => "degraded: disk space unknown",
        { IsLow: true } => "degraded: low disk space",
        _ => HealthReport.Healthy,
    };

    static HealthReport.DiskSpacePart DetailsOf(DiskSpace? disk) => disk is null
        ? new HealthReport.DiskSpacePart("unknown", "unknown", "Disk space unknown")
        : new HealthReport.DiskSpacePart(disk.Available, disk.Usage, disk.IsLow ? "Low disk space" : null);

    static JsonHttpResult<T> Bare<T>(HttpResponse response, bool isFit, T report)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        return TypedResults.Json(
            report, ApiJson.Options, statusCode: isFit ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
