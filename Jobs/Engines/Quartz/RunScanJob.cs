using HubSpotDeals.Jobs.Scans;
using Quartz;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>What is stored with a queued run: which scan. Never a token.</summary>
public sealed record ScanTicket(Guid Scan);

/// <summary>Runs a scan. It never fails in the engine's eyes: the scan's row says how the run ended.</summary>
public sealed class RunScanJob(ScanRunner runner) : IJob<ScanTicket>
{
    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, ScanTicket input, CancellationToken cancellationToken = default) =>
        await runner.RunAsync(input.Scan, cancellationToken);
}
