using System.Diagnostics;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Benchmarks.Parsing;

/// <summary>
/// How many deals one core turns from HubSpot's page into COPY rows in a second, and what that allocates. No network, no
/// database: this is the share of a scan that is ours alone. Counted by the processor's time, so that a busy machine says the
/// same as an idle one.
/// </summary>
public static class ParsingBenchmark
{
    const int Rounds = 7;
    const int PagesPerBatch = 10;

    static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(1);

    /// <summary>Runs the rounds and prints a line for each and the median.</summary>
    public static void Run(TextWriter output)
    {
        var page = HubSpotPage.Create();
        var parser = new DealPageParser("benchmark", HubSpotPage.Columns);
        using var rows = new CopyBuffer();
        ParseFor(RoundLength, page, parser, rows); // tiered compilation settles
        ParseFor(RoundLength, page, parser, rows);

        output.WriteLine(
            $"page: {HubSpotPage.Deals} deals x {HubSpotPage.Columns.Count} properties, {page.Length / HubSpotPage.Deals} bytes a deal");
        var rates = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
            var cpuBefore = Environment.CpuUsage.TotalTime;
            var deals = ParseFor(RoundLength, page, parser, rows);
            var cpu = Environment.CpuUsage.TotalTime - cpuBefore;
            var allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
            rates[round] = deals / cpu.TotalSeconds;
            output.WriteLine(
                $"{rates[round]:N0} deals a CPU second, {cpu.TotalNanoseconds / deals:N0} ns a deal, "
                + $"{(double)allocated / deals:N1} bytes allocated a deal");
        }

        Array.Sort(rates);
        output.WriteLine($"median: {rates[Rounds / 2]:N0} deals a second of one core");
    }

    static long ParseFor(TimeSpan length, byte[] page, DealPageParser parser, CopyBuffer rows)
    {
        var failed = new List<FailedDeal>();
        var deals = 0L;
        var start = Stopwatch.GetTimestamp();
        do
        {
            rows.Clear();
            for (var i = 0; i < PagesPerBatch; i++)
            {
                deals += parser.Parse(page, DateTimeOffset.UnixEpoch, rows, failed).Written;
            }
        }
        while (Stopwatch.GetElapsedTime(start) < length);

        return deals;
    }
}
