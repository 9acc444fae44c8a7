using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.HubSpot.Budget;

/// <summary>Whole scans of portals with limits.</summary>
public sealed class LimitTests
{
    const string Portal = "12345678";

    static readonly ScanConfig Config = new() { Properties = ["dealname"] };

    [Test]
    [CancelAfter(120_000)]
    public async Task Two_nodes_with_two_scans_of_one_portal_are_never_refused(CancellationToken ct)
    {
        await using var server = await SandboxServer.StartAsync(
            new SandboxOptions { Portals = [new PortalOptions { Deals = 1_500, Archived = 0, Limits = new RateLimits(120, 5, 0) }] }, ct);
        await using var database = await TestDatabase.CreateAsync(ct);
        // One is told another limit than HubSpot's, and both have to hear the right one.
        await using var one = await WorkerNode.StartAsync(database, server.BaseAddress, ct, ("HubSpot:RequestsPer10Seconds", "100"), ("HubSpot:SearchRequestsPerSecond", "5"));
        await using var other = await WorkerNode.StartAsync(database, server.BaseAddress, ct, ("HubSpot:RequestsPer10Seconds", "200"), ("HubSpot:SearchRequestsPerSecond", "5"));
        var portal = server.Portals.Single();
        await one.StartScanAsync("one", Portal, TokenOptions.DefaultFor(portal.PortalId).Token, Config, ct);
        await other.StartScanAsync("other", Portal, TokenOptions.DefaultFor(portal.PortalId).Token, Config, ct);
        foreach (var scanId in new[] { "one", "other" })
        {
            var scan = await one.BecomesAsync(scanId, ScanStatus.Completed, ct);
            await StoredDeals.AreThoseOfAsync(one.Database, scan, portal, portal.DealIds(), ct);
        }

        Assert.That(server.Log.Requests.Count(request => request.Status == 429), Is.Zero);
        await using var connection = await one.Database.OpenConnectionAsync(ct);
        Assert.That(await connection.ExecuteScalarAsync<string>("select allowed || ' ' || said from hubspot_deals.portal_limits where class = 'burst'"), Is.EqualTo("120 true"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_daily_limit_pauses_the_scan_until_it_resets_and_then_it_goes_on_by_itself(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 3_000, Archived = 0, Limits = new RateLimits(0, 0, 15) }, ct);
        await scene.Node.StartScanAsync("daily", Portal, scene.Token, Config, ct);
        var paused = await scene.Node.BecomesAsync("daily", ScanStatus.Paused, ct);
        Assert.That(paused.ErrorMessage, Does.Contain("daily request limit").And.Contain("It goes on by itself at 20"));
        Assert.That(paused.RunAfter, Is.GreaterThan(paused.ReadAt));
        Assert.That(paused.ProcessedDeals, Is.InRange(1, 2_999), "what was read is stored");
        Assert.That(scene.Server.Log.Requests.Count(request => request.Status == 429), Is.InRange(1, 16), "nobody hammers");

        // The day begins anew.
        scene.HubSpot.Limits = RateLimits.None;
        await using (var connection = await scene.Node.Database.OpenConnectionAsync(ct))
        {
            await connection.ExecuteAsync("update hubspot_deals.portals set daily_spent_until = clock_timestamp(); update hubspot_deals.scan_jobs set run_after = clock_timestamp()");
        }

        var scan = await scene.Node.BecomesAsync("daily", ScanStatus.Completed, ct);
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, scene.HubSpot.DealIds(), ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_scan_that_is_paused_for_the_day_can_be_paused_for_good_and_cancelled(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 3_000, Archived = 0, Limits = new RateLimits(0, 0, 15) }, ct);
        await scene.Node.StartScanAsync("daily", Portal, scene.Token, Config, ct);
        await scene.Node.BecomesAsync("daily", ScanStatus.Paused, ct);
        var control = new ScanControl(scene.Node.Database);
        var (paused, changed) = (await control.PauseAsync("daily", ct))!.Value;
        Assert.That((paused.Status, paused.RunAfter, paused.ErrorMessage, changed), Is.EqualTo((ScanStatus.Paused, (DateTime?)null, (string?)null, true)));
        Assert.That((await control.PauseAsync("daily", ct))!.Value.Changed, Is.False, "it is paused for good by now");
    }
}
