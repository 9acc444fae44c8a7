using System.Net.Http.Json;
using HubSpotDeals.Benchmarks.Extraction;
using HubSpotDeals.Benchmarks.Machine;

namespace HubSpotDeals.Benchmarks.Pace;

/// <summary>How much of what a portal allows is used, by the programs as they are deployed, against a HubSpot that takes its time.</summary>
static class PaceBenchmark
{
    const int Deals = 100_000;
    const int PageSize = 100;

    /// <summary>Seconds at the beginning that are not looked at: plans, and limits that are not known yet.</summary>
    const int Settling = 10;

    /// <summary>Runs the cases and prints a line for each, with its limit.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(PaceOptions options, TextWriter output)
    {
        using var stop = new StopSignals();
        foreach (var name in options.Cases)
        {
            await (name switch
            {
                "latency" => SlowAnswersAsync(output, stop.Token),
                "unlimited" => NoLimitAsync(output, stop.Token),
                "nodes" => SeveralNodesAsync(output, stop.Token),
                _ => SearchAsync(output, stop.Token),
            });
        }

        return 0;
    }

    /// <summary>250 ms a page and 190 requests in ten seconds, which the service is not told and has to hear from the headers.</summary>
    static async Task SlowAnswersAsync(TextWriter output, CancellationToken cancellationToken)
    {
        const int Limit = 190;
        await using var deployment = await Deployment.StartAsync(nodes: 1, [], cancellationToken);
        var portal = new SandboxPortal(Deals);
        await portal.AddToAsync(deployment.SandboxUrl, deployment.Http, Limit, searchesPerSecond: 5, cancellationToken);
        await SetLatencyAsync(deployment, 250, cancellationToken);
        var run = await ScanRun.MeasureAsync(deployment, portal, "latency", cancellationToken);
        var traffic = await Traffic.ReadAsync(deployment, portal, cancellationToken);
        var least = TimeSpan.FromSeconds(Deals / PageSize * 10.0 / Limit);
        output.WriteLine(
            $"latency    250 ms a page, {Limit} requests/10 s: {Deals:N0} deals in {run.Scan.TotalSeconds:N1} s, the limit alone takes {least.TotalSeconds:N1} s: ratio {run.Scan / least:N2} (limit 1.15); "
            + $"{traffic.Requests:N0} requests, {traffic.RefusedShare:P1} refused, {traffic.MostInFlight} in flight at most");
    }

    /// <summary>100 ms a page, and nothing that holds back but what may be in flight.</summary>
    static async Task NoLimitAsync(TextWriter output, CancellationToken cancellationToken)
    {
        const int InFlight = 64;
        await using var deployment = await Deployment.StartAsync(
            nodes: 1, [.. Deployment.Unlimited, ("HubSpot__MaxConcurrentRequests", $"{InFlight}")], cancellationToken);
        var portal = new SandboxPortal(Deals);
        await portal.AddToAsync(deployment.SandboxUrl, deployment.Http, cancellationToken);
        await SetLatencyAsync(deployment, 100, cancellationToken);
        var rates = new List<double>();
        for (var round = 1; round <= 3; round++)
        {
            var run = await ScanRun.MeasureAsync(deployment, portal, $"unlimited-{round}", cancellationToken);
            rates.Add(run.Rate);
            output.WriteLine(
                $"unlimited  100 ms a page, up to {InFlight} in flight: {Deals:N0} deals in {run.Scan.TotalSeconds:N2} s, {run.Rate:N0} deals/s (limit 20,000); service {run.ServiceCpu.TotalSeconds:N2} CPU s, peak {run.ServicePeak >> 20} MB");
        }

        output.WriteLine($"unlimited  median {rates.Order().ElementAt(rates.Count / 2):N0} deals/s (limit 20,000)");
    }

    /// <summary>Four scans of one portal on three nodes, which know nothing of each other but what the database says.</summary>
    static async Task SeveralNodesAsync(TextWriter output, CancellationToken cancellationToken)
    {
        const int Limit = 100;
        const int Scans = 4;
        await using var deployment = await Deployment.StartAsync(nodes: 3, [("Scans__Concurrency", "2")], cancellationToken);
        var portal = new SandboxPortal(20_000);
        await portal.AddToAsync(deployment.SandboxUrl, deployment.Http, Limit, searchesPerSecond: 5, cancellationToken);
        await SetLatencyAsync(deployment, 150, cancellationToken);
        for (var scan = 0; scan < Scans; scan++)
        {
            await ScanRun.StartAsync(
                deployment, deployment.Nodes[scan % 3].Url, $"nodes-{scan}", portal, new { properties = SandboxPortal.Properties }, cancellationToken);
        }

        for (var scan = 0; scan < Scans; scan++)
        {
            await ScanRun.CompletesAsync(deployment, $"nodes-{scan}", cancellationToken);
        }

        var traffic = await Traffic.ReadAsync(deployment, portal, cancellationToken);
        output.WriteLine(
            $"nodes      three nodes, {Scans} scans of one portal, {Limit} requests/10 s: {traffic.UsedShare(Limit / 10.0, Settling, search: false):P1} of the limit used (limit 95 %), {traffic.RefusedShare:P2} of {traffic.Requests:N0} requests refused (limit 2 %)");
    }

    /// <summary>A filtered scan through the search, five requests a second, 250 ms each.</summary>
    static async Task SearchAsync(TextWriter output, CancellationToken cancellationToken)
    {
        const int Limit = 5;
        await using var deployment = await Deployment.StartAsync(
            nodes: 1, [("Scans__FilteredReads", "search"), ("HubSpot__SearchIndexLag", "00:00:00")], cancellationToken);
        var portal = new SandboxPortal(20_000);
        await portal.AddToAsync(deployment.SandboxUrl, deployment.Http, requestsPer10Seconds: 100, Limit, cancellationToken);
        await SetLatencyAsync(deployment, 250, cancellationToken);
        var filters = new { properties = SandboxPortal.Properties, dateRange = new { startDate = "1970-01-01", property = "hs_lastmodifieddate" } };
        await ScanRun.StartAsync(deployment, deployment.ServiceUrl, "search", portal, filters, cancellationToken);
        await ScanRun.CompletesAsync(deployment, "search", cancellationToken);
        var traffic = await Traffic.ReadAsync(deployment, portal, cancellationToken);
        output.WriteLine(
            $"search     {Limit} searches/s, 250 ms each: {traffic.UsedShare(Limit, Settling, search: true):P1} of the limit used, {traffic.RefusedShare:P2} of {traffic.Requests:N0} requests refused");
    }

    static async Task SetLatencyAsync(Deployment deployment, int milliseconds, CancellationToken cancellationToken)
    {
        using var answer = await deployment.Http.PatchAsJsonAsync(
            new Uri(deployment.SandboxUrl, "/_sandbox"), new { latencyMs = milliseconds }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
