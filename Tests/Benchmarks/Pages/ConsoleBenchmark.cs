using HubSpotDeals.Benchmarks.Downloads;
using HubSpotDeals.Benchmarks.Extraction;
using HubSpotDeals.Benchmarks.Machine;

namespace HubSpotDeals.Benchmarks.Pages;

/// <summary>The console's pages over a large scan: those that read a few rows, and those that go over all of them.</summary>
static class ConsoleBenchmark
{
    public static async Task<int> RunAsync(ConsoleOptions options, TextWriter output)
    {
        using var stop = new StopSignals();
        await using var deployment = await Deployment.StartAsync(stop.Token);
        var portal = new SandboxPortal(options.Deals);
        await portal.AddToAsync(deployment.SandboxUrl, deployment.Http, stop.Token);
        await ScanRun.MeasureAsync(deployment, portal, "before", stop.Token);
        await ScanRun.MeasureAsync(deployment, portal, "after", stop.Token);
        output.WriteLine($"{Environment.ProcessorCount} cores, load {ProcessFigures.LoadAverage():N1}; two scans of {portal.Deals:N0} deals x {SandboxPortal.Properties.Count} properties, {options.Rounds} rounds");
        (string Path, string Limit)[] pages =
        [
            ("/", "1 s"),
            ("/scans/after", "1 s"),
            ("/jobs", "1 s"),
            ("/scans/after/deals", "8 s"),
            ("/scans/after/deals?sort=amount&order=desc", "8 s"),
            ("/scans/after/deals?q=licence&sort=closedate", "8 s"),
            ($"/portals/{portal.Id}?scan=after", "15 s"),
            ($"/portals/{portal.Id}?scan=after&with=before", "15 s for each of three queries"),
        ];
        foreach (var (path, limit) in pages)
        {
            var times = new CallTimes(path);
            for (var round = 0; round < options.Rounds; round++)
            {
                await times.CallAsync(deployment, stop.Token);
            }

            output.WriteLine($"{path,-48} p50 {times.Percentile(50).TotalMilliseconds,7:N0} ms, most {times.Percentile(100).TotalMilliseconds,7:N0} ms   (limit: {limit})");
        }

        return 0;
    }
}
