using System.Globalization;
using Hangfire.Server;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>How far a scan has come, as parameters of the job that runs it: Hangfire's dashboard shows them with the job.</summary>
sealed class ScanParameters(PerformContext context)
{
    readonly Dictionary<string, string?> _written = [];

    /// <summary>Writes what has changed since the last time; Hangfire writes each by itself.</summary>
    internal void Write(ScanJob scan)
    {
        // The context's own connection belongs to the worker's thread.
        using var connection = context.Storage.GetConnection();
        foreach (var (name, value) in Of(scan))
        {
            if (!_written.TryGetValue(name, out var before) || before != value)
            {
                connection.SetJobParameter(context.BackgroundJob.Id, name, value);
                _written[name] = value;
            }
        }
    }

    static IEnumerable<(string Name, string? Value)> Of(ScanJob scan) =>
    [
        ("ScanId", scan.ScanId),
        ("Deals", TextOf(scan.ProcessedDeals)),
        ("TotalDeals", TextOf(scan.TotalDeals)),
        ("Page", TextOf(scan.Pages)),
        ("Cursor", scan.Cursor),
        ("LastDealId", TextOf(scan.LastId)),
        ("Rate", scan.DealsPerSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:0} deals/s") : null),
    ];

    static string? TextOf(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
