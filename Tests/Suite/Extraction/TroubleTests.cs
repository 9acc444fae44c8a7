using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Extraction;

/// <summary>Whole scans at their limits: how much is asked for at a time, what may be asked for, and how long HubSpot is waited for.</summary>
[Category("Engine")]
public sealed class TroubleTests
{
    const string Portal = "12345678";

    static readonly ScanConfig Config = new() { Properties = ["dealname", "amount", "closedate"] };

    [TestCase(1, 30)]
    [TestCase(100, 0)]
    [TestCase(100, 100)]
    [TestCase(100, 101)]
    public async Task Any_batch_size_and_any_number_of_deals_are_read_to_the_end(int batchSize, int deals)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = deals, Archived = 0 }, CancellationToken.None);
        await scene.Node.StartScanAsync("all", Portal, scene.Token, Config with { BatchSize = batchSize, IncludeArchived = true }, CancellationToken.None);
        var scan = await scene.Node.BecomesAsync("all", ScanStatus.Completed, CancellationToken.None);
        Assert.That((scan.ProcessedDeals, scan.TotalDeals), Is.EqualTo(((long)deals, (long?)deals)));
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, scene.HubSpot.DealIds(), CancellationToken.None);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Without_the_scope_for_the_schema_standard_properties_keep_their_types_and_others_are_text(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 200, Archived = 0 }, ct);
        scene.Server.SetScopes(scene.Token, SandboxScopes.DealsRead);
        const string Custom = "customer_success_handover_checklist_completed_by_regional_manager_date";
        await scene.Node.StartScanAsync("blind", Portal, scene.Token, Config with { Properties = ["amount", "closedate", Custom] }, ct);
        var scan = await scene.Node.BecomesAsync("blind", ScanStatus.Completed, ct);
        Assert.That(scan.Columns!.Select(column => column.Kind), Is.EqualTo([ColumnKind.Number, ColumnKind.Instant, ColumnKind.Text]));
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, scene.HubSpot.DealIds(), ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task HubSpot_down_beyond_all_patience_fails_the_scan_which_keeps_its_pages_and_can_be_started_again(CancellationToken ct)
    {
        // One chain: where two meet, a page is read in part.
        await using var scene = await Scene.OpenAsync(
            new PortalOptions { Deals = 3_000, Archived = 0 }, ct, ("Scans:RetryDelays", "00:00:00.2,00:00:00.2"), ("HubSpot:MaxConcurrentRequests", "1"));
        var config = Config with { MaxRetries = 0 };
        using (scene.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 503, Operation = @"^deals\.list$", Path = "limit=100&", Skip = 12 }))
        {
            await scene.Node.StartScanAsync("down", Portal, scene.Token, config, ct);
            await Eventually.BecomesAsync(async () => (await scene.Node.Scans.FindAsync("down", ct))!.Status, Is.EqualTo(ScanStatus.Failed), "failed", ct);
        }

        var failed = (await scene.Node.Scans.FindAsync("down", ct))!;
        Assert.That(failed.ErrorMessage, Does.Contain("(3 attempts)"));
        Assert.That(failed.ProcessedDeals, Is.EqualTo(1_200), "every page that was read before is stored");
        await scene.Node.StartScanAsync("down", Portal, scene.Token, config, ct);
        var scan = await scene.Node.BecomesAsync("down", ScanStatus.Completed, ct);
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, scene.HubSpot.DealIds(), ct);
    }
}
