using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Verification;

/// <summary>What scans find when they compare what they have stored with what HubSpot has.</summary>
public sealed class VerificationTests
{
    const string Portal = "12345678";
    const int Deals = 3_000;

    static readonly ScanConfig Config = new() { Properties = ["dealname", "amount", "dealstage"] };

    [Test]
    [CancelAfter(120_000)]
    public async Task A_scan_of_a_portal_that_stood_still_is_exact_and_two_of_them_have_one_checksum(CancellationToken ct)
    {
        await using var scene = await OpenAsync(ct);
        var first = await FindAsync(scene, await ScanAsync(scene, "first", Config, ct), ct);
        Assert.That((first.Verdict, first.HubSpotDeals, first.StoredDeals, first.Differences.Count), Is.EqualTo((Verdicts.Exact, (long?)Deals, (long)Deals, 0)));
        Assert.That(first.Checksum, Does.Match("^[0-9a-f]{64}$"));

        var again = await FindAsync(scene, await ScanAsync(scene, "again", Config with { Properties = ["amount", "dealstage", "dealname"] }, ct), ct);
        Assert.That(again.Checksum, Is.EqualTo(first.Checksum), "the order in which properties are named is none of the deals'");
        scene.HubSpot.UpdateDeal(scene.HubSpot.DealIds().Last(), new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = "renamed" });
        Assert.That((await FindAsync(scene, await ScanAsync(scene, "changed", Config, ct), ct)).Checksum, Is.Not.EqualTo(first.Checksum));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Where_HubSpots_list_can_not_be_read_from_any_id_on_all_of_it_is_looked_at(CancellationToken ct)
    {
        await using var scene = await OpenAsync(ct);
        using var fault = scene.Server.AddFault(new FaultRule { Kind = FaultKind.EmptyPage, Operation = @"^deals\.list$", Path = "limit=1&" });
        var archived = scene.HubSpot.DealIds().ElementAt(2_222);
        var found = await FindAsync(scene, await ChangedBeforeItVerifiesAsync(scene, Config, () => scene.HubSpot.ArchiveDeal(archived), ct), ct);
        Assert.That(found.Differences, Is.EqualTo(new[] { new DealDifference(archived, OnlyInHubSpot: false, "archived") }));
        Assert.That(scene.Server.Log.Count("deals.list"), Is.GreaterThanOrEqualTo(30 * 2));
    }

    [TestCase(0)]
    [TestCase(30)]
    [CancelAfter(120_000)]
    public async Task What_is_created_archived_merged_or_deleted_while_the_scan_ran_is_found_and_explained(int latencyMs, CancellationToken ct)
    {
        await using var scene = await OpenAsync(ct);
        scene.Server.Latency = TimeSpan.FromMilliseconds(latencyMs); // slow: read by several chains, so that only some ranges are looked into
        var ids = scene.HubSpot.DealIds().ToList();
        var created = 0L;
        var scan = await ChangedBeforeItVerifiesAsync(scene, Config, () =>
        {
            created = scene.HubSpot.CreateDeal(new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = "new" }, ids[700] + 1);
            scene.HubSpot.ArchiveDeal(ids[1_500]);
            scene.HubSpot.MergeDeals(ids[2_000], ids[2_900]);
        }, ct);
        var found = await FindAsync(scene, scan, ct);

