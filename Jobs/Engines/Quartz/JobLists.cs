using Dapper;
using Npgsql;
using Quartz;
using Quartz.Extensibility;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Reads what the scheduler has to do, does and has done, in the whole cluster. The reading node need not be a worker.</summary>
sealed class JobLists(ISchedulerFactory schedulers, IExecutionHistoryStore history, NpgsqlDataSource database)
{
    /// <summary>More than any cluster runs at a time.</summary>
    const int MostRunning = 1_000;

    /// <summary>What waits, next due first.</summary>
    internal async Task<IReadOnlyList<JobEntry>> ReadQueuedAsync(int limit, CancellationToken cancellationToken)
    {
        // The scheduler's own query answers in the order of names: the next of thousands would have to be found among all of them.
        // A recurring job's next time is no queued job; one that is to be run now has a trigger of its own.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Waiting>(new CommandDefinition(
            """
            select trigger_name, trigger_group, job_name, job_group, next_fire_time, description
              from hubspot_deals_quartz.qrtz_triggers
             where sched_name = @SchedulerName and trigger_type <> 'CRON' and next_fire_time is not null
               and trigger_state in ('WAITING', 'ACQUIRED', 'BLOCKED', 'PAUSED', 'PAUSED_BLOCKED')
             order by next_fire_time, trigger_name
             limit @limit
            """,
            new { JobEngineSetup.SchedulerName, limit },
            cancellationToken: cancellationToken));
        return
        [
            .. rows.Select(row => new JobEntry(
                row.TriggerName,
                JobState.Queued,
                ScanTrigger.ScanOf(new TriggerKey(row.TriggerName, row.TriggerGroup)),
                RecurringOf(new JobKey(row.JobName, row.JobGroup)),
                new DateTimeOffset(row.NextFireTime, TimeSpan.Zero),
                Node: null,
                Duration: null,
                row.Description)),
        ];
    }

    /// <summary>What runs, newest first.</summary>
    internal async Task<IReadOnlyList<JobEntry>> ReadRunningAsync(int limit, CancellationToken cancellationToken)
    {
        var running = await FindRunningAsync(cancellationToken);
        return
        [
            .. running
                .OrderByDescending(firing => firing.FireTimeUtc)
                .Take(limit)
                .Select(firing => new JobEntry(
                    firing.FireInstanceId,
                    JobState.Running,
                    ScanTrigger.ScanOf(firing.TriggerKey),
                    firing.JobKey is { } job ? RecurringOf(job) : null,
                    firing.FireTimeUtc,
                    firing.SchedulerInstanceId,
                    Duration: null,
                    Reason: null)),
        ];
    }

    /// <summary>What has ended so, newest first.</summary>
    /// <param name="state">Succeeded or failed.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal async Task<IReadOnlyList<JobEntry>> ReadEndedAsync(JobState state, int limit, CancellationToken cancellationToken)
    {
        var ended = await history.QueryExecutions(
            new ExecutionHistoryQuery
            {
                SchedulerName = JobEngineSetup.SchedulerName,
                Results = state == JobState.Failed
                    ? [JobRunResult.Failed, JobRunResult.Cancelled]
                    : [JobRunResult.Succeeded, JobRunResult.Skipped],
                Take = limit,
            },
            cancellationToken);
        return
        [
            .. ended.Items
                .Select(run => new JobEntry(
                    run.FireInstanceId ?? run.EntryId ?? "",
                    state,
                    ScanTrigger.ScanOf(new TriggerKey(run.TriggerName, run.TriggerGroup)),
                    RecurringOf(new JobKey(run.JobName, run.JobGroup)),
                    run.FiredAtUtc + run.Duration,
                    run.SchedulerInstanceId,
                    run.Duration,
                    state == JobState.Failed ? run.ExceptionMessage : null))
                .OrderByDescending(entry => entry.At),
        ];
    }

    /// <summary>What comes again, by name.</summary>
    internal async Task<IReadOnlyList<RecurringEntry>> ReadRecurringAsync(CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var triggers = await scheduler.QueryTriggers(
            new TriggerQuery { Group = GroupMatcher<TriggerKey>.GroupEquals(JobEngine.RecurringGroup), Take = PagedQuery.All }, cancellationToken);
        var statuses = await history.QueryJobRunStatuses(
            new JobRunStatusQuery
            {
                SchedulerName = JobEngineSetup.SchedulerName,
                Jobs = [.. triggers.Items.Select(trigger => trigger.JobKey)],
                Take = PagedQuery.All,
            },
            cancellationToken);
        var running = await FindRunningAsync(cancellationToken);
        return [.. triggers.Items.Select(trigger => EntryOf(
            trigger,
            statuses.Items.FirstOrDefault(status => status.Job.Equals(trigger.JobKey)),
            running.FirstOrDefault(firing => trigger.JobKey.Equals(firing.JobKey))))];
    }

    static RecurringEntry EntryOf(TriggerHeader trigger, JobRunStatus? last, FireInstance? running)
    {
        var entry = new RecurringEntry(
            trigger.Key.Name, trigger.Description ?? "", trigger.NextFireTimeUtc, LastRun: null, LastState: null, LastReason: null);
        if (running is not null)
        {
            return entry with { LastRun = running.FireTimeUtc, LastState = JobState.Running };
        }

        return last switch
        {
            null => entry,
            { LastResult: JobRunResult.Succeeded or JobRunResult.Skipped } =>
                entry with { LastRun = last.LastFiredAtUtc, LastState = JobState.Succeeded },
            _ => entry with { LastRun = last.LastFiredAtUtc, LastState = JobState.Failed, LastReason = last.LastFailureMessage },
        };
    }

    async Task<IReadOnlyList<FireInstance>> FindRunningAsync(CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var firings = await scheduler.QueryFireInstances(
            new FireInstanceQuery { State = FireInstanceState.Executing, Take = MostRunning }, cancellationToken);
        return firings.Items;
    }

    static string? RecurringOf(JobKey job) => job.Group == JobEngine.RecurringGroup ? job.Name : null;

    sealed record Waiting
    {
        public string TriggerName { get; init; } = "";
        public string TriggerGroup { get; init; } = "";
        public string JobName { get; init; } = "";
        public string JobGroup { get; init; } = "";
        public long NextFireTime { get; init; }
        public string? Description { get; init; }
    }
}
