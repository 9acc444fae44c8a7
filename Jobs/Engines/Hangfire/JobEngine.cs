using System.Globalization;
using System.Transactions;
using Cronos;
using Dapper;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;
using Npgsql;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>The job engine that this build was made with: Hangfire, over PostgreSQL.</summary>
/// <remarks>
/// A class of this name and shape stands in each folder below Engines, and the build takes one of them in. The engine only starts
/// work; the scan's row is the record of it. Hangfire's client is synchronous: its calls are made on a thread of the pool.
/// </remarks>
public sealed class JobEngine(
    NpgsqlDataSource database, JobStorage storage, IBackgroundJobClientV2 jobs, IRecurringJobManagerV2 recurring)
{
    /// <summary>What it is called, for people.</summary>
    public const string Name = "Hangfire";

    /// <summary>What was queued for a scan is remembered so long: longer than any of it waits.</summary>
    static readonly TimeSpan Memory = TimeSpan.FromDays(7);

    /// <summary>Hangfire keeps whole seconds, cut: what is due in 1.9 s would start up to a second too early, and find nothing due.</summary>
    static readonly TimeSpan Cut = TimeSpan.FromSeconds(1);

    readonly JobLists _lists = new(storage, database);

    /// <summary>Has some worker run the scan.</summary>
    /// <param name="scan">The scan's UUID.</param>
    /// <param name="epoch">The scan's lease epoch: what is queued for it already is left alone.</param>
    /// <param name="delay">Not before this has passed.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task EnqueueAsync(Guid scan, long epoch, TimeSpan delay, CancellationToken cancellationToken)
    {
        // Hangfire queues the same job as often as it is told to: what is queued for a scan is kept beside it, under a lock. The lock is
        // PostgreSQL's, which ends with its session: Hangfire's own would outlive a process that is killed by ten minutes.
        var key = NoteOf(scan);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_xact_lock(hashtextextended(@key, 0))", new { key }, transaction, cancellationToken: cancellationToken));
        await Task.Run(() => Enqueue(scan, epoch, delay), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Has one of the workers do a recurring job whenever its time comes; what was missed while none was there is not made up for.</summary>
    /// <param name="name">The job's name; whatever was scheduled under it before is replaced.</param>
    /// <param name="schedule">Five fields of cron, in UTC.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task RepeatAsync(string name, string schedule, CancellationToken cancellationToken) => Task.Run(
        () => recurring.AddOrUpdate(
            name,
            Job.FromExpression<RunRecurringJob>(job => job.RunAsync(name, CancellationToken.None)),
            schedule,
            new RecurringJobOptions { TimeZone = TimeZoneInfo.Utc, MisfireHandling = MisfireHandlingMode.Ignorable }),
        cancellationToken);

    /// <summary>Ends a recurring job that was scheduled before, if it was.</summary>
    public Task StopRepeatingAsync(string name, CancellationToken cancellationToken) =>
        Task.Run(() => recurring.RemoveIfExists(name), cancellationToken);

    /// <summary>Jobs that are in the state, the newest first; queued ones: the next due first.</summary>
    /// <param name="state">The state.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<IReadOnlyList<JobEntry>> ListAsync(JobState state, int limit, CancellationToken cancellationToken) =>
        _lists.ReadAsync(state, limit, cancellationToken);

    /// <summary>What comes again, in the order of the names.</summary>
    public Task<IReadOnlyList<RecurringEntry>> ListRecurringAsync(CancellationToken cancellationToken) =>
        Task.Run(_lists.ReadRecurring, cancellationToken);

    /// <summary>Has some worker do a recurring job now; its schedule stays as it is.</summary>
    /// <returns>False: there is no recurring job of that name.</returns>
    public Task<bool> RunNowAsync(string name, CancellationToken cancellationToken) =>
        Task.Run(() => recurring.TriggerJob(name) is not null, cancellationToken);

    /// <summary>Whether the text is a schedule that <see cref="RepeatAsync"/> takes.</summary>
    /// <remarks>Hangfire reads schedules with a copy of this library of its own; it would take a sixth field, for seconds.</remarks>
    public static bool IsSchedule(string text) => CronExpression.TryParse(text, CronFormat.Standard, out _);

    /// <summary>Whether a failure of these calls is the engine's trouble, which passes.</summary>
    public static bool IsTrouble(Exception failure) =>
        failure is BackgroundJobClientException
            or DistributedLockTimeoutException
            or global::Hangfire.PostgreSql.PostgreSqlDistributedLockException
            // Its storage commits by these: whether it did is in doubt where the connection was cut.
            or TransactionException;

    /// <summary>The state of a job that waits for its time.</summary>
    /// <param name="delay">How long it waits.</param>
    /// <param name="reason">Why it does; null: it was asked for.</param>
    internal static ScheduledState Later(TimeSpan delay, string? reason) => new(delay + Cut) { Reason = reason };

    /// <summary>Notes which job is queued for a scan's epoch.</summary>
    internal static void Note(IWriteOnlyTransaction transaction, Guid scan, long epoch, string job)
    {
        var key = NoteOf(scan);
        transaction.SetRangeInHash(key, [KeyValuePair.Create("epoch", TextOf(epoch)), KeyValuePair.Create("job", job)]);
        if (transaction is JobStorageTransaction whole)
        {
            whole.ExpireHash(key, Memory);
        }
    }

    static string NoteOf(Guid scan) => $"hubspot-deals:scan:{scan:N}";

    static string TextOf(long epoch) => epoch.ToString(CultureInfo.InvariantCulture);

    void Enqueue(Guid scan, long epoch, TimeSpan delay)
    {
        using var connection = storage.GetConnection();
        // One that runs is no reason not to queue: its worker may be gone, and if not, the lease decides.
        if (connection.GetAllEntriesFromHash(NoteOf(scan)) is { } queued
            && queued.GetValueOrDefault("epoch") == TextOf(epoch)
            && queued.GetValueOrDefault("job") is { } id
            && connection.GetStateData(id)?.Name is var state
            && (state == EnqueuedState.StateName || state == ScheduledState.StateName))
        {
            return;
        }

        IState begin = delay > TimeSpan.Zero ? Later(delay, reason: null) : new EnqueuedState();
        var job = jobs.Create(Job.FromExpression<RunScanJob>(run => run.RunAsync(scan, null, CancellationToken.None)), begin, parameters: null);
        using var transaction = connection.CreateWriteTransaction();
        Note(transaction, scan, epoch, job);
        transaction.Commit();
    }
}
