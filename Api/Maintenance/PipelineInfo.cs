using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Api.Maintenance;

/// <summary>Where extracted deals go.</summary>
/// <param name="PipelineName">The pipeline's name.</param>
/// <param name="Destination"><c>postgres</c>.</param>
/// <param name="WorkingDirectory">Where this process runs.</param>
/// <param name="Database">The database, without user and password.</param>
/// <param name="Version">The service's version.</param>
/// <param name="State">What it has done so far.</param>
public sealed record PipelineInfo(
    string PipelineName, string Destination, string WorkingDirectory, PipelineInfo.DatabasePart Database, string Version, PipelineInfo.StatePart State)
{
    const string Name = "hubspot_deals_pipeline";
    const string Postgres = "postgres";
    const string ControlSchema = "hubspot_deals";

    internal static PipelineInfo Example { get; } = new(
        Name,
        Postgres,
        "/app",
        new DatabasePart("db.example.com", Port: 5432, "hubspot_deals", ControlSchema),
        OpenApi.Version,
        new StatePart(new DateTime(2024, 12, 7, 10, 35, 0, DateTimeKind.Utc), TotalRuns: 12));

    internal static PipelineInfo Of(NpgsqlConnectionStringBuilder connection, ScanTotals totals) => new(
        Name,
        Postgres,
        Environment.CurrentDirectory,
        new DatabasePart(connection.Host ?? "", connection.Port, connection.Database ?? connection.Username ?? "", ControlSchema),
        OpenApi.Version,
        new StatePart(totals.LastRunAt, totals.Total));

    /// <param name="Host">The server, or the directory of its socket.</param>
    /// <param name="Port">Its port.</param>
    /// <param name="Database">The database's name.</param>
    /// <param name="Schema">The service's own schema; each portal's deals are in <c>hubspot_deals_&lt;portal&gt;</c>.</param>
    public sealed record DatabasePart(string Host, int Port, string Database, string Schema);

    /// <param name="LastRun">When a scan last began or ended; null: there has been none.</param>
    /// <param name="TotalRuns">Scans there are.</param>
    public sealed record StatePart(DateTime? LastRun, long TotalRuns);
}
