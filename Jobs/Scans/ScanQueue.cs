using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Jobs.Scans;

/// <summary>Tells the job engine of a scan that is due.</summary>
#pragma warning disable CA1711 // it is a queue to those who use it
public sealed class ScanQueue
#pragma warning restore CA1711
{
    /// <summary>Never fails: the scan is durable already, and whoever looks for scans without a job finds it.</summary>
#pragma warning disable CA1822, IDE0060 // no engine is built in yet
    public Task EnqueueAsync(ScanJob scan, CancellationToken cancellationToken) => Task.CompletedTask;
#pragma warning restore CA1822, IDE0060
}
