using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Extraction;

/// <summary>Whole scans: from HubSpot's stand-in into a real PostgreSQL.</summary>
public sealed class ScanTests
{
    const string Portal = "12345678";

    [Test]
    [CancelAfter(120_000)]
    public async Task Every_standard_and_every_asked_property_of_every_deal_is_stored_as_HubSpot_has_it(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 5_000, Archived = 50 }, ct);
        await scene.Node.StartScanAsync("standard", Portal, scene.Token, new ScanConfig(), ct);
        var scan = await scene.Node.BecomesAsync("standard", ScanStatus.Completed, ct);

        Assert.That(scan.ProcessedDeals, Is.EqualTo(5_000));
        Assert.That(scan.TotalDeals, Is.EqualTo(5_000));
        Assert.That(scan.Columns, Has.Count.GreaterThan(150));
        Assert.That(scan.Token, Is.Null, "the token is erased at the end");
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, scene.HubSpot.DealIds(), ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Every_property_that_a_portal_has_can_be_asked_for(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 2_000, Archived = 100 }, ct);
        var config = new ScanConfig { Properties = [.. scene.HubSpot.PropertyNames], IncludeArchived = true };
        await scene.Node.StartScanAsync("all", Portal, scene.Token, config, ct);
        var scan = await scene.Node.BecomesAsync("all", ScanStatus.Completed, ct);

        var ids = scene.HubSpot.DealIds().Concat(scene.HubSpot.DealIds(archived: true)).Order();
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, ids, ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_token_of_another_portal_stores_no_deal_of_it_however_the_start_was_accepted(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 100 }, ct);
        await scene.Node.StartScanAsync("foreign", "87654321", scene.Token, new ScanConfig(), ct);
        var scan = await scene.Node.BecomesAsync("foreign", ScanStatus.Paused, ct);

        Assert.That(scan.ProcessedDeals, Is.Zero);
        Assert.That(scan.ErrorMessage, Does.Contain("belongs to portal 12345678"));
        Assert.That(scan.Columns, Is.Null, "not even a schema is made for it");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Properties_that_turn_out_not_to_exist_fail_the_scan_and_are_named(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 100 }, ct);
        await scene.Node.StartScanAsync("mistyped", Portal, scene.Token, new ScanConfig { Properties = ["dealname", "ammount"] }, ct);
        var scan = await scene.Node.BecomesAsync("mistyped", ScanStatus.Failed, ct);

        Assert.That(scan.ErrorMessage, Does.Contain("ammount").And.Not.Contain("dealname"));
    }
}
