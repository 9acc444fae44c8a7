using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>Scans as their users see them: start, look up, list, cancel, pause, resume. What a worker does is <see cref="ScanLease"/>.</summary>
public sealed class ScanStore(NpgsqlDataSource database)
{
    /// <summary>The channel on which every change of a scan by its user is announced; the payload is the scan's UUID.</summary>
    public const string ControlChannel = "hubspot_deals_control";

    /// <summary>Makes a new scan durable, or readies an existing one to go on; of simultaneous starts of one scan id one is accepted.</summary>
    /// <param name="scanId">The user's name for it.</param>
    /// <param name="portalId">The portal whose deals it extracts.</param>
    /// <param name="config">Filters and options.</param>
    /// <param name="protectToken">Encrypts the token for the scan with the given UUID.</param>
    /// <param name="cancellationToken">Ends the attempt; whether the scan was stored is then unknown.</param>
    /// <returns>What became of it. After <see cref="StartOutcome.Started"/> and <see cref="StartOutcome.Resumed"/> the row is committed.</returns>
    public async Task<ScanStart> StartAsync(
        string scanId, string portalId, ScanConfig config, Func<Guid, byte[]> protectToken, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var inserted = await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into hubspot_deals.scan_jobs (id, scan_id, portal_id, config, token)
            values (@id, @scanId, @portalId, @config::jsonb, @token)
            on conflict (scan_id) do nothing
            """,
            new { id, scanId, portalId, config = config.ToJson(), token = protectToken(id) },
            transaction,
            cancellationToken: cancellationToken));
        if (inserted == 0)
        {
            // The row is locked until the end: a second start of the same scan waits here and then sees it pending.
            var existing = await FindAsync(connection, scanId, "for update of j", transaction, cancellationToken)
                ?? throw new InvalidOperationException($"scan {scanId} was removed while it was started; start it again");
            var outcome = StartDecision.Of(existing, portalId, config);
            if (outcome != StartOutcome.Resumed)
            {
                return new ScanStart(outcome, existing);
            }

            await connection.ExecuteAsync(new CommandDefinition(
                """
                update hubspot_deals.scan_jobs
                   set status = 'pending', config = @config::jsonb, token = @token, error_message = null, failed_attempts = 0,
                       run_after = null, enqueued_at = null, completed_at = null, lease_epoch = lease_epoch + 1, lease_until = null,
                       updated_at = now()
                 where id = @Id
                """,
                new { existing.Id, config = config.ToJson(), token = protectToken(existing.Id) },
                transaction,
                cancellationToken: cancellationToken));
        }

        var job = await FindAsync(connection, scanId, "", transaction, cancellationToken)
            ?? throw new InvalidOperationException($"scan {scanId} was not stored");
        await transaction.CommitAsync(cancellationToken);
        return new ScanStart(inserted == 1 ? StartOutcome.Started : StartOutcome.Resumed, job);
    }

    /// <summary>The scan with this id, or null.</summary>
    public async Task<ScanJob?> FindAsync(string scanId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, scanId, "", transaction: null, cancellationToken);
    }

    /// <summary>The portal of the scan with this id; null: there is no such scan.</summary>
    public async Task<string?> FindPortalAsync(string scanId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "select portal_id from hubspot_deals.scan_jobs where scan_id = @scanId", new { scanId }, cancellationToken: cancellationToken));
    }

    /// <summary>Scans, the newest first.</summary>
    /// <param name="portals">Of these portals only; null: of all.</param>
    /// <param name="status">In this state only; null: in any.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="offset">After so many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <returns>The page, and how many there are in all.</returns>
    public async Task<(IReadOnlyList<ScanJob> Scans, long Total)> ListAsync(
        IReadOnlyList<string>? portals, ScanStatus? status, int limit, long offset, CancellationToken cancellationToken)
    {
        const string Condition = "where (@portals::text[] is null or j.portal_id = any (@portals)) and (@status is null or j.status = @status) ";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var parameters = new { portals = portals?.ToArray(), status = status?.Text(), limit, offset };
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "select count(*) from hubspot_deals.scan_jobs j " + Condition, parameters, cancellationToken: cancellationToken));
        var rows = await connection.QueryAsync<ScanRows.Row>(new CommandDefinition(
            ScanRows.Select + Condition + "order by j.created_at desc, j.number desc limit @limit offset @offset",
            parameters,
            cancellationToken: cancellationToken));
        return ([.. rows.Select(row => row.ToJob())], total);
    }

    /// <summary>Ends a pending or running scan. Nothing that its worker writes from here on is accepted.</summary>
    /// <returns>The scan after it, and whether it was this call that ended it; null: there is no such scan.</returns>
    public async Task<(ScanJob Scan, bool Changed)?> CancelAsync(string scanId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The epoch rises, so that a worker that has not heard of it is refused at its next checkpoint.
        var changed = await connection.ExecuteAsync(new CommandDefinition(
            """
            update hubspot_deals.scan_jobs
               set status = 'cancelled', lease_epoch = lease_epoch + 1, lease_until = null,
                   completed_at = clock_timestamp(), updated_at = clock_timestamp()
             where scan_id = @scanId and status in ('pending', 'running')
            """,
            new { scanId },
            transaction,
            cancellationToken: cancellationToken)) == 1;
        var job = await FindAsync(connection, scanId, "", transaction, cancellationToken);
        if (job is null)
        {
            return null;
        }

        if (changed)
        {
            await NotifyAsync(connection, transaction, job.Id, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return (job, changed);
    }

    static Task<int> NotifyAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            $"select pg_notify('{ControlChannel}', @id)", new { id = id.ToString() }, transaction, cancellationToken: cancellationToken));

    static async Task<ScanJob?> FindAsync(
        NpgsqlConnection connection, string scanId, string locking, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<ScanRows.Row>(new CommandDefinition(
            ScanRows.Select + "where j.scan_id = @scanId " + locking, new { scanId }, transaction, cancellationToken: cancellationToken));
        return row?.ToJob();
    }
}

/// <summary>What became of a start.</summary>
public enum StartOutcome
{
    /// <summary>A new scan, pending.</summary>
    Started,

    /// <summary>A scan that had stopped, pending again; it goes on from its checkpoint.</summary>
    Resumed,

    /// <summary>Refused: it is pending or running.</summary>
    AlreadyRunning,

    /// <summary>Refused: it has completed.</summary>
    AlreadyCompleted,

    /// <summary>Refused: it was started for another portal or with other filters.</summary>
    ConfigConflict,
}

/// <summary>The outcome, and the scan as it is now.</summary>
public sealed record ScanStart(StartOutcome Outcome, ScanJob Scan);

/// <summary>What a start of a scan that exists comes to.</summary>
public static class StartDecision
{
    /// <summary>The outcome for a scan in its state.</summary>
    public static StartOutcome Of(ScanJob existing, string portalId, ScanConfig config) => existing.Status switch
    {
        ScanStatus.Pending or ScanStatus.Running => StartOutcome.AlreadyRunning,
        ScanStatus.Completed => StartOutcome.AlreadyCompleted,
        _ when existing.PortalId != portalId || !existing.Config.ExtractsTheSameAs(config) => StartOutcome.ConfigConflict,
        _ => StartOutcome.Resumed,
    };
}
