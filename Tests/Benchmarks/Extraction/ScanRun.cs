using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using HubSpotDeals.Benchmarks.Machine;

namespace HubSpotDeals.Benchmarks.Extraction;

/// <summary>What one whole scan took.</summary>
/// <param name="Deals">Rows in its partition.</param>
/// <param name="Scan">From the commit of the start request to the commit of the completion, by the database's clock: the job engine's
/// hand-over, the plan, the extraction and the ending.</param>
/// <param name="Wall">From sending the start request to the status answer that says completed.</param>
/// <param name="ServiceCpu">The service's processor time within <paramref name="Wall"/>.</param>
/// <param name="PostgresCpu">All of PostgreSQL's processes'.</param>
/// <param name="SandboxCpu">HubSpot's stand-in's.</param>
/// <param name="ServicePeak">The service's peak memory since it began, in bytes.</param>
/// <param name="Load">The machine's load average over the last minute, at the end.</param>
sealed record ScanRun(
    long Deals, TimeSpan Scan, TimeSpan Wall, TimeSpan ServiceCpu, TimeSpan PostgresCpu, TimeSpan SandboxCpu, long ServicePeak, double Load)
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    /// <summary>Deals per second of <see cref="Scan"/>.</summary>
    public double Rate => Deals / Scan.TotalSeconds;

    /// <summary>Starts a scan of the portal by REST, waits for its end and counts its rows.</summary>
    /// <exception cref="InvalidOperationException">It was refused, did not complete, or has not every deal.</exception>
    public static async Task<ScanRun> MeasureAsync(
        Deployment deployment, SandboxPortal portal, string scanId, CancellationToken cancellationToken)
    {
        var before = Cpu();
        var begin = Stopwatch.GetTimestamp();
        await StartAsync(deployment, portal, scanId, cancellationToken);
        await CompletesAsync(deployment, scanId, cancellationToken);
        var wall = Stopwatch.GetElapsedTime(begin);
        var after = Cpu();

        await using var connection = await deployment.Database.OpenConnectionAsync(cancellationToken);
        var scan = await connection.QuerySingleAsync<TimeSpan>(
            "select completed_at - started_at from hubspot_deals.scan_jobs where scan_id = @scanId", new { scanId });
        var deals = await connection.QuerySingleAsync<long>(
            $"select count(*) from hubspot_deals_{portal.Id}.deals where _scan_id = @scanId", new { scanId });
        return deals == portal.Deals
            ? new ScanRun(
                deals, scan, wall, after.Service - before.Service, after.Postgres - before.Postgres, after.Sandbox - before.Sandbox,
                ProcessFigures.PeakMemory(deployment.Service.Id), ProcessFigures.LoadAverage())
            : throw new InvalidOperationException($"Scan {scanId} stored {deals:N0} of {portal.Deals:N0} deals.");

        (TimeSpan Service, TimeSpan Postgres, TimeSpan Sandbox) Cpu() => (
            ProcessFigures.CpuTime(deployment.Service.Id),
            ProcessFigures.CpuTimeWithChildren(deployment.PostgresProcess),
            ProcessFigures.CpuTime(deployment.Sandbox.Id));
    }

    /// <summary>Starts a scan of the portal by REST.</summary>
    public static Task StartAsync(Deployment deployment, SandboxPortal portal, string scanId, CancellationToken cancellationToken) =>
        StartAsync(deployment, deployment.ServiceUrl, scanId, portal, filters: new { properties = SandboxPortal.Properties }, cancellationToken);

    /// <summary>Starts a scan of the portal by REST at one of the nodes, with filters of its own.</summary>
    public static async Task StartAsync(
        Deployment deployment, Uri node, string scanId, SandboxPortal portal, object filters, CancellationToken cancellationToken)
    {
        var body = new
        {
            config = new
            {
                scanId,
                organizationId = portal.Id,
                type = new[] { "deals" },
                auth = new { accessToken = portal.AccessToken },
                filters,
            },
        };
        using var answer = await deployment.Http.PostAsJsonAsync(
            new Uri(node, "/api/v1/scan/start"), body, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"The scan was refused: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    /// <summary>Waits for a scan's end.</summary>
    public static async Task CompletesAsync(Deployment deployment, string scanId, CancellationToken cancellationToken)
    {
        var url = new Uri(deployment.ServiceUrl, $"/api/v1/scan/{scanId}/status");
        while (true)
        {
            deployment.Service.ThrowIfEnded();
            deployment.Sandbox.ThrowIfEnded();
            var data = (await deployment.Http.GetFromJsonAsync<JsonNode>(url, cancellationToken))!["data"]!;
            switch ((string?)data["status"])
            {
                case "completed":
                    return;
                case "pending" or "running":
                    await Task.Delay(Poll, TimeProvider.System, cancellationToken);
                    break;
                default:
                    throw new InvalidOperationException($"The scan did not complete: {data.ToJsonString()}");
            }
        }
    }
}
