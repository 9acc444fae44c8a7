using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Support;
using Quartz;

namespace HubSpotDeals.Suite.Engines;

/// <summary>What Quartz says of the firing that runs a scan.</summary>
[Category("Engine")]
sealed class ScanProgressTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task A_firing_says_how_far_its_scan_has_come(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(
            new PortalOptions { Deals = 3_000, Archived = 0 }, ct, ("HubSpot:MaxConcurrentRequests", "1"), ("HubSpot:RequestTimeout", "00:00:03"));
        using (scene.Server.AddFault(new FaultRule { Kind = FaultKind.Hang, Operation = @"^deals\.list$", Path = "limit=100&", Skip = 12 }))
        {
            await scene.Node.StartScanAsync("watched", $"{scene.HubSpot.PortalId}", scene.Token, new ScanConfig(), ct);
            await Eventually.BecomesAsync(() => ReadAsync(scene, ct), Does.StartWith("40: 1200 of 3000 deals in 12 pages, the last "), "the pages before", ct);
        }

        await scene.Node.BecomesAsync("watched", ScanStatus.Completed, ct);
    }

    static async Task<string> ReadAsync(Scene scene, CancellationToken ct)
    {
        var scheduler = await scene.Node.Part<ISchedulerFactory>().GetScheduler(ct);
        var firings = await scheduler.QueryFireInstances(new FireInstanceQuery { TriggerGroup = GroupMatcher<TriggerKey>.GroupEquals("scans") }, ct);
        return string.Concat(firings.Items.Select(firing => $"{firing.Progress}: {firing.ProgressMessage}"));
    }
}
