using System.Security.Cryptography;
using System.Text;
using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Suite.Support;
using Npgsql;

namespace HubSpotDeals.Suite.Postgres.Deals;

public sealed class DealWriterTests
{
    static readonly byte[] NotUtf8 = [0xC3, 0x28];

    [Test]
    [CancelAfter(120_000)]
    public async Task Rows_and_checkpoint_are_stored_together(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(ct);
        Assert.That(await scene.StoreAsync(Batch("200", (100, "a"), (200, "b")), ct), Is.EqualTo(2));

        Assert.That(await scene.DealsAsync(), Is.EqualTo(["100 a", "200 b"]));
        Assert.That(await scene.SegmentAsync(), Is.EqualTo("200|200|1|2|0|f"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_connection_that_is_cut_between_the_rows_and_the_commit_leaves_nothing(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(ct);
        await using var other = await scene.Database.Source.OpenConnectionAsync(ct);
        await other.ExecuteAsync("begin; select 1 from hubspot_deals.scan_jobs for update");
        var storing = scene.StoreAsync(Batch("200", (100, "a"), (200, "b")), ct);
        // The rows are there, uncommitted; the checkpoint waits for the scan's row.
        await Eventually.BecomesAsync(() => scene.Database.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where application_name = @SessionName and wait_event_type = 'Lock' and query like '%store_checkpoint%'",
            new { scene.Planned.Lease.SessionName }), Is.EqualTo(1), "waiting", ct);
        await other.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name = @SessionName", new { scene.Planned.Lease.SessionName });

        Assert.That(async () => await storing, Throws.InstanceOf<NpgsqlException>());
        await other.ExecuteAsync("commit");
        Assert.That(await scene.DealsAsync(), Is.Empty);
        Assert.That(await scene.SegmentAsync(), Is.EqualTo("||0|0|0|f"));
    }

    [TestCase("lease_until = clock_timestamp() - interval '1 millisecond'")]
    [TestCase("lease_epoch = lease_epoch + 1")]
    [TestCase("lease_until = null")]
    public async Task Under_a_lost_lease_nothing_is_stored(string loss)
    {
        await using var scene = await Scene.OpenAsync(CancellationToken.None);
        await scene.StoreAsync(Batch("100", (100, "a")), CancellationToken.None);
        await scene.Database.ExecuteAsync("update hubspot_deals.scan_jobs set " + loss);

        Assert.That(() => scene.StoreAsync(Batch("200", (200, "b")), CancellationToken.None), Throws.TypeOf<LeaseLostException>());
        Assert.That(() => scene.StoreAsync(Batch("200", (100, "again")), CancellationToken.None), Throws.TypeOf<LeaseLostException>(), "merged");
        Assert.That(await scene.DealsAsync(), Is.EqualTo(["100 a"]));
        Assert.That(await scene.SegmentAsync(), Is.EqualTo("100|100|1|1|0|f"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_segment_that_is_done_takes_no_more(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(ct);
        using var last = Batch(null, done: true, (100, "a"u8.ToArray()));
        await scene.StoreAsync(last, ct);
        Assert.That(() => scene.StoreAsync(Batch("200", (200, "b")), ct), Throws.TypeOf<LeaseLostException>());
        Assert.That(await scene.DealsAsync(), Is.EqualTo(["100 a"]));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_deal_that_comes_twice_is_stored_once_as_it_came_last_and_counted_once(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(ct);
        Assert.That(await scene.StoreAsync(Batch("200", (100, "old"), (200, "b"), (100, "new")), ct), Is.EqualTo(2), "within a batch");
        Assert.That(await scene.StoreAsync(Batch("300", (200, "newer"), (300, "c")), ct), Is.EqualTo(1), "across batches");
        Assert.That(await scene.StoreAsync(Batch("400", (300, "newest")), ct), Is.Zero, "nothing new at all");

        Assert.That(await scene.DealsAsync(), Is.EqualTo(["100 new", "200 newer", "300 newest"]));
        Assert.That(await scene.SegmentAsync(), Is.EqualTo("400|300|3|3|0|f"));
    }

    [Test]
    public async Task A_row_that_PostgreSQL_refuses_is_kept_aside_and_all_others_are_stored([Values(0, 1, 4, 8)] int place)
    {
        await using var scene = await Scene.OpenAsync(CancellationToken.None);
        using var batch = Batch("900", [.. Enumerable.Range(0, 9).Select(n => (100L + n, n == place ? NotUtf8 : "ok"u8.ToArray()))]);
        Assert.That(await scene.StoreAsync(batch, CancellationToken.None), Is.EqualTo(8));

        Assert.That(await scene.DealsAsync(), Is.EqualTo(Enumerable.Range(0, 9).Where(n => n != place).Select(n => $"{100 + n} ok")));
        Assert.That(await scene.FailedAsync(), Is.EqualTo([$"{100 + place}"]));
        Assert.That(await scene.SegmentAsync(), Is.EqualTo("900|108|1|8|1|f"));
        Assert.That(await scene.StoreAsync(Batch("1000", (1000, "z")), CancellationToken.None), Is.EqualTo(1), "the writer goes on");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_batch_of_nothing_but_refused_rows_moves_the_checkpoint(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(ct);
        Assert.That(await scene.StoreAsync(Batch("200", (100L, NotUtf8), (200L, NotUtf8)), ct), Is.Zero);
        Assert.That(await scene.FailedAsync(), Is.EqualTo(["100", "200"]));
        Assert.That(await scene.SegmentAsync(), Is.EqualTo("200|200|1|0|2|f"));
    }

    [Test]
    public async Task A_batch_with_a_deal_that_comes_twice_and_a_row_that_is_refused_is_stored_whichever_is_met_first([Values] bool duplicateFirst)
    {
        await using var scene = await Scene.OpenAsync(CancellationToken.None);
        await scene.StoreAsync(Batch("100", (100, "old")), CancellationToken.None);
        // Larger than what COPY gathers before it writes, or PostgreSQL would always meet the refused row first.
        var ok = Encoding.ASCII.GetBytes(new string('n', 100_000));
        using var batch = duplicateFirst
            ? Batch("300", (100L, ok), (200L, NotUtf8), (300L, ok))
            : Batch("300", (200L, NotUtf8), (100L, ok), (300L, ok));

        Assert.That(await scene.StoreAsync(batch, CancellationToken.None), Is.EqualTo(1));
        Assert.That(await scene.DealsAsync(), Is.EqualTo(["100 nnnnnnnnnn", "300 nnnnnnnnnn"]));
        Assert.That(await scene.FailedAsync(), Is.EqualTo(["200"]));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_deal_too_large_for_a_table_s_page_is_kept_aside(CancellationToken ct)
    {
        const int Columns = 600;
        await using var scene = await Scene.OpenAsync(ct, Columns);
        using var batch = new PageBatch();
        var large = Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(1500)));
        for (var id = 1; id <= 3; id++)
        {
            Begin(batch.Rows, id, Columns);
            for (var column = 0; column < Columns; column++)
            {
                batch.Rows.Text(id == 2 ? large : "small"u8);
            }
        }

        batch.EndPage(segment: 0, "3", lastId: 3, done: false);
        Assert.That(await scene.StoreAsync(batch, ct), Is.EqualTo(2));
        Assert.That(await scene.FailedAsync(), Is.EqualTo(["2"]));
        Assert.That(
            await scene.Database.ScalarAsync<string>("select reason from hubspot_deals_77.failed_deals"), Does.Contain("row is too big"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Deals_that_could_not_be_parsed_are_kept_with_the_batch_s_transaction(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(ct);
        using var batch = new PageBatch();
        Add(batch, (100, "a"u8.ToArray()));
        batch.Failed.Add(new FailedDeal(null, """{"id": "\u0000 \ud800"}""", "no id"));
        batch.EndPage(segment: 0, "100", lastId: 100, done: false);
        await scene.StoreAsync(batch, ct);
        Assert.That(await scene.SegmentAsync(), Is.EqualTo("100|100|1|1|1|f"));
        Assert.That(await scene.Database.ScalarAsync<string>("select raw::text from hubspot_deals_77.failed_deals"), Is.EqualTo(batch.Failed[0].RawJsonArray));
    }

    static PageBatch Batch(string? cursor, params (long Id, string Name)[] deals) =>
        Batch(cursor, [.. deals.Select(deal => (deal.Id, Encoding.UTF8.GetBytes(deal.Name)))]);

    static PageBatch Batch(string? cursor, params (long Id, byte[] Name)[] deals) => Batch(cursor, done: false, deals);

    static PageBatch Batch(string? cursor, bool done, params (long Id, byte[] Name)[] deals)
    {
        var batch = new PageBatch();
        Add(batch, deals);
        batch.EndPage(segment: 0, cursor, deals.Max(deal => deal.Id), done);
        return batch;
    }

    static void Add(PageBatch batch, params (long Id, byte[] Name)[] deals)
    {
        foreach (var (id, name) in deals)
        {
            Begin(batch.Rows, id, columns: 1);
            batch.Rows.Text(name);
        }
    }

    static void Begin(CopyBuffer rows, long id, int columns)
    {
        rows.BeginRow((short)(ColumnNames.System.Count + columns));
        rows.Text("scan"u8);
        rows.BigInt(id);
        rows.Instant(0);
        rows.Null();
        rows.Null();
        rows.Bool(value: false);
        rows.Null();
    }

    sealed class Scene(ControlDatabase database, PlannedScan planned, DealWriter writer) : IAsyncDisposable
    {
        internal ControlDatabase Database => database;

        internal PlannedScan Planned => planned;

        internal static async Task<Scene> OpenAsync(CancellationToken ct, int columns = 1)
        {
            var database = await ControlDatabase.CreateAsync(ct);
            var planned = await database.PlanAsync("scan", [.. Enumerable.Range(0, columns).Select(n => new DealProperty($"name_{n}", ColumnKind.Text))], ct);
            return new Scene(database, planned, await DealWriter.OpenAsync(database.Source, planned.Lease, planned.Scan.Table, planned.Scan.Columns!, ct));
        }

        internal Task<long> StoreAsync(PageBatch batch, CancellationToken ct) => writer.StoreAsync(batch, ct);

        internal Task<IReadOnlyList<string>> DealsAsync() =>
            database.QueryAsync<string>($"select hs_object_id || ' ' || left(name_0, 10) from {planned.Scan.Table.Name} order by hs_object_id");

        internal Task<IReadOnlyList<string>> FailedAsync() => database.QueryAsync<string>("select deal_id from hubspot_deals_77.failed_deals order by deal_id");

        internal Task<string?> SegmentAsync() => database.ScalarAsync<string>(
            "select concat_ws('|', coalesce(cursor, ''), coalesce(last_id::text, ''), pages, deals, failed, done) from hubspot_deals.scan_segments");

        public async ValueTask DisposeAsync()
        {
            await writer.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