        Assert.That(found.Verdict, Is.EqualTo(Verdicts.Complete));
        Assert.That(found.Differences, Is.EquivalentTo(new[]
        {
            new DealDifference(created, OnlyInHubSpot: true, "created"),
            new DealDifference(ids[1_500], OnlyInHubSpot: false, "archived"),
            new DealDifference(ids[2_900], OnlyInHubSpot: false, "merged"),
        }));
        Assert.That((found.HubSpotDeals, found.StoredDeals), Is.EqualTo(((long?)Deals - 1, (long)Deals)));
        Assert.That(scene.Server.Log.Count("deals.list"), Is.LessThan(30 * 2), "not everything is listed again");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_deal_that_came_to_pass_the_filter_or_no_longer_does_is_told_so(CancellationToken ct)
    {
        await using var scene = await OpenAsync(ct);
        var won = scene.HubSpot.DealIds().Where(id => Stage(scene, id) == "closedwon").ToList();
        var lost = scene.HubSpot.DealIds().Where(id => Stage(scene, id) == "closedlost").ToList();
        var scan = await ChangedBeforeItVerifiesAsync(scene, Config with { DealStage = "closedwon" }, () =>
        {
            SetStage(scene, lost[3], "closedwon");
            SetStage(scene, won[3], "closedlost");
            SetStage(scene, won[5], "closedlost");
        }, ct);
        var found = await FindAsync(scene, scan, ct);
        Assert.That(found.Verdict, Is.EqualTo(Verdicts.Complete));
        Assert.That(found.Differences, Is.EquivalentTo(new[]
        {
            new DealDifference(lost[3], OnlyInHubSpot: true, "changed"),
            new DealDifference(won[3], OnlyInHubSpot: false, "changed"),
            new DealDifference(won[5], OnlyInHubSpot: false, "changed"),
        }));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_deal_that_nothing_explains_makes_the_scan_incomplete(CancellationToken ct)
    {
        await using var scene = await OpenAsync(ct);
        var missing = scene.HubSpot.DealIds().ElementAt(1_234);
        var scan = await ChangedBeforeItVerifiesAsync(scene, Config, () =>
        {
            using var connection = scene.Node.Database.OpenConnection();
            Assert.That(connection.Execute("delete from hubspot_deals_12345678.deals where hs_object_id = @missing", new { missing }), Is.EqualTo(1));
        }, ct);
        var found = await FindAsync(scene, scan, ct);
        Assert.That(found.Verdict, Is.EqualTo(Verdicts.Incomplete));
        Assert.That(found.Differences, Is.EqualTo(new[] { new DealDifference(missing, OnlyInHubSpot: true, DealDifference.Unexplained) }));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task An_index_that_has_not_noticed_a_deal_that_the_scan_has_changes_nothing(CancellationToken ct)
    {
        await using var scene = await OpenAsync(ct, new PortalOptions { Deals = Deals, Archived = 0, SearchLag = TimeSpan.FromHours(1) });
        scene.HubSpot.CreateDeal(new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = "unnoticed" });
        var found = await FindAsync(scene, await ScanAsync(scene, "lag", Config, ct), ct);
        Assert.That((found.Verdict, found.HubSpotDeals, found.StoredDeals), Is.EqualTo((Verdicts.Exact, (long?)Deals + 1, Deals + 1L)));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_HubSpot_that_can_not_be_asked_leaves_the_scan_unverified_and_lets_it_complete(CancellationToken ct)
    {
        await using var scene = await OpenAsync(ct);
        using var fault = scene.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 503, Operation = @"^deals\.search$" });
        var found = await FindAsync(scene, await ScanAsync(scene, "alone", Config with { MaxRetries = 1 }, ct), ct);
        Assert.That((found.Verdict, found.HubSpotDeals, found.StoredDeals), Is.EqualTo((Verdicts.Unverified, (long?)null, (long)Deals)));
        Assert.That(found.Reason, Does.Contain("503"));
    }

    static Task<Scene> OpenAsync(CancellationToken ct, PortalOptions? portal = null) =>
        Scene.OpenAsync(portal ?? new PortalOptions { Deals = Deals, Archived = 20 }, ct, ("HubSpot:RequestTimeout", "00:00:01"));

    static async Task<ScanJob> ScanAsync(Scene scene, string scanId, ScanConfig config, CancellationToken ct)
    {
        await scene.Node.StartScanAsync(scanId, Portal, scene.Token, config, ct);
        return await scene.Node.BecomesAsync(scanId, ScanStatus.Completed, ct);
    }

    /// <summary>Keeps the verification's first question from being answered when every page is stored, and lets it go on after a change.</summary>
    static async Task<ScanJob> ChangedBeforeItVerifiesAsync(Scene scene, ScanConfig config, Action change, CancellationToken ct)
    {
        using (var held = scene.Server.AddFault(new FaultRule { Kind = FaultKind.Hang, Operation = @"^deals\.search$", Skip = config.IsFiltered ? 2 : 1 }))
        {
            await scene.Node.StartScanAsync("changing", Portal, scene.Token, config, ct);
            await Eventually.BecomesAsync(() => held.Struck, Is.Positive, "the verification has begun", ct);
            change();
        }

        return await scene.Node.BecomesAsync("changing", ScanStatus.Completed, ct);
    }

    static async Task<ScanVerification> FindAsync(Scene scene, ScanJob scan, CancellationToken ct)
    {
        var found = (await ScanVerification.FindAsync(scene.Node.Database, scan.Id, ct))!;
        Assert.That(scan.Verdict, Is.EqualTo(found.Verdict));
        return found;
    }

    static string? Stage(Scene scene, long id) => scene.HubSpot.ReadDeal(id, "dealstage")!.Properties["dealstage"];

    static void SetStage(Scene scene, long id, string stage) =>
        scene.HubSpot.UpdateDeal(id, new Dictionary<string, string>(StringComparer.Ordinal) { ["dealstage"] = stage });
}
