using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Postgres.Deals;

public sealed class DealTablesTests
{
    static readonly IReadOnlyList<DealProperty> Properties = [new("dealname", ColumnKind.Text), new("amount", ColumnKind.Number)];

    [Test]
    [CancelAfter(120_000)]
    public async Task A_portal_s_first_scan_makes_its_schema_and_tables(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var (scan, _) = await database.PlanAsync("first", Properties, ct);

        Assert.That(scan.Columns, Is.EqualTo(new DealColumn[] { new("dealname", "dealname", ColumnKind.Text), new("amount", "amount", ColumnKind.Number) }));
        Assert.That(scan.TotalDeals, Is.EqualTo(10));
        Assert.That(await ColumnsAsync(database, scan.Table.Name), Is.EqualTo([.. ColumnNames.System, "dealname", "amount"]));
        Assert.That(await database.ScalarAsync<long>("select count(*) from hubspot_deals_77.failed_deals"), Is.Zero);
        Assert.That(await database.QueryAsync<string>("select source from hubspot_deals.scan_segments"), Is.EqualTo(["list"]));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task First_scans_of_a_portal_at_once_all_get_their_tables(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scans = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => database.PlanAsync($"scan-{n}", [.. Properties, new($"own_{n}", ColumnKind.Date)], ct)));

        foreach (var (scan, _) in scans)
        {
            Assert.That(await database.ScalarAsync<long>($"select count(*) from {scan.Table.Name}"), Is.Zero);
        }

        Assert.That(await ColumnsAsync(database, "hubspot_deals_77.deals"), Is.SupersetOf(Enumerable.Range(0, 6).Select(n => $"own_{n}")));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_lease_that_is_lost_leaves_no_table_behind(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("lost", ct);
        var lease = await database.AcquireAsync(scan, ct);
        await database.Control.CancelAsync("lost", ct);
        var tables = new DealTables(database.Source, TimeProvider.System);

        Assert.That(() => tables.PlanAsync(lease, scan, Properties, [SegmentSource.List], 1, ct), Throws.TypeOf<LeaseLostException>());
        Assert.That(await database.ScalarAsync<string>("select to_regnamespace('hubspot_deals_77')::text"), Is.Null);
        Assert.That(await database.ScalarAsync<long>("select count(*) from hubspot_deals.scan_segments"), Is.Zero);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Long_names_and_names_of_system_columns_get_columns_of_their_own(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var stem = new string('x', 70);
        var awkward = new[] { stem + "1", stem + "2", "created_at", "_archived", "select", "with-hyphen", "xmin_" }
            .Select(name => new DealProperty(name, ColumnKind.Text)).ToList();
        var (scan, _) = await database.PlanAsync("awkward", awkward, ct);
        var (again, _) = await database.PlanAsync("again", awkward, ct);

        Assert.That(scan.Columns!.Select(column => column.Column), Is.Unique);
        Assert.That(await ColumnsAsync(database, scan.Table.Name), Is.SupersetOf(scan.Columns!.Select(column => column.Column)));
        Assert.That(again.Columns, Is.EqualTo(scan.Columns), "no second columns for the same properties");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_changed_type_gets_a_second_column_and_the_first_scan_keeps_its_own(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var (before, _) = await database.PlanAsync("before", [new("amount", ColumnKind.Number)], ct);
        var (after, _) = await database.PlanAsync("after", [new("amount", ColumnKind.Text)], ct);

        Assert.That(before.Columns![0].Column, Is.EqualTo("amount"));
        Assert.That(after.Columns![0].Column, Is.EqualTo("amount:text"));
        Assert.That((await database.Scans.FindAsync("before", ct))!.Columns, Is.EqualTo(before.Columns));
        Assert.That(await ColumnsAsync(database, before.Table.Name), Does.Contain("amount").And.Contain("amount:text"), "a partition has all its parent's columns");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_reader_of_the_portal_s_table_delays_a_new_column_and_does_not_break_the_plan(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        await database.PlanAsync("first", Properties, ct);
        var clock = new TestClock();
        Task<PlannedScan> planning;
        await using (var reader = await database.Source.OpenConnectionAsync(ct))
        {
            await reader.ExecuteAsync("begin; select * from hubspot_deals_77.deals");
            planning = database.PlanAsync("second", [new("brand_new", ColumnKind.Text)], ct, clock: clock);
            Assert.That(await clock.WhenTimerAsync(static _ => true).WaitAsync(ct), Is.EqualTo(TimeSpan.FromSeconds(1)));
            Assert.That(planning.IsCompleted, Is.False);
            await reader.ExecuteAsync("commit");
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        var (scan, _) = await planning;
        Assert.That(await ColumnsAsync(database, scan.Table.Name), Does.Contain("brand_new"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_plan_with_columns_that_are_there_does_not_wait_for_readers(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        await database.PlanAsync("first", Properties, ct);
        await using var reader = await database.Source.OpenConnectionAsync(ct);
        await reader.ExecuteAsync("begin; select * from hubspot_deals_77.deals");

        // On a clock that stands still: a plan that is refused a lock would wait for ever.
        var (scan, _) = await database.PlanAsync("second", Properties, ct, clock: new TestClock()).WaitAsync(TimeSpan.FromSeconds(30), ct);
        Assert.That(scan.Columns, Has.Count.EqualTo(2));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_plan_does_not_wait_for_a_scan_of_the_same_portal_that_is_storing_failed_deals(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        await database.PlanAsync("first", Properties, ct);
        await using var writer = await database.Source.OpenConnectionAsync(ct);
        await writer.ExecuteAsync("begin; insert into hubspot_deals_77.failed_deals (scan, raw, reason) values (gen_random_uuid(), '{}', 'why')");

        var (scan, _) = await database.PlanAsync("second", Properties, ct, clock: new TestClock()).WaitAsync(TimeSpan.FromSeconds(30), ct);
        Assert.That(scan.Columns, Has.Count.EqualTo(2));
    }

    static Task<IReadOnlyList<string>> ColumnsAsync(ControlDatabase database, string table) => database.QueryAsync<string>(
        "select attname from pg_attribute where attrelid = @table::regclass and attnum > 0 and not attisdropped order by attnum", new { table });
}
