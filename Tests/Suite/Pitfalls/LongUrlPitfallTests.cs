using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Pitfalls;

/// <summary>Portals with more properties than their names fit a URL.</summary>
public sealed class LongUrlPitfallTests
{
    const string Portal = "12345678";

    [Test]
    [CancelAfter(120_000)]
    public async Task More_properties_than_a_URL_takes_are_read_by_POST_and_joined_by_id(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 450, Archived = 120, ExtraCustomProperties = 320 }, ct);
        var names = scene.HubSpot.PropertyNames.OrderByDescending(name => name.Length).Take(490).ToList();
        await scene.Node.StartScanAsync("wide", Portal, scene.Token, new ScanConfig { Properties = names, IncludeArchived = true }, ct);
        var scan = await scene.Node.BecomesAsync("wide", ScanStatus.Completed, ct);

        Assert.That(scene.Server.Log.Count("deals.batch.read"), Is.GreaterThanOrEqualTo(5 + 2), "a batch for each page");
        Assert.That(scene.Server.Log.Requests.Select(request => request.Target.Length), Has.All.LessThan(8_000));
        var expected = scene.HubSpot.DealIds().Concat(scene.HubSpot.DealIds(archived: true)).Order().ToList();
        Assert.That(scan.ProcessedDeals, Is.EqualTo(expected.Count));
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, expected, ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_414_of_something_on_the_way_has_the_properties_read_by_POST(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 450, Archived = 0 }, ct);
        using var fault = scene.Server.AddFault(new FaultRule
        {
            Kind = FaultKind.Status, Status = 414, Path = "properties=.*,", Body = "<html><title>414 Request-URI Too Large</title></html>", ContentType = "text/html",
        });
        await scene.Node.StartScanAsync("narrow", Portal, scene.Token, new ScanConfig { Properties = ["dealname", "amount", "closedate"] }, ct);
        var scan = await scene.Node.BecomesAsync("narrow", ScanStatus.Completed, ct);

        Assert.That(fault.Struck, Is.Positive);
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, scene.HubSpot.DealIds(), ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Deals_that_go_between_their_ids_and_their_properties_are_left_out_and_the_others_stay(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 450, Archived = 0 }, ct, ("HubSpot:RequestTimeout", "00:00:01"));
        using var narrow = scene.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 414, Path = "properties=.*," });
        var (archived, survivor, merged) = scene.HubSpot.DealIds().ToList() is var ids ? (ids[10], ids[20], ids[30]) : default;
        using (var held = scene.Server.AddFault(new FaultRule { Kind = FaultKind.Hang, Operation = @"^deals\.batch\.read$" }))
        {
            await scene.Node.StartScanAsync("going", Portal, scene.Token, new ScanConfig { Properties = ["dealname", "amount"] }, ct);
            await Eventually.BecomesAsync(() => held.Struck, Is.Positive, "the ids are read, the deals are not", ct);
            scene.HubSpot.ArchiveDeal(archived);
            scene.HubSpot.MergeDeals(survivor, merged);
        }

        var scan = await scene.Node.BecomesAsync("going", ScanStatus.Completed, ct);
        var expected = scene.HubSpot.DealIds().ToList();
        Assert.That(expected, Has.None.EqualTo(archived).And.None.EqualTo(merged));
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, expected, ct);
    }
}
