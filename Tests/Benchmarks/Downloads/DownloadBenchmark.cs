using System.Diagnostics;
using HubSpotDeals.Benchmarks.Extraction;
using HubSpotDeals.Benchmarks.Machine;
using Npgsql;

namespace HubSpotDeals.Benchmarks.Downloads;

/// <summary>
/// A large scan's way out: its files beside PostgreSQL's own CSV of the same rows, its last pages beside its first, and the API's
/// answers while files are downloaded and a scan runs.
/// </summary>
static class DownloadBenchmark
{
    const double Megabyte = 1024 * 1024;
    const string ScanId = "large";
    const int PageCalls = 40;

    public static async Task<int> RunAsync(DownloadOptions options, TextWriter output)
    {
        using var stop = new StopSignals();
        await using var deployment = await Deployment.StartAsync(stop.Token);
        var portal = new SandboxPortal(options.Deals);
        await portal.AddToAsync(deployment.SandboxUrl, deployment.Http, stop.Token);
        await ScanRun.MeasureAsync(deployment, portal, ScanId, stop.Token);
        output.WriteLine($"{Environment.ProcessorCount} cores, load {ProcessFigures.LoadAverage():N1}; {portal.Deals:N0} deals x {SandboxPortal.Properties.Count} properties");

        await CompareCsvAsync(deployment, portal, options.Rounds, output, stop.Token);
        foreach (var (format, limit) in new[] { ("csv", "first byte 1 s, 200 MB"), ("json", "first byte 1 s, 200 MB"), ("excel", "40 s for 1,000,000, first byte 1 s, 200 MB") })
        {
            var file = await Download.MeasureAsync(deployment, ScanId, format, stop.Token);
            output.WriteLine(
                $"{format,-6} {file.Time.TotalSeconds,6:N2} s {file.Bytes / Megabyte,7:N0} MB, first byte {file.FirstByte.TotalMilliseconds,4:N0} ms, service peak {file.ServicePeak / Megabyte:N0} MB   (limit: {limit})");
        }

        await ComparePagesAsync(deployment, portal, output, stop.Token);
        await CrowdAsync(deployment, portal, output, stop.Token);
        return 0;
    }

    static async Task CompareCsvAsync(Deployment deployment, SandboxPortal portal, int rounds, TextWriter output, CancellationToken cancellationToken)
    {
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var copy = await CopyCsvAsync(deployment, portal, cancellationToken);
            var file = await Download.MeasureAsync(deployment, ScanId, "csv", cancellationToken);
            if (round > 0) // the first warms caches and the compiler
            {
                theirs.Add(copy.TotalSeconds);
                ours.Add(file.Time.TotalSeconds);
                output.WriteLine($"csv    round {round}: download {ours[^1]:N2} s, COPY {theirs[^1]:N2} s, ratio {ours[^1] / theirs[^1]:N2}");
            }
        }

        output.WriteLine($"csv    median: download {Median(ours):N2} s, COPY {Median(theirs):N2} s, ratio {Median(ours) / Median(theirs):N2}   (limit: 1.3)");
    }

    /// <summary>PostgreSQL's own CSV of every column of the same rows in the same order, read and dropped.</summary>
    static async Task<TimeSpan> CopyCsvAsync(Deployment deployment, SandboxPortal portal, CancellationToken cancellationToken)
    {
        await using var connection = await deployment.Database.OpenConnectionAsync(cancellationToken);
        await using var find = new NpgsqlCommand($"select number from hubspot_deals.scan_jobs where scan_id = '{ScanId}'", connection);
        var table = $"hubspot_deals_{portal.Id}.deals_{await find.ExecuteScalarAsync(cancellationToken)}";
        var begin = Stopwatch.GetTimestamp();
        // Npgsql has text only as a reader; beneath it are the bytes as PostgreSQL sent them.
        using var text = (StreamReader)await connection.BeginTextExportAsync($"copy (select * from {table} order by hs_object_id) to stdout (format csv)", cancellationToken);
        await Download.DropAsync(text.BaseStream, begin, cancellationToken);
        return Stopwatch.GetElapsedTime(begin);
    }

    static async Task ComparePagesAsync(Deployment deployment, SandboxPortal portal, TextWriter output, CancellationToken cancellationToken)
    {
        var first = new CallTimes($"/api/v1/results/{ScanId}/result?limit=100");
        var deep = new CallTimes($"/api/v1/results/{ScanId}/result?limit=100&offset={portal.Deals - (portal.Deals / 100)}");
        for (var call = 0; call < PageCalls; call++)
        {
            await first.CallAsync(deployment, cancellationToken);
            await deep.CallAsync(deployment, cancellationToken);
        }

        var (shallow, depth) = (first.Percentile(50).TotalMilliseconds, deep.Percentile(50).TotalMilliseconds);
        output.WriteLine($"pages  first {shallow:N1} ms, at offset {portal.Deals - (portal.Deals / 100):N0} {depth:N1} ms, ratio {depth / shallow:N2}   (limit: 3)");
    }

    static async Task CrowdAsync(Deployment deployment, SandboxPortal portal, TextWriter output, CancellationToken cancellationToken)
    {
        await TimeCallsAsync("idle", Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, cancellationToken));
        await TimeCallsAsync("with two downloads and a scan", WorkAsync());

        async Task WorkAsync()
        {
            await ScanRun.StartAsync(deployment, portal, "beside", cancellationToken);
            await Task.WhenAll(
                Download.MeasureAsync(deployment, ScanId, "csv", cancellationToken),
                Download.MeasureAsync(deployment, ScanId, "excel", cancellationToken),
                ScanRun.CompletesAsync(deployment, "beside", cancellationToken));
        }

        async Task TimeCallsAsync(string when, Task until)
        {
            var calls = new[] { $"/api/v1/scan/{ScanId}/status", "/api/v1/scan/list", $"/api/v1/results/{ScanId}/result?limit=100" }.Select(path => new CallTimes(path)).ToList();
            while (!until.IsCompleted)
            {
                foreach (var call in calls)
                {
                    await call.CallAsync(deployment, cancellationToken);
                }
            }

            await until;
            output.WriteLine($"calls  {when}:");
            foreach (var call in calls)
            {
                output.WriteLine($"         {call.Path,-44} {call.Count,6:N0} calls: p50 {Ms(50)} p99 {Ms(99)} most {Ms(100)}");

                string Ms(int percent) => $"{call.Percentile(percent).TotalMilliseconds,6:N1} ms";
            }
        }
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
