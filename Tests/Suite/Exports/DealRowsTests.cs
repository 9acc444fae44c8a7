using System.Buffers.Binary;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Suite.Support;
using Npgsql;

namespace HubSpotDeals.Suite.Exports;

public sealed class DealRowsTests
{
    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task Every_deal_is_read_once_and_in_order_over_any_number_of_batches()
    {
        await using var deals = await StoredDeals.CreateAsync([], Ct);
        await deals.StoreIdsAsync(30_001, 60_000, Ct); // so that the table's order is not that of the ids
        await deals.StoreIdsAsync(1, 30_000, Ct);
        var (ids, batches) = await ReadAsync(deals.Rows, 0, long.MaxValue);
        Assert.That(ids, Is.EqualTo(Enumerable.Range(1, 60_000)));
        Assert.That(batches, Is.GreaterThan(2));
    }

    [TestCase(0, 10)]
    [TestCase(999, 1)]
    [TestCase(2_495, 10)]
    [TestCase(100, 1_500)]
    [TestCase(2_500, 10)]
    [TestCase(0, 0)]
    public async Task A_part_is_counted_from_the_smallest_id(int offset, int limit)
    {
        await using var deals = await StoredDeals.CreateAsync([], Ct);
        await deals.StoreIdsAsync(1, 2_500, Ct);
        var (ids, _) = await ReadAsync(deals.Rows, offset, limit);
        Assert.That(ids, Is.EqualTo(Enumerable.Range(1, 2_500).Skip(offset).Take(limit)));
    }

    [Test]
    public async Task Deals_that_turn_out_huge_are_cut_into_smaller_batches_and_none_is_lost()
    {
        await using var deals = await StoredDeals.CreateAsync([new("story", "story", ColumnKind.Text)], Ct);
        await deals.StoreIdsAsync(1, 1_000, Ct);
        await deals.ExecuteAsync(
            $"insert into {deals.Export.Table.Name} (hs_object_id, story) select n, repeat('x', 3000000) from generate_series(1001, 1015) n", Ct);
        var (ids, batches) = await ReadAsync(deals.Rows, 0, long.MaxValue);
        Assert.That(ids, Is.EqualTo(Enumerable.Range(1, 1_015)));
        Assert.That(batches, Is.GreaterThan(3), "1,000 small ones, then more than fit one batch");
    }

    [Test]
    public async Task Cancelling_ends_the_query_on_the_server()
    {
        await using var deals = await WithAnEndlessRowAsync(after: 0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var reading = ReadAsync(deals.Rows, 0, long.MaxValue, stop.Token);
        await Eventually.BecomesAsync(deals.SleepingSessions, Is.EqualTo(1), "the query runs", Ct);
        await stop.CancelAsync();
        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());
        await Eventually.BecomesAsync(deals.BusySessions, Is.Zero, "no session is at work", Ct);
    }

    [Test]
    public async Task Leaving_the_loop_ends_the_query_that_reads_ahead()
    {
        await using var deals = await WithAnEndlessRowAsync(after: 1_000);
        await foreach (var batch in deals.Rows.ReadAsync(default, long.MaxValue, Ct))
        {
            Assert.That(batch.Count, Is.EqualTo(1_000));
            await Eventually.BecomesAsync(deals.SleepingSessions, Is.EqualTo(1), "the next batch is being read", Ct);
            break;
        }

        await Eventually.BecomesAsync(deals.BusySessions, Is.Zero, "no session is at work", Ct);
    }

    [Test]
    public async Task The_database_can_be_used_on_after_a_reading_was_cut_short()
    {
        await using var deals = await WithAnEndlessRowAsync(after: 1_000);
        for (var round = 0; round < 3; round++)
        {
            await foreach (var _ in deals.Rows.ReadAsync(default, long.MaxValue, Ct))
            {
                break;
            }

            var (ids, _) = await ReadAsync(deals.Rows, 0, 1_000);
            Assert.That(ids, Has.Count.EqualTo(1_000));
        }
    }

    [Test]
    public async Task A_reader_that_takes_its_time_does_not_keep_the_scan_from_being_removed()
    {
        await using var deals = await StoredDeals.CreateAsync([], Ct);
        await deals.StoreIdsAsync(1, 100_000, Ct);
        await using var batches = deals.Rows.ReadAsync(default, long.MaxValue, Ct).GetAsyncEnumerator(Ct);
        Assert.That(await batches.MoveNextAsync());
        await deals.ExecuteAsync($"drop table {deals.Export.Table.Name}", Ct); // waits as long as anyone holds a lock on it
        var gone = await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            while (await batches.MoveNextAsync())
            {
            }
        });
        Assert.That(gone?.SqlState, Is.EqualTo(PostgresErrorCodes.UndefinedTable));
    }

    // In place of the partition a view with one more deal, which takes longer to read than any test runs.
    static async Task<StoredDeals> WithAnEndlessRowAsync(int after)
    {
        var deals = await StoredDeals.CreateAsync([], Ct);
        await deals.StoreIdsAsync(1, after + 1, Ct);
        await deals.ExecuteAsync(
            $"""
            alter table {deals.Export.Table.Name} rename to stored;
            create view {deals.Export.Table.Name} as
                select * from {deals.Export.Table.Schema}.stored where hs_object_id <= {after} or pg_sleep(3600) is not null
            """,
            Ct);
        return deals;
    }

    static Task<(List<long> Ids, int Batches)> ReadAsync(DealRows rows, long offset, long limit) => ReadAsync(rows, offset, limit, Ct);

    static async Task<(List<long> Ids, int Batches)> ReadAsync(DealRows rows, long offset, long limit, CancellationToken ct)
    {
        var (ids, batches) = (new List<long>(), 0);
        await foreach (var batch in rows.ReadAsync(new DealPlace(After: 0, offset), limit, ct))
        {
            batches++;
            AddIds(batch, ids);
        }

        return (ids, batches);
    }

    static void AddIds(DealBatch batch, List<long> ids)
    {
        var before = ids.Count;
        var reader = new CopyReader(batch.Rows);
        for (var rest = batch.Rows; reader.NextRow(); rest = batch.Rows[reader.Position..])
        {
            var fields = BinaryPrimitives.ReadInt16BigEndian(rest);
            ids.Add(reader.ReadBigInt());
            for (var field = 1; field < fields; field++)
            {
                reader.TryReadField(out _);
            }
        }

        Assert.That(ids.Count - before, Is.EqualTo(batch.Count));
        Assert.That(ids[^1], Is.EqualTo(batch.LastId));
    }
}
