using System.Net;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Story;

/// <summary>A scan on one node, steered through another: pause, resume and remove, against the real processes.</summary>
[Category("Engine")]
public sealed class SteeringStory : ProcessStory
{
    [Test]
    [CancelAfter(120_000)]
    public async Task A_pause_through_any_node_stops_the_scan_within_a_second_and_a_resume_goes_on_from_its_checkpoint(CancellationToken ct)
    {
        await OpenAsync(deals: 10_000, latency: TimeSpan.FromMilliseconds(20), ct);
        await using var runner = await StartServiceAsync(ct);
        await using var other = await StartServiceAsync(ct);
        await runner.StartScanAsync("paused", Portal, Token, Properties, ct);
        await Eventually.BecomesAsync(async () => (await ScanAsync("paused", ct)).ProcessedDeals, Is.GreaterThan(0), "stored deals", ct);

        Assert.That(await other.PostAsync("api/v1/scan/paused/pause", ct), Does.Contain("\"status\":\"paused\""));
        var stored = (await ScanAsync("paused", ct)).ProcessedDeals;
        await Eventually.BecomesAsync(() => runner.Output + other.Output, Does.Contain("is no longer this node's"), "what the runner says", ct);
        var asked = Server.Log.Total;
        Assert.That((await ScanAsync("paused", ct)).ProcessedDeals, Is.EqualTo(stored), "nothing was stored after the answer");
        Assert.That(await other.PostAsync("api/v1/scan/paused/pause", ct), Does.Contain("SCAN_NOT_PAUSABLE"));

        Assert.That(await other.PostAsync("api/v1/scan/paused/resume", ct), Does.Contain("\"status\":\"pending\""));
        await CompletedAsync("paused", ct);
        Assert.That(Server.Log.Total - asked, Is.LessThan(100 + 15 - (int)(stored / 100)), "not from the beginning");
        await IsExactAsync("paused", ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_cancelled_scan_is_removed_while_its_worker_still_winds_down_and_its_id_can_be_started_afresh(CancellationToken ct)
    {
        await OpenAsync(deals: 5_000, latency: TimeSpan.FromMilliseconds(20), ct);
        await using var service = await StartServiceAsync(ct);
        await service.StartScanAsync("again", Portal, Token, Properties, ct);
        await Eventually.BecomesAsync(async () => (await ScanAsync("again", ct)).ProcessedDeals, Is.GreaterThan(0), "stored deals", ct);
        Assert.That(await service.SendAsync(HttpMethod.Delete, "api/v1/scan/again/remove", ct), Does.Contain("SCAN_RUNNING"));

        await service.PostAsync("api/v1/scan/again/cancel", ct);
        var stored = (await ScanAsync("again", ct)).ProcessedDeals;
        Assert.That(await service.SendAsync(HttpMethod.Delete, "api/v1/scan/again/remove", ct), Does.Contain($"\"dealsRemoved\":{stored}"));
        Assert.That(await QueryAsync<long>($"select count(*) from hubspot_deals_{Portal}.deals"), Is.EqualTo([0L]));

        Assert.That((await service.StartScanAsync("again", Portal, Token, ["dealname"], ct)).Status, Is.EqualTo(HttpStatusCode.Accepted));
        await CompletedAsync("again", ct);
        await IsExactAsync("again", ct);
    }
}
