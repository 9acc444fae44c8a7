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

    const string RecurringGroup = "recurring";

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

    /// <summary>Has one of the workers do a recurring job whenever its time comes; what was missed while none was there is not made up for.</summary>
    /// <param name="name">The job's name; whatever was scheduled under it before is replaced.</param>
    /// <param name="schedule">Five fields of cron, in UTC.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task RepeatAsync(string name, string schedule, CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var job = JobBuilder.Create<RunRecurringJob>().WithIdentity(name, RecurringGroup).StoreDurably().Build();
        var trigger = TriggerBuilder.Create()
            .WithIdentity(name, RecurringGroup)
            .WithSchedule(CronScheduleBuilder.Create(schedule, CronFormat.Unix)
                .InTimeZone(TimeZoneInfo.Utc)
                .WithMisfireInstruction(CronTriggerMisfireInstruction.DoNothing))
            .Build();
        await scheduler.ScheduleJob(job, [trigger], ScheduleJobOptions.Replacing, cancellationToken);
    }

    /// <summary>Ends a recurring job that was scheduled before, if it was.</summary>
    public async Task StopRepeatingAsync(string name, CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.DeleteJob(new JobKey(name, RecurringGroup), cancellationToken);
    }

    /// <summary>Whether the text is a schedule that <see cref="RepeatAsync"/> takes.</summary>
    public static bool IsSchedule(string text) => CronExpression.TryParse(text, CronFormat.Unix, out _);

    /// <summary>Whether a failure of these calls is the engine's trouble, which passes.</summary>
    public static bool IsTrouble(Exception failure) => failure is SchedulerException;
}
