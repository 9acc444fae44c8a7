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
public sealed partial class RunScanJob(ScanRunner runner, JobEngine engine, ILogger<RunScanJob> logger) : IJob<ScanTicket>
{
    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, ScanTicket input, CancellationToken cancellationToken = default)
    {
        switch (await runner.RunAsync(input.Scan, cancellationToken))
        {
            case RunReport.TryAgain again:
                await RetryAsync(input.Scan, again);
                throw new JobExecutionException(again.Reason);
            case RunReport.Failed failed:
                throw new JobExecutionException(failed.Reason);
        }
    }

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
