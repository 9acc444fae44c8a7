using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;
using NpgsqlTypes;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>Stores a scan's batches, each with the checkpoints of its segments in one transaction. For one task at a time.</summary>
/// <remarks>
/// The common case is four messages: begin and COPY, the rows, then checkpoints and commit in one. The last two travel together, so
/// that a worker that is stopped between two instructions never holds the scan's row locked.
/// </remarks>
public sealed class DealWriter : IAsyncDisposable
{
    readonly NpgsqlConnection _connection;
    readonly ScanLease _lease;
    readonly DealTable _table;
    readonly string _columns;

    DealWriter(NpgsqlConnection connection, ScanLease lease, DealTable table, IReadOnlyList<DealColumn> columns)
    {
        _connection = connection;
        _lease = lease;
        _table = table;
        _columns = string.Join(", ", [.. ColumnNames.System, .. columns.Select(column => SqlName.Quote(column.Column))]);
    }

    /// <summary>Opens a session for a scan.</summary>
    public static async Task<DealWriter> OpenAsync(
        NpgsqlDataSource database, ScanLease lease, DealTable table, IReadOnlyList<DealColumn> columns, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            // By this name the next owner of the scan finds the session and ends it, should this worker hang.
            await connection.ExecuteAsync(new CommandDefinition(
                "select set_config('application_name', @SessionName, false)", new { lease.SessionName }, cancellationToken: cancellationToken));
            return new DealWriter(connection, lease, table, columns);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stores the batch's deals and moves its segments' checkpoints, or neither.</summary>
    /// <returns>How many deals are new: one that HubSpot sends twice is stored once, as it was sent last.</returns>
    /// <exception cref="LeaseLostException">The scan is no longer this worker's; nothing was stored.</exception>
    public async Task<long> StoreAsync(PageBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            return await CopyStraightAsync(batch, cancellationToken);
        }
        catch (PostgresException refused) when (PostgresErrors.IsDuplicate(refused) || PostgresErrors.IsPoison(refused))
        {
            // Whichever PostgreSQL met first: the other may stand behind it.
            return await MergeAsync(batch, cancellationToken);
        }
    }

    /// <summary>Closes the session.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    async Task<long> CopyStraightAsync(PageBatch batch, CancellationToken cancellationToken)
    {
        await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);
        if (batch.Rows.Rows > 0)
        {
            await CopyAsync(_table.Name, batch.Rows.Written, cancellationToken);
        }

