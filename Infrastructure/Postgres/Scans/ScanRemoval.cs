using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>Removes scans with everything they stored: the partition is dropped, so that it takes no longer for a million deals than for one.</summary>
public sealed class ScanRemoval(NpgsqlDataSource database, TimeProvider clock)
{
    // Dropping a partition takes the portal's table from everybody for a moment. Somebody's long query through it has to end first, and
    // whoever comes next would queue behind a waiting drop: so the wait is short, and repeated.
    const int MostTries = 20;
    static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    /// <summary>Removes a scan that is neither pending nor running: rows, failed deals and job record, or nothing of it.</summary>
    /// <returns>What became of it; null: there is no such scan.</returns>
    /// <exception cref="PostgresException">
    /// 55P03: a query through the portal's table did not end in time; it can be tried again.
    /// </exception>
    public async Task<ScanRemovalOutcome?> RemoveAsync(string scanId, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryRemoveAsync(scanId, cancellationToken);
            }
            catch (PostgresException locked) when (IsLocked(locked) && attempt < MostTries)
            {
                await Task.Delay(BetweenTries, clock, cancellationToken);
            }
        }
    }

    /// <summary>What a removal would come to; changes nothing.</summary>
    public async Task<ScanRemovalOutcome?> MeasureAsync(string scanId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ScanRows.FindAsync(connection, scanId, "", transaction: null, cancellationToken) is { } scan
            ? new ScanRemovalOutcome(scan, IsRemoved: false, await MeasureAsync(connection, transaction: null, scan, cancellationToken))
            : null;
    }

    /// <summary>Whether a removal failed only because somebody else was at the table for too long.</summary>
    public static bool IsLocked(PostgresException failure) =>
        failure.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected;

    /// <summary>Rows and index, as PostgreSQL measures them; 0 of a partition that is not there.</summary>
    static Task<long> MeasureAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, ScanJob scan, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "select coalesce(pg_total_relation_size(to_regclass(@Name)), 0)",
            new { scan.Table.Name },
            transaction,
            cancellationToken: cancellationToken));

    async Task<ScanRemovalOutcome?> TryRemoveAsync(string scanId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync("set local lock_timeout = '500ms'");
        // Locked until the end: a start that would go on with the scan waits here, and then finds none.
        if (await ScanRows.FindAsync(connection, scanId, "for update of j", transaction, cancellationToken) is not { } scan)
        {
            return null;
        }

        if (scan.Status is ScanStatus.Pending or ScanStatus.Running)
        {
            return new ScanRemovalOutcome(scan, IsRemoved: false, Bytes: 0);
        }

        long bytes = 0;
        if (scan.Columns is not null)
        {
            await ScanSessions.EndAsync(connection, transaction, scan.Id, cancellationToken);
            // One change of a portal's tables at a time, as where they are made.
            await ExecuteAsync("select pg_advisory_xact_lock(hashtextextended(@Name, 0))", new { scan.Table.Schema.Name });
            bytes = await MeasureAsync(connection, transaction, scan, cancellationToken);
            await ExecuteAsync($"drop table if exists {scan.Table.Name}; delete from {scan.Table.Failed} where scan = @Id", new { scan.Id });
        }

        await ExecuteAsync("delete from hubspot_deals.scan_jobs where id = @Id", new { scan.Id });
        await transaction.CommitAsync(cancellationToken);
        return new ScanRemovalOutcome(scan, IsRemoved: true, bytes);

        Task<int> ExecuteAsync(string sql, object? values = null) =>
            connection.ExecuteAsync(new CommandDefinition(sql, values, transaction, cancellationToken: cancellationToken));
    }
}

/// <summary>What a removal came to.</summary>
/// <param name="Scan">The scan as it was.</param>
/// <param name="IsRemoved">False: it is pending or running, and was left alone.</param>
/// <param name="Bytes">What its rows and their index took on disk.</param>
public sealed record ScanRemovalOutcome(ScanJob Scan, bool IsRemoved, long Bytes);
