using System.Globalization;
using System.Text.Json;
using Dapper;
using Hangfire;
using Hangfire.States;
using Hangfire.Storage;
using Npgsql;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Reads what the engine has to do, does and has done, in the whole cluster. The reading node need not be a worker.</summary>
sealed class JobLists(JobStorage storage, NpgsqlDataSource database)
{
    /// <summary>Jobs that are in the state, the newest first; queued ones: the next due first.</summary>
    internal async Task<IReadOnlyList<JobEntry>> ReadAsync(JobState state, int limit, CancellationToken cancellationToken)
    {
        // Hangfire's own lists are in the order in which jobs were created: neither the next due nor what ended last is at their head.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            with found as materialized (
                select j.id, j.stateid, j.invocationdata ->> 'Type' as type, j.arguments ->> 0 as argument,
                       s.name as state, s.reason, s.data ->> 'ExceptionMessage' as exception, extract(epoch from s.createdat)::float8 as since,
                       w.score as due
                  from hubspot_deals_hangfire.job j
                  join hubspot_deals_hangfire.state s on s.id = j.stateid
                  left join hubspot_deals_hangfire.set w on w.key = 'schedule' and w.value = j.id::text
                 where j.statename = any(@names)
                 order by {(state == JobState.Queued ? "coalesce(w.score, extract(epoch from s.createdat)), j.id" : "j.stateid desc")}
                 limit @limit)
            select f.id, f.type, f.argument, f.state, f.reason, f.exception, f.since, f.due,
                   p.data ->> 'ServerId' as server, extract(epoch from p.createdat)::float8 as begun
              from found f
              left join lateral (
                  select data, createdat
                    from hubspot_deals_hangfire.state
                   where jobid = f.id and name = '{ProcessingState.StateName}'
                   order by id desc
                   limit 1) p on true
             order by {(state == JobState.Queued ? "coalesce(f.due, f.since), f.id" : "f.stateid desc")}
            """,
            new { names = NamesOf(state), limit },
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.ToEntry(state))];
    }

    /// <summary>What comes again, by name. Hangfire's client is synchronous.</summary>
    internal IReadOnlyList<RecurringEntry> ReadRecurring()
    {
        using var connection = storage.GetConnection();
        return
        [
            .. connection.GetRecurringJobs()
                .OrderBy(job => job.Id, StringComparer.Ordinal)
                .Select(job => new RecurringEntry(
                    job.Id,
                    job.Cron,
                    TimeOf(job.NextExecution),
                    TimeOf(job.LastExecution),
                    StateOf(job.LastJobState),
                    job.Error ?? (job.LastJobState == FailedState.StateName ? ReasonOf(connection, job.LastJobId) : null))),
        ];
    }

    static string[] NamesOf(JobState state) => state switch
    {
        JobState.Queued => [EnqueuedState.StateName, ScheduledState.StateName],
        JobState.Running => [ProcessingState.StateName],
        JobState.Succeeded => [SucceededState.StateName],
        _ => [FailedState.StateName],
    };

    /// <summary>Null: it has been deleted, by age or by hand.</summary>
    static JobState? StateOf(string? name) =>
        Enum.GetValues<JobState>().Cast<JobState?>().FirstOrDefault(state => NamesOf(state!.Value).Contains(name, StringComparer.Ordinal));

    static string? ReasonOf(IStorageConnection connection, string job) =>
        connection.GetStateData(job)?.Data.TryGetValue("ExceptionMessage", out var reason) == true ? reason : null;

    static DateTimeOffset? TimeOf(DateTime? time) => time is { } utc ? new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)) : null;

    static DateTimeOffset TimeOf(double epoch) => DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(epoch);

    sealed record Row
    {
        public long Id { get; init; }
        public string? Type { get; init; }
        public string? Argument { get; init; }
        public string State { get; init; } = "";
        public string? Reason { get; init; }
        public string? Exception { get; init; }
        public double Since { get; init; }
        public double? Due { get; init; }
        public string? Server { get; init; }
        public double? Begun { get; init; }

        internal JobEntry ToEntry(JobState state)
        {
            var hasEnded = state is JobState.Succeeded or JobState.Failed;
            return new JobEntry(
                Id.ToString(CultureInfo.InvariantCulture),
                state,
                Is<RunScanJob>() && Guid.TryParse(FirstArgument, out var scan) ? scan : null,
                Is<RunRecurringJob>() ? FirstArgument : null,
                TimeOf(Due ?? Since),
                // Hangfire adds the process and a number of its own to the name that a server is given.
                state == JobState.Queued ? null : Server?.Split(':')[0],
                hasEnded && Begun is { } begun ? TimeSpan.FromSeconds(Since - begun) : null,
                state == JobState.Failed ? Exception : State == ScheduledState.StateName ? Reason : null);
        }

        /// <summary>Arguments are kept as JSON, each by itself.</summary>
        string? FirstArgument => Argument is null ? null : JsonSerializer.Deserialize<string>(Argument);

        bool Is<T>() => Type?.StartsWith(typeof(T).FullName + ",", StringComparison.Ordinal) == true;
    }
}
