using System.Globalization;
using HubSpotDeals.Api.Health;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Api.Stats;

/// <summary>The service in figures: <c>/stats</c>.</summary>
public static class StatsEndpoints
{
    /// <summary>Registers what the endpoint needs of its own.</summary>
    public static IServiceCollection AddStats(this IServiceCollection services) => services.AddSingleton<ServiceLife>();

    /// <summary>Maps the endpoint, and begins to count the process's life.</summary>
    public static IEndpointRouteBuilder MapStats(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<ServiceLife>();
        app.MapGet("/stats", StatsAsync)
            .WithName("getStats")
            .WithTags("Health")
            .WithSummary("Service Statistics")
            .WithDescription("Returns comprehensive service statistics and performance metrics.")
            .Answers(StatusCodes.Status200OK, "Statistics retrieved successfully", ServiceStats.Example);
        return app;
    }

    static async Task<IResult> StatsAsync(ServiceLife life, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var totals = await ScanTotals.ReadAsync(database, portals: null, cancellationToken);
        return Answer.Ok(new ServiceStats(
            new ServiceStats.ServicePart(OpenApi.Title, OpenApi.Version, UptimeText.Of(life.Uptime), life.StartedAt),
            ServiceStats.ScansPart.Of(totals),
            ServiceStats.DealsPart.Of(totals),
            ServiceStats.PerformancePart.Of(totals),
            new ServiceStats.SystemPart(
                SizeText.Of(Environment.WorkingSet),
                string.Create(CultureInfo.InvariantCulture, $"{life.CpuShare() * 100:0}%"),
                HealthChecks.LookAtDisk()?.Usage ?? "unknown",
                await CountSessionsAsync(database, cancellationToken))));
    }

    static async Task<long> CountSessionsAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select count(*) from pg_stat_activity where datname = current_database()");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
