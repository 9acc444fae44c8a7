using HubSpotDeals.Benchmarks.Contacts;
using HubSpotDeals.Benchmarks.Crashes;
using HubSpotDeals.Benchmarks.Downloads;
using HubSpotDeals.Benchmarks.Extraction;
using HubSpotDeals.Benchmarks.Pace;
using HubSpotDeals.Benchmarks.Pages;
using HubSpotDeals.Benchmarks.Parsing;

switch (args)
{
    case ["extraction", .. var rest] when ExtractionOptions.TryParse(rest, out var options):
        return await ExtractionBenchmark.RunAsync(options, Console.Out);
    case ["downloads", .. var rest] when DownloadOptions.TryParse(rest, out var options):
        return await DownloadBenchmark.RunAsync(options, Console.Out);
    case ["pace", .. var rest] when PaceOptions.TryParse(rest, out var options):
        return await PaceBenchmark.RunAsync(options, Console.Out);
    case ["crashes", .. var rest] when CrashOptions.TryParse(rest, out var options):
        return await CrashCampaign.RunAsync(options, Console.Out);
    case ["gateway", .. var rest] when GatewayOptions.TryParse(rest, out var options):
        return await GatewayBenchmark.RunAsync(options, Console.Out);
    case ["console", .. var rest] when ConsoleOptions.TryParse(rest, out var options):
        return await ConsoleBenchmark.RunAsync(options, Console.Out);
    case ["parsing"]:
        ParsingBenchmark.Run(Console.Out);
        return 0;
    default:
        await Console.Error.WriteLineAsync(
            """
            dotnet run --project Tests/Benchmarks -c Release -- VERB

              extraction [--deals N] [--rounds N]   whole scans by the deployed programs, and the limits beside them;
                                                    without options 5 scans of 100,000 deals, then 1 of 1,000,000
              downloads [--deals N] [--rounds N]    a scan's deals as CSV, JSON and Excel, deep pages, and the API beside them;
                                                    without options 1,000,000 deals, 5 rounds
              pace [--only CASE]                    how much of a portal's limit is used: a slow HubSpot, three nodes, the search;
                                                    cases: latency, unlimited, nodes, search
              crashes [--kills N] [--deals N] [--seed N]
                                                    the node at work killed at random moments, and the tables compared;
                                                    without options 500 kills over scans of 100,000 deals
              console [--deals N] [--rounds N]      the console's pages over two large scans; without options 1,000,000 deals, 5 rounds
              gateway [--rounds N]                  200 reads of contacts a second through the gateway and straight; without options 3 rounds
              parsing                               pages into COPY rows, on one core, with nothing around it
            """);
        return 64;
}
