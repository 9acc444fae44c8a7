using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Extraction;

/// <summary>Scans that are read through HubSpot's search: its index that lags, its order.</summary>
public sealed class SearchTests
{
    const string Portal = "12345678";

    static readonly ScanConfig Won = new() { Properties = ["dealname", "dealstage"], DealStage = "closedwon" };

    [Test]
    [CancelAfter(120_000)]
    public async Task What_the_index_had_not_noticed_when_the_scan_began_is_found_by_the_closing_look(CancellationToken ct)
    {
        await using var scene = await OpenAsync(new PortalOptions { Deals = 3_000, Archived = 20, SearchLag = TimeSpan.FromSeconds(2) }, lag: "00:00:04", ct);
        var into = Matching(scene, "appointmentscheduled")[0];
        var (other, gone) = Matching(scene, "closedwon") is [var first, var second, ..] ? (first, second) : default;
        var created = scene.HubSpot.CreateDeal(new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = "just created", ["dealstage"] = "closedwon", ["pipeline"] = "default" });
        scene.HubSpot.UpdateDeal(into, new Dictionary<string, string>(StringComparer.Ordinal) { ["dealstage"] = "closedwon" });
        scene.HubSpot.UpdateDeal(other, new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = "just renamed" });
        scene.HubSpot.ArchiveDeal(gone);

        await scene.Node.StartScanAsync("lagging", Portal, scene.Token, Won with { IncludeArchived = true }, ct);
        var scan = await scene.Node.BecomesAsync("lagging", ScanStatus.Completed, ct);

        Assert.That(await SegmentsAsync(scene, scan), Is.EqualTo(new[] { "search", "closing", "archived" }));
        var expected = scene.HubSpot.DealIds().Concat(scene.HubSpot.DealIds(archived: true)).Order()
            .Where(id => scene.HubSpot.ReadDeal(id, "dealstage")!.Properties["dealstage"] == "closedwon").ToList();
        Assert.That(expected, Does.Contain(created).And.Contain(into).And.Contain(other).And.Contain(gone));
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, expected, ct);
        Assert.That(scan.ProcessedDeals, Is.EqualTo(expected.Count), "a deal that was read twice counts once");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_scan_that_waits_for_its_closing_look_is_paused_at_once_and_looks_when_it_is_resumed(CancellationToken ct)
    {
        await using var scene = await OpenAsync(new PortalOptions { Deals = 1_000, Archived = 0 }, lag: "00:00:05", ct);
        await scene.Node.StartScanAsync("waits", Portal, scene.Token, Won, ct);
        await Eventually.BecomesAsync(CountWaitingAsync, Is.EqualTo(1), "only the closing look is left", ct);
        var (paused, changed) = (await new ScanControl(scene.Node.Database).PauseAsync("waits", ct))!.Value;
        Assert.That((paused.Status, changed), Is.EqualTo((ScanStatus.Paused, true)), "it had not looked yet");

        var resumed = (await new ScanControl(scene.Node.Database).ResumeAsync("waits", ct))!.Value.Scan;
        Assert.That(resumed.PlannedAt, Is.EqualTo(paused.PlannedAt), "the wait counts from the plan, not from the resume");
        var scan = await scene.Node.BecomesAsync("waits", ScanStatus.Completed, ct);
        Assert.That(scan.CompletedAt - scan.PlannedAt, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(5)), "it did not look too early");
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, Matching(scene, Won.DealStage!), ct);

        async Task<long> CountWaitingAsync()
        {
            await using var connection = await scene.Node.Database.OpenConnectionAsync(ct);
            return await connection.ExecuteScalarAsync<long>(
                "select count(*) from hubspot_deals.scan_segments where source = 'closing' and not done and not exists (select from hubspot_deals.scan_segments where source = 'search' and not done)");
        }
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_search_that_comes_in_another_order_is_given_up_for_the_list_and_no_deal_is_lost(CancellationToken ct)
    {
        await using var scene = await OpenAsync(new PortalOptions { Deals = 3_000, Archived = 0 }, lag: "00:00:30", ct);
        using var fault = scene.Server.AddFault(new FaultRule { Kind = FaultKind.OutOfOrder, Operation = @"^deals\.search$", Skip = 3 });
        await scene.Node.StartScanAsync("unordered", Portal, scene.Token, Won, ct);
        var scan = await scene.Node.BecomesAsync("unordered", ScanStatus.Completed, ct);

        Assert.That(fault.Struck, Is.Positive);
        Assert.That(await SegmentsAsync(scene, scan), Is.EqualTo(new[] { "list", "closing" }), "and nothing waits behind a list, which is live");
        Assert.That(scan.CompletedAt - scan.PlannedAt, Is.LessThan(TimeSpan.FromSeconds(30)));
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, Matching(scene, Won.DealStage!), ct);
        Assert.That(scan.ProcessedDeals, Is.EqualTo(Matching(scene, Won.DealStage!).Count));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_filtered_scan_of_a_small_portal_is_listed_unasked_and_waits_for_nothing(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 1_000, Archived = 0 }, ct);
        await scene.Node.StartScanAsync("small", Portal, scene.Token, Won, ct);
        var scan = await scene.Node.BecomesAsync("small", ScanStatus.Completed, ct);
        Assert.That(await SegmentsAsync(scene, scan), Is.EqualTo(new[] { "list" }));
        Assert.That(scan.TotalDeals, Is.EqualTo(Matching(scene, Won.DealStage!).Count), "the total is that of the filter");
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, Matching(scene, Won.DealStage!), ct);
    }

    static Task<Scene> OpenAsync(PortalOptions portal, string lag, CancellationToken ct) =>
        Scene.OpenAsync(portal, ct, ("Scans:FilteredReads", "search"), ("HubSpot:SearchIndexLag", lag));

    static List<long> Matching(Scene scene, string stage) =>
        [.. scene.HubSpot.DealIds().Where(id => scene.HubSpot.ReadDeal(id, "dealstage")!.Properties["dealstage"] == stage)];

    static async Task<IEnumerable<string>> SegmentsAsync(Scene scene, ScanJob scan)
    {
        await using var connection = await scene.Node.Database.OpenConnectionAsync();
        return await connection.QueryAsync<string>("select source from hubspot_deals.scan_segments where scan = @Id group by source order by min(segment)", new { scan.Id });
    }
}
