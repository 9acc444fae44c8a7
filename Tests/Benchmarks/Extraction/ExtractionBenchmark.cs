using HubSpotDeals.Benchmarks.Machine;

namespace HubSpotDeals.Benchmarks.Extraction;

/// <summary>
/// Whole scans, from the request to the last commit, by the programs as they are deployed; and beside them what reading alone and
/// COPY alone reach on the same machine in the same minute, because a figure without its limit says more about the machine.
/// </summary>
static class ExtractionBenchmark
{
    const int ColdDeals = 20_000;
    const double Megabyte = 1024 * 1024;

    /// <summary>Runs the scans and prints a line for each, then the medians beside their limits.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ExtractionOptions options, TextWriter output)
    {
        using var stop = new StopSignals();
        await using var deployment = await Deployment.StartAsync(stop.Token);
        output.WriteLine($"{Environment.ProcessorCount} cores, load {ProcessFigures.LoadAverage():N1}; {SandboxPortal.Properties.Count} properties");
        output.WriteLine($"{"scan",-18} {"deals/s",10} {"scan s",8} {"wall s",8} {"CPU s: service",14} {"PostgreSQL",10} {"sandbox",8} {"peak MB",8} {"load",6}");

        await RoundAsync("cold", new SandboxPortal(ColdDeals));
        foreach (var (deals, rounds) in options.Sizes)
        {
            var portal = new SandboxPortal(deals);
            var runs = await RoundsAsync(portal, rounds);
            PrintMedian(output, runs, await Limits.MeasureAsync(deployment, portal, ScanId("round", portal, 1), stop.Token));
        }

        return 0;

        async Task RoundAsync(string name, SandboxPortal portal)
        {
            await portal.AddToAsync(deployment.SandboxUrl, deployment.Http, stop.Token);
            Print(output, name, await ScanRun.MeasureAsync(deployment, portal, ScanId(name, portal, 1), stop.Token));
        }

        async Task<List<ScanRun>> RoundsAsync(SandboxPortal portal, int rounds)
        {
            await portal.AddToAsync(deployment.SandboxUrl, deployment.Http, stop.Token);
            var runs = new List<ScanRun>();
            for (var round = 1; round <= rounds; round++)
            {
                runs.Add(await ScanRun.MeasureAsync(deployment, portal, ScanId("round", portal, round), stop.Token));
                Print(output, $"round {round}", runs[^1]);
            }

            return runs;
        }
    }

    static string ScanId(string name, SandboxPortal portal, int round) => $"{name}-{portal.Deals}-{round}";

    static void Print(TextWriter output, string name, ScanRun run) => output.WriteLine(
        $"{name,-8} {run.Deals,9:N0} {run.Rate,10:N0} {run.Scan.TotalSeconds,8:N2} {run.Wall.TotalSeconds,8:N2} "
        + $"{run.ServiceCpu.TotalSeconds,14:N2} {run.PostgresCpu.TotalSeconds,10:N2} {run.SandboxCpu.TotalSeconds,8:N2} "
        + $"{run.ServicePeak / Megabyte,8:N0} {run.Load,6:N1}");

    static void PrintMedian(TextWriter output, List<ScanRun> runs, Limits limits)
    {
        var rates = runs.Select(run => run.Rate).Order().ToList();
        var (median, deals) = (rates[rates.Count / 2], runs[0].Deals);
        output.WriteLine($"  {deals:N0} deals: median {median:N0} deals/s, best {rates[^1]:N0}");
        Limit("pages read and dropped, one chain", limits.Reading);
        Limit("the same rows by COPY, 2,000 a commit", limits.Copying);
        Limit("the same rows by one COPY", limits.CopyingAtOnce);

        void Limit(string name, TimeSpan time) =>
            output.WriteLine($"  limit: {name,-38} {deals / time.TotalSeconds,8:N0} deals/s; the scan reaches {median * time.TotalSeconds / deals:P0}");
    }
}