        await StoreFailedAsync(batch.Failed, transaction, cancellationToken);
        await CommitAsync(
            [
                .. batch.Parts.GroupBy(page => page.Segment).Select(pages => Checkpoint.Of(
                    [.. pages], pages.Sum(page => (long)(page.EndRow - page.FirstRow)), pages.Sum(page => (long)(page.EndFailed - page.FirstFailed)))),
            ],
            cancellationToken);
        return batch.Rows.Rows;
    }

    /// <summary>
    /// Stores each deal once, as it came last; finds the rows that PostgreSQL refuses, by halves, and keeps them as failed deals.
    /// A segment after the other, so that each counts its own.
    /// </summary>
    async Task<long> MergeAsync(PageBatch batch, CancellationToken cancellationToken)
    {
        await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);
        await StageAsync(transaction, cancellationToken);
        var poison = new List<FailedDeal>();
        var checkpoints = new List<Checkpoint>();
        foreach (var pages in batch.Parts.GroupBy(page => page.Segment))
        {
            var poisonBefore = poison.Count;
            foreach (var page in pages)
            {
                await StageHalvesAsync(batch.Rows, page.FirstRow, page.EndRow, poison, transaction, cancellationToken);
            }

            var deals = await MergeStagedAsync(transaction, cancellationToken);
            checkpoints.Add(Checkpoint.Of(
                [.. pages], deals, pages.Sum(page => (long)(page.EndFailed - page.FirstFailed)) + poison.Count - poisonBefore));
        }

        await StoreFailedAsync([.. batch.Failed, .. poison], transaction, cancellationToken);
        await CommitAsync(checkpoints, cancellationToken);
        return checkpoints.Sum(checkpoint => checkpoint.Deals);
    }

    async Task StageHalvesAsync(
        CopyBuffer rows, int from, int to, List<FailedDeal> poison, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        if (from == to)
        {
            return;
        }

        await transaction.SaveAsync("halves", cancellationToken);
        try
        {
            await CopyAsync("staged_deals", rows.Written[rows.RowStart(from)..rows.RowStart(to)], cancellationToken);
            await transaction.ReleaseAsync("halves", cancellationToken);
        }
        catch (PostgresException refused) when (PostgresErrors.IsPoison(refused))
        {
            await transaction.RollbackAsync("halves", cancellationToken);
            await transaction.ReleaseAsync("halves", cancellationToken);
            if (to - from == 1)
            {
                poison.Add(PoisonDeal.Read(rows.Written[rows.RowStart(from)..rows.RowStart(to)].Span, refused.MessageText));
                return;
            }

            var middle = from + ((to - from) / 2);
            await StageHalvesAsync(rows, from, middle, poison, transaction, cancellationToken);
            await StageHalvesAsync(rows, middle, to, poison, transaction, cancellationToken);
        }
    }

    Task<int> StageAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        _connection.ExecuteAsync(new CommandDefinition(
            $"""
            create temporary table staged_deals (like {_table.Name}) on commit drop;
            alter table staged_deals add column staged_order bigint generated always as identity;
            """,
            transaction: transaction,
            cancellationToken: cancellationToken));

    async Task<long> MergeStagedAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        // xmax is 0 in a row that this statement inserted, and not in one that it updated.
        var sets = string.Join(", ", _columns.Split(", ").Select(column => $"{column} = excluded.{column}"));
        return await _connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"""
            with merged as (
                insert into {_table.Name} ({_columns})
                select distinct on (hs_object_id) {_columns} from staged_deals order by hs_object_id, staged_order desc
                on conflict (hs_object_id) do update set {sets}
                returning xmax = 0 as is_new),
            emptied as (delete from staged_deals)
            select count(*) filter (where is_new) from merged
            """,
            transaction: transaction,
            cancellationToken: cancellationToken));
    }

    async Task CopyAsync(string table, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        await using var copy = await _connection.BeginRawBinaryCopyAsync(
            $"copy {table} ({_columns}) from stdin (format binary)", cancellationToken);
        try
        {
            await copy.WriteAsync(CopyFrame.Header, cancellationToken);
            await copy.WriteAsync(rows, cancellationToken);
            await copy.WriteAsync(CopyFrame.Trailer, cancellationToken);
        }
        catch
        {
            // Disposal would end the COPY as if it were whole.
            await copy.CancelAsync();
            throw;
        }
    }

    async Task StoreFailedAsync(IEnumerable<FailedDeal> deals, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var failed = deals.ToList();
        if (failed.Count == 0)
        {
            return;
        }

        await _connection.ExecuteAsync(new CommandDefinition(
            $"""
            insert into {_table.Failed} (scan, deal_id, raw, reason)
            select @Scan, * from unnest(@ids, @raws::json[], @reasons)
            """,
            new
            {
                _lease.Scan,
                ids = failed.Select(deal => deal.DealId).ToArray(),
                raws = failed.Select(deal => deal.RawJsonArray).ToArray(),
                reasons = failed.Select(deal => deal.Reason).ToArray(),
            },
            transaction,
            cancellationToken: cancellationToken));
    }

    async Task CommitAsync(IReadOnlyCollection<Checkpoint> checkpoints, CancellationToken cancellationToken)
    {
        await using var last = new NpgsqlBatch(_connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("select hubspot_deals.store_checkpoints($1, $2, $3, $4, $5, $6, $7, $8, $9)")
                {
                    Parameters =
                    {
                        new() { Value = _lease.Scan },
                        new() { Value = _lease.Epoch },
                        new() { Value = checkpoints.Select(checkpoint => checkpoint.Segment).ToArray() },
                        new() { Value = checkpoints.Select(checkpoint => checkpoint.Cursor).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                        new() { Value = checkpoints.Select(checkpoint => checkpoint.LastId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                        new() { Value = checkpoints.Select(checkpoint => checkpoint.Pages).ToArray() },
                        new() { Value = checkpoints.Select(checkpoint => checkpoint.Deals).ToArray() },
                        new() { Value = checkpoints.Select(checkpoint => checkpoint.Failed).ToArray() },
                        new() { Value = checkpoints.Select(checkpoint => checkpoint.Done).ToArray() },
                    },
                },
                new NpgsqlBatchCommand("commit"),
            },
        };
        try
        {
            await last.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException refused) when (PostgresErrors.IsLeaseLost(refused))
        {
            throw new LeaseLostException(_lease, refused);
        }
    }
}
