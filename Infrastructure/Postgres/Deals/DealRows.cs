using System.Runtime.CompilerServices;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>
/// Reads a scan's deals in the order of their ids, in PostgreSQL's binary form. A row's fields are <c>hs_object_id</c>, a field
/// per column, <c>_extracted_at</c>, <c>created_at</c>, <c>updated_at</c>, <c>_archived</c>, <c>_rejected</c>.
/// </summary>
/// <remarks>
/// Deals come in batches of a few megabytes, each by a statement of its own that goes on behind the last id and is over before the
/// batch is handed out; one batch is read ahead. So a reader of any slowness holds two batches of memory, and no connection, lock
/// or transaction, and cannot keep a scan from being removed. What is stored while the reading goes on is seen if it lies ahead.
/// </remarks>
/// <param name="database">Where the table is.</param>
/// <param name="table">The scan's partition.</param>
/// <param name="columns">The properties' columns, in the order in which they are wanted.</param>
public sealed class DealRows(NpgsqlDataSource database, DealTable table, IReadOnlyList<DealColumn> columns)
{
    const int BatchBytes = 1 << 20;
    const int LargestBatch = 20_000;
    const int FirstBatch = 1_000; // the first bytes are wanted soon, and the deals' size isn't known yet

    // Where rows turn out far larger than those before them, a batch is cut here and the next one goes on behind it.
    const int MostBatchBytes = 4 * BatchBytes;

    readonly string _select =
        $"""
        select hs_object_id{string.Concat(columns.Select(column => ", " + SqlName.Quote(column.Column)))},
               _extracted_at, created_at, updated_at, _archived, _rejected
          from {table.Name}
        """;

    /// <summary>Reads deals; a batch is valid until the next one is asked for.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="limit">How many to read at most.</param>
    /// <param name="ct">Ends the statement that runs, on the server too; so does leaving the loop.</param>
    /// <exception cref="PostgresException">The table is gone or was never there (42P01), or the database is in trouble.</exception>
    public async IAsyncEnumerable<DealBatch> ReadAsync(DealPlace from, long limit, [EnumeratorCancellation] CancellationToken ct)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var next = ReadBatchAsync(from, (int)Math.Min(limit, FirstBatch), leaving.Token);
        try
        {
            while (next is not null)
            {
                using var batch = await next;
                limit -= batch.Count;
                next = batch.Count > 0 && limit > 0
                    ? ReadBatchAsync(new DealPlace(batch.LastId, Offset: 0), (int)Math.Min(limit, CountFor(batch)), leaving.Token)
                    : null;
                if (batch.Count > 0)
                {
                    yield return batch;
                }
            }
        }
        finally
        {
            if (next is not null)
            {
                await leaving.CancelAsync();
                await DropAsync(next);
            }
        }
    }

    static int CountFor(DealBatch batch) => Math.Clamp(BatchBytes / (batch.Received / batch.Count), 1, LargestBatch);

    static async Task DropAsync(Task<DealBatch> batch)
    {
        await ((Task)batch).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // nobody waits for it any more
        if (batch.IsCompletedSuccessfully)
        {
            (await batch).Dispose();
        }
    }

    async Task<DealBatch> ReadBatchAsync(DealPlace from, int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var settings = new NpgsqlCommand(Settings, connection, transaction))
        {
            await settings.ExecuteNonQueryAsync(ct);
        }

        var sql = $"copy ({_select} where hs_object_id > {from.After} order by hs_object_id limit {limit} offset {from.Offset}) to stdout (format binary)";
        await using var copy = await connection.BeginRawBinaryCopyAsync(sql, ct);
        var batch = new DealBatch();
        var whole = false;
        try
        {
            while (await copy.ReadAsync(batch.Room(), ct) is > 0 and var bytes)
            {
                batch.Take(bytes);
                if (batch.Received > MostBatchBytes && batch.Count > 0)
                {
                    await copy.CancelAsync();
                    break;
                }
            }

            whole = true;
            return batch;
        }
        finally
        {
            if (!whole)
            {
                batch.Dispose();
            }
        }
    }

    // A fresh partition has no statistics, and the planner may then sort the whole of it for each batch, or compile the query at
    // length; the index has the order already. And a reading that is given up closes its connection, which a server that is
    // waiting or sorting would notice only at its first write, however much later.
    // (PostgreSQL 13 does not know the last of them, and is spared it.)
    const string Settings =
        """
        set local enable_sort = off;
        set local jit = off;
        select set_config(name, '500ms', true) from pg_settings where name = 'client_connection_check_interval'
        """;
}
