using System.Globalization;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Scans;
using Microsoft.Extensions.Logging;
using Quartz;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>What is stored with a queued run: which scan. Never a token.</summary>
public sealed record ScanTicket(Guid Scan);

/// <summary>Runs a scan, and tells the engine how that ended: a run that failed, or is to be tried again, is a failed firing with its reason.</summary>
/// <remarks>
/// Quartz' own retry policies are fixed when a job is written; how long a scan waits is known when it has failed. So a retry is the same
/// ticket, scheduled again for the time when the scan is due.
/// </remarks>
public sealed partial class RunScanJob(ScanRunner runner, ProgressNotes notes, JobEngine engine, ILogger<RunScanJob> logger) : IJob<ScanTicket>
{
    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, ScanTicket input, CancellationToken cancellationToken = default)
    {
        var report = await notes.DuringAsync(
            input.Scan,
            scan => context.ReportProgress(PercentOf(scan), TextOf(scan)),
            () => runner.RunAsync(input.Scan, cancellationToken));
        switch (report)
        {
            case RunReport.TryAgain again:
                await RetryAsync(input.Scan, again);
                throw new JobExecutionException(again.Reason);
            case RunReport.Failed failed:
                throw new JobExecutionException(failed.Reason);
        }
    }

    static int PercentOf(ScanJob scan) => scan.TotalDeals is > 0 and var total ? (int)Math.Min(100, scan.ProcessedDeals * 100 / total) : 0;

    static string TextOf(ScanJob scan) => string.Create(
        CultureInfo.InvariantCulture,
        $"{scan.ProcessedDeals} of {scan.TotalDeals?.ToString(CultureInfo.InvariantCulture) ?? "?"} deals in {scan.Pages} pages, the last {scan.LastId}");

    async Task RetryAsync(Guid scan, RunReport.TryAgain again)
    {
        try
        {
            // The node may be stopping: the retry is another's then.
            await engine.RetryAsync(scan, again, CancellationToken.None);
        }
        catch (Exception trouble) when (JobEngine.IsTrouble(trouble))
        {
            Log.NotScheduled(logger, scan, trouble);
        }
    }

    static partial class Log
    {
        [LoggerMessage(3601, LogLevel.Warning, "the retry of scan {Scan} could not be scheduled; the reconciler will find it")]
        internal static partial void NotScheduled(ILogger logger, Guid scan, Exception trouble);
    }
}
