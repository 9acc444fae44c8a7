using HubSpotDeals.Jobs.Scans;
using Npgsql;
using Quartz;
using Quartz.Extensibility;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>The job engine that this build was made with: Quartz.NET, clustered over PostgreSQL.</summary>
/// <remarks>
/// A class of this name and shape stands in each folder below Engines, and the build takes one of them in. The engine only starts
/// work; the scan's row is the record of it.
/// </remarks>
public sealed class JobEngine(ISchedulerFactory schedulers, IExecutionHistoryStore history, NpgsqlDataSource database)
{
    /// <summary>What it is called, for people.</summary>
    public const string Name = "Quartz";

    internal const string RecurringGroup = "recurring";

    readonly JobLists _lists = new(schedulers, history, database);

    /// <summary>Has some worker run the scan.</summary>
    /// <param name="scan">The scan's UUID.</param>
    /// <param name="epoch">The scan's lease epoch: what is queued for it already is left alone.</param>
    /// <param name="delay">Not before this has passed.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task EnqueueAsync(Guid scan, long epoch, TimeSpan delay, CancellationToken cancellationToken) =>
        ScheduleAsync(scan, epoch, delay, reason: null, cancellationToken);

    /// <summary>Has some worker run the scan again when it is due.</summary>
    internal Task RetryAsync(Guid scan, RunReport.TryAgain again, CancellationToken cancellationToken) =>
        ScheduleAsync(scan, again.Epoch, again.Delay, again.Reason, cancellationToken);

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
            // Quartz keeps the schedule with a sixth field, for seconds.
            .WithDescription(schedule)
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

    /// <summary>Jobs that are in the state, the newest first; queued ones: the next due first.</summary>
    /// <param name="state">The state.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<IReadOnlyList<JobEntry>> ListAsync(JobState state, int limit, CancellationToken cancellationToken) => state switch
    {
        JobState.Queued => _lists.ReadQueuedAsync(limit, cancellationToken),
        JobState.Running => _lists.ReadRunningAsync(limit, cancellationToken),
        _ => _lists.ReadEndedAsync(state, limit, cancellationToken),
    };

    /// <summary>What comes again, in the order of the names.</summary>
    public Task<IReadOnlyList<RecurringEntry>> ListRecurringAsync(CancellationToken cancellationToken) =>
        _lists.ReadRecurringAsync(cancellationToken);

    /// <summary>Has some worker do a recurring job now; its schedule stays as it is.</summary>
    /// <returns>False: there is no recurring job of that name.</returns>
    public async Task<bool> RunNowAsync(string name, CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var job = new JobKey(name, RecurringGroup);
        if (!await scheduler.Exists(job, cancellationToken))
        {
            return false;
        }

        await scheduler.TriggerJob(job, cancellationToken);
        return true;
    }

    /// <summary>Whether the text is a schedule that <see cref="RepeatAsync"/> takes.</summary>
    public static bool IsSchedule(string text) => CronExpression.TryParse(text, CronFormat.Unix, out _);

    /// <summary>Whether a failure of these calls is the engine's trouble, which passes.</summary>
    public static bool IsTrouble(Exception failure) => failure is SchedulerException;

    async Task ScheduleAsync(Guid scan, long epoch, TimeSpan delay, string? reason, CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.ScheduleJob<RunScanJob, ScanTicket>(
            new ScanTicket(scan),
            delay,
            new OneOffJobOptions
            {
                Name = ScanTrigger.NameOf(scan, epoch),
                Group = ScanTrigger.Group,
                Description = reason,
                OnConflict = TriggerConflict.Keep,
            },
            cancellationToken);
    }
}
