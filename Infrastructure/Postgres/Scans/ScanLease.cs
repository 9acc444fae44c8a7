using System.Diagnostics.CodeAnalysis;
using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>A worker's right to write a scan, until it lapses or another takes it. Every write carries <see cref="Epoch"/>.</summary>
/// <remarks>
/// A worker that was asleep (a paused machine, a long collection) wakes to a lease that has lapsed or an epoch that has passed: its
/// next write changes nothing and throws <see cref="LeaseLostException"/>. All times are the database's.
/// </remarks>
public sealed class ScanLease
{
    /// <summary>How long a lease holds without being renewed.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    /// <summary>How often it is renewed. <c>lease_lapsed</c> in the database knows two and a half of these.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    readonly NpgsqlDataSource _database;

    ScanLease(NpgsqlDataSource database, Guid scan, long epoch)
    {
        _database = database;
        Scan = scan;
        Epoch = epoch;
    }

    /// <summary>The scan's UUID.</summary>
    public Guid Scan { get; }

    /// <summary>The fencing number: given once, higher than any before.</summary>
    public long Epoch { get; }

    /// <summary>What the sessions that write under this lease call themselves, so that a later owner can end those that hang.</summary>
    public string SessionName => ScanSessions.Name(Scan, Epoch);

    /// <summary>Takes a scan that is due and that nobody holds; null if there is nothing to take.</summary>
    public static async Task<ScanLease?> TryAcquireAsync(
        NpgsqlDataSource database, Guid scan, string node, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var epoch = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            """
            update hubspot_deals.scan_jobs j
               set status = 'running', lease_epoch = lease_epoch + 1, lease_node = @node,
                   lease_renewed_at = clock_timestamp(), lease_until = clock_timestamp() + @Duration,
                   run_after = null, error_message = null, updated_at = clock_timestamp()
             where id = @scan
               and (status = 'pending' and (run_after is null or run_after <= clock_timestamp())
                    or status = 'paused' and run_after <= clock_timestamp()
                    or status = 'running' and hubspot_deals.lease_lapsed(j))
            returning lease_epoch
            """,
            new { scan, node, Duration },
            cancellationToken: cancellationToken));
        if (epoch is null)
        {
            return null;
        }

        await ScanSessions.EndAsync(connection, transaction: null, scan, cancellationToken);
        return new ScanLease(database, scan, epoch.Value);
    }

    /// <summary>The scan's row under this lease.</summary>
    /// <exception cref="LeaseLostException">It is no longer this worker's.</exception>
    public async Task<ScanJob> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<ScanRows.Row>(new CommandDefinition(
            ScanRows.Select + "where j.id = @Scan and j.lease_epoch = @Epoch", new { Scan, Epoch }, cancellationToken: cancellationToken));
        return row?.ToJob() ?? throw new LeaseLostException(this);
    }

    /// <summary>Holds the lease for another <see cref="Duration"/> and records what is known of the run.</summary>
    /// <param name="progress">What the run has done since the last renewal.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="LeaseLostException">It is no longer this worker's.</exception>
    public Task RenewAsync(RunProgress progress, CancellationToken cancellationToken) => UpdateAsync(
        """
        lease_renewed_at = clock_timestamp(), lease_until = clock_timestamp() + @Duration,
        requests = requests + @Requests, retries = retries + @Retries, last_trouble = coalesce(@Trouble, last_trouble),
        deals_per_second = coalesce(@DealsPerSecond, deals_per_second)
        """,
        new { Duration, progress.Requests, progress.Retries, progress.DealsPerSecond, progress.Trouble },
        cancellationToken);

    /// <summary>Ends the scan: every segment is done. The token is erased; nothing needs it any more.</summary>
    /// <exception cref="LeaseLostException">It is no longer this worker's.</exception>
    public Task CompleteAsync(CancellationToken cancellationToken) => EndAsync(
        """
        status = 'completed', token = null, error_message = null, failed_attempts = 0, completed_at = clock_timestamp(),
        total_deals = (select coalesce(sum(deals + failed), 0) from hubspot_deals.scan_segments where scan = j.id)
        """,
        new { },
        cancellationToken);

    /// <summary>Ends the scan for a reason that does not pass by itself.</summary>
    /// <exception cref="LeaseLostException">It is no longer this worker's.</exception>
    public Task FailAsync(string reason, CancellationToken cancellationToken) =>
        EndAsync("status = 'failed', error_message = @reason, completed_at = clock_timestamp()", new { reason }, cancellationToken);

    /// <summary>Stops the scan until somebody starts it again, with a fresh token for example.</summary>
    /// <exception cref="LeaseLostException">It is no longer this worker's.</exception>
    public Task PauseAsync(string reason, CancellationToken cancellationToken) =>
        EndAsync("status = 'paused', error_message = @reason", new { reason }, cancellationToken);

    /// <summary>Stops the scan until its portal's day begins anew; then it is taken again by itself.</summary>
    /// <param name="reason">Why; when it goes on is added.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="LeaseLostException">It is no longer this worker's.</exception>
    public Task PauseForTheDayAsync(string reason, CancellationToken cancellationToken) => EndAsync(
        """
        status = 'paused', run_after = hubspot_deals.day_begins_anew(portal_id), enqueued_at = null,
        error_message = @reason || ' It goes on by itself at '
            || to_char(hubspot_deals.day_begins_anew(portal_id) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '.'
        """,
        new { reason },
        cancellationToken);

    /// <summary>Gives the scan back, to be taken by any node at once.</summary>
    /// <exception cref="LeaseLostException">It is no longer this worker's.</exception>
    public Task HandBackAsync(CancellationToken cancellationToken) =>
        EndAsync("status = 'pending', enqueued_at = null", new { }, cancellationToken);

    /// <summary>Gives the scan back, to be taken after a while: what stood in the way may pass.</summary>
    /// <remarks>
    /// The engine that ran it is about to retry it. The scan counts as queued for the time when it is due: the reconciler leaves it to the
    /// engine until then, and finds it soon after if the engine was never told, or forgot.
    /// </remarks>
    /// <param name="reason">What stood in the way.</param>
    /// <param name="delay">How long to wait.</param>
    /// <param name="failedAttempts">How many runs in a row have ended so without storing a page.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="LeaseLostException">It is no longer this worker's.</exception>
    public Task RetryLaterAsync(string reason, TimeSpan delay, int failedAttempts, CancellationToken cancellationToken) => EndAsync(
        """
        status = 'pending', error_message = @reason, failed_attempts = @failedAttempts,
        run_after = clock_timestamp() + @delay, enqueued_at = clock_timestamp() + @delay
        """,
        new { reason, delay, failedAttempts },
        cancellationToken);

    /// <summary>Makes sure, until a transaction of this worker's ends, that the scan is its own.</summary>
    /// <exception cref="LeaseLostException">It is no longer this worker's.</exception>
    internal Task ConfirmAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        UpdateAsync(connection, transaction, "lease_epoch = lease_epoch", new { }, cancellationToken);

    /// <summary>What else a transaction of this worker's changes in the scan's row; the caller commits.</summary>
    /// <exception cref="LeaseLostException">It is no longer this worker's.</exception>
    internal async Task UpdateAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction,
        [StringSyntax("Sql")] string assignments, object values, CancellationToken cancellationToken)
    {
        var parameters = new DynamicParameters(values);
        parameters.Add(nameof(Scan), Scan);
        parameters.Add(nameof(Epoch), Epoch);
        var changed = await connection.ExecuteAsync(new CommandDefinition(
            $"update hubspot_deals.scan_jobs j set {assignments}, updated_at = clock_timestamp() where id = @Scan and lease_epoch = @Epoch and lease_until > clock_timestamp()",
            parameters,
            transaction,
            cancellationToken: cancellationToken));
        if (changed == 0)
        {
            throw new LeaseLostException(this);
        }
    }

    Task EndAsync([StringSyntax("Sql")] string assignments, object values, CancellationToken cancellationToken) =>
        UpdateAsync(assignments + ", lease_until = null, lease_node = null", values, cancellationToken);

    async Task UpdateAsync([StringSyntax("Sql")] string assignments, object values, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await UpdateAsync(connection, transaction: null, assignments, values, cancellationToken);
    }
}

/// <summary>What a run did since it last said so.</summary>
/// <param name="Requests">Requests sent to HubSpot.</param>
/// <param name="Retries">Those that repeated an earlier one.</param>
/// <param name="DealsPerSecond">Over the last part of the run; null if it is too young to say.</param>
/// <param name="Trouble">Why a request was last repeated; null: none was.</param>
public sealed record RunProgress(long Requests, long Retries, double? DealsPerSecond, string? Trouble = null);

/// <summary>The scan belongs to another worker by now, or to none: nothing of this one's work is accepted any more.</summary>
public sealed class LeaseLostException(ScanLease lease, Exception? inner = null)
    : Exception($"the lease with epoch {lease.Epoch} of scan {lease.Scan} is lost", inner);
