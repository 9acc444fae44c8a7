using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Extraction;

/// <summary>Scans of a HubSpot that takes its time, which are read by several chains of pages at once.</summary>
public sealed class ParallelReadingTests
{
    const string Portal = "12345678";
    const int Deals = 6_000;

    static readonly ScanConfig Config = new() { Properties = ["dealname", "amount"] };
    static readonly ScanConfig Filtered = Config with { DateRange = new DealDateRange("hs_lastmodifieddate", new DateOnly(1970, 1, 1), null) };

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(120_000)]
    public async Task A_slow_HubSpot_is_asked_for_several_pages_at_once_and_every_deal_is_stored_once(bool search, CancellationToken ct)
    {
        await using var scene = await OpenAsync(ct);
        var scan = await ScanAsync(scene, search ? Filtered : Config with { IncludeArchived = true }, ct);

        Assert.That(scene.Server.Log.MostInFlight, Is.GreaterThanOrEqualTo(8));
        Assert.That(await CountAsync(scene, search ? "source = 'search' and until_id is not null" : "source = 'list' and until_id is not null"), Is.GreaterThan(3));
        Assert.That(await CountAsync(scene, "not done"), Is.Zero);
        Assert.That(scene.Server.Log.Count(search ? "deals.search" : "deals.list"), Is.LessThan(60 * 2), "what is asked twice is the exception");
        await IsWholeAsync(scene, scan, ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Cursors_that_do_not_prove_to_be_ids_leave_the_scan_one_chain(CancellationToken ct)
    {
        await using var scene = await OpenAsync(ct);
        // What the proof asks for, and nothing else does, begins where it should not.
        using var fault = scene.Server.AddFault(new FaultRule { Kind = FaultKind.EmptyPage, Operation = @"^deals\.list$", Path = "limit=1&" });
        var scan = await ScanAsync(scene, Config, ct);

        Assert.That(fault.Struck, Is.Positive);
        Assert.That(await CountAsync(scene, "true"), Is.EqualTo(1));
        await IsWholeAsync(scene, scan, ct);
    }

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(120_000)]
    public async Task A_page_out_of_order_sends_a_split_scan_back_to_one_chain_and_no_deal_is_lost(bool search, CancellationToken ct)
    {
        await using var scene = await OpenAsync(ct);
        using var fault = scene.Server.AddFault(
            new FaultRule { Kind = FaultKind.OutOfOrder, Operation = search ? @"^deals\.search$" : @"^deals\.list$", Skip = 20, Times = 1 });
        var scan = await ScanAsync(scene, search ? Filtered : Config, ct);

        Assert.That(fault.Struck, Is.EqualTo(1));
        Assert.That(await CountAsync(scene, "whole and source = 'list' and pages >= 60"), Is.EqualTo(1), "everything was read again, in one chain");
        await IsWholeAsync(scene, scan, ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_split_scan_that_is_paused_goes_on_from_the_checkpoint_of_each_segment(CancellationToken ct)
    {
        await using var scene = await OpenAsync(ct);
        await scene.Node.StartScanAsync("scan", Portal, scene.Token, Config, ct);
        await Eventually.BecomesAsync(() => CountAsync(scene, "pages > 0"), Is.GreaterThan(4), "segments that have stored a page", ct);
        await new ScanControl(scene.Node.Database).PauseAsync("scan", ct);
        var before = (await scene.Node.Scans.FindAsync("scan", ct))!;
        Assert.That(before.Pages, Is.InRange(5, 59));

        await scene.Node.StartScanAsync("scan", Portal, scene.Token, Config, ct);
        var scan = await scene.Node.BecomesAsync("scan", ScanStatus.Completed, ct);
        Assert.That(await CountAsync(scene, "not done"), Is.Zero);
        await IsWholeAsync(scene, scan, ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_segment_whose_split_was_lost_is_read_to_its_old_end(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var (_, lease) = await database.PlanAsync("scan", [], ct);
        var segment = (await Segment.ReadOpenAsync(database.Source, lease.Scan, ct)).Single();
        var parts = await segment.SplitAsync(database.Source, lease, [(500, "500"), (900, "900")], ct);
        Assert.That(parts.Select(part => (part.Number, part.Cursor, part.FromId, part.UntilId)), Is.EqualTo(new (int, string?, long?, long?)[] { (1, "500", 500, 900), (2, "900", 900, null) }));
        Assert.That((await Segment.ReadOpenAsync(database.Source, lease.Scan, ct))[0].UntilId, Is.EqualTo(500));

        await database.ExecuteAsync("update hubspot_deals.scan_segments set done = true where segment = 0");
        Assert.That(await segment.SplitAsync(database.Source, lease, [(200, "200")], ct), Is.Empty, "it was done before it could be cut");
        await database.ExecuteAsync("update hubspot_deals.scan_jobs set lease_epoch = lease_epoch + 1");
        Assert.That(() => parts[0].SplitAsync(database.Source, lease, [(600, "600")], ct), Throws.TypeOf<LeaseLostException>());
        Assert.That(await database.ScalarAsync<long>("select count(*) from hubspot_deals.scan_segments"), Is.EqualTo(3));
    }

    static async Task<Scene> OpenAsync(CancellationToken ct)
    {
        var scene = await Scene.OpenAsync(
            new PortalOptions { Deals = Deals, Archived = 300 }, ct, ("Scans:FilteredReads", "search"), ("HubSpot:SearchIndexLag", "00:00:00"));
        scene.Server.Latency = TimeSpan.FromMilliseconds(40);
        return scene;
    }

    static async Task<ScanJob> ScanAsync(Scene scene, ScanConfig config, CancellationToken ct)
    {
        await scene.Node.StartScanAsync("scan", Portal, scene.Token, config, ct);
        return await scene.Node.BecomesAsync("scan", ScanStatus.Completed, ct);
    }

    static async Task IsWholeAsync(Scene scene, ScanJob scan, CancellationToken ct)
    {
        var expected = scene.HubSpot.DealIds().Concat(scan.Config.IncludeArchived ? scene.HubSpot.DealIds(archived: true) : []).Order().ToList();
        Assert.That((scan.ProcessedDeals, scan.Verdict), Is.EqualTo(((long)expected.Count, Verdicts.Exact)));
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, expected, ct);
    }

    static async Task<long> CountAsync(Scene scene, string condition)
    {
        await using var connection = await scene.Node.Database.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>($"select count(*) from hubspot_deals.scan_segments where {condition}");
    }
}
