using Quartz;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>The job engine that this build was made with: Quartz.NET, clustered over PostgreSQL.</summary>
/// <remarks>
/// A class of this name and shape stands in each folder below Engines, and the build takes one of them in. The engine only starts
/// work; the scan's row is the record of it.
/// </remarks>
public sealed class JobEngine(ISchedulerFactory schedulers)
{
    /// <summary>What it is called, for people.</summary>
    public const string Name = "Quartz";

    /// <summary>Has some worker run the scan.</summary>
    /// <param name="scan">The scan's UUID.</param>
    /// <param name="epoch">The scan's lease epoch: what is queued for it already is left alone.</param>
    /// <param name="delay">Not before this has passed.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task EnqueueAsync(Guid scan, long epoch, TimeSpan delay, CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.ScheduleJob<RunScanJob, ScanTicket>(
            new ScanTicket(scan),
            delay,
            new OneOffJobOptions { Name = $"{scan:N}.{epoch}", Group = "scans", OnConflict = TriggerConflict.Keep },
            cancellationToken);
    }

    /// <summary>Whether a failure of <see cref="EnqueueAsync"/> is the engine's trouble, which passes.</summary>
    public static bool IsTrouble(Exception failure) => failure is SchedulerException;
}
