using Hangfire;
using HubSpotDeals.Jobs.Scans;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Runs a scan. It never fails in the engine's eyes: the scan's row says how the run ended, and whether it is tried again.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class RunScanJob(ScanRunner runner)
{
    /// <summary>Runs it. What is stored with the job is which scan, never a token.</summary>
    /// <param name="scan">The scan's UUID.</param>
    /// <param name="stop">Hangfire's own, when the job runs: the node is stopping, or another has the job.</param>
    public Task RunAsync(Guid scan, CancellationToken stop) => runner.RunAsync(scan, stop);
}
