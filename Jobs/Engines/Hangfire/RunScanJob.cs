using Hangfire;
using Hangfire.Server;
using HubSpotDeals.Jobs.Scans;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Runs a scan, and tells the engine how that ended: a run that failed is a failed job, one that is to be tried again a scheduled one.</summary>
[AutomaticRetry(Attempts = 0)]
[TryAgainLater]
public sealed class RunScanJob(ScanRunner runner, ProgressNotes notes)
{
    /// <summary>Runs it. What is stored with the job is which scan, never a token.</summary>
    /// <param name="scan">The scan's UUID.</param>
    /// <param name="context">Hangfire's own, when the job runs.</param>
    /// <param name="stop">Hangfire's own, when the job runs: the node is stopping, or another has the job.</param>
    public async Task RunAsync(Guid scan, PerformContext? context, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(context);
        switch (await notes.DuringAsync(scan, new ScanParameters(context).Write, () => runner.RunAsync(scan, stop)))
        {
            case RunReport.TryAgain again:
                throw new TryAgainException(scan, again);
            case RunReport.Failed failed:
                throw new RunFailedException(failed.Reason);
        }
    }
}
