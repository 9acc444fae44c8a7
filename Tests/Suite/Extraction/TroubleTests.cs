using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Extraction;

/// <summary>Whole scans through trouble: what the wire, the token and HubSpot itself can do to them.</summary>
public sealed class TroubleTests
{
    const string Portal = "12345678";

    static readonly ScanConfig Config = new() { Properties = ["dealname", "amount", "closedate"] };

    static IEnumerable<TestCaseData> Faults()
    {
        yield return Case("429", new FaultRule { Kind = FaultKind.Status, Status = 429, RetryAfter = TimeSpan.FromSeconds(1), Every = 3, Times = 3 });
        yield return Case("502 with HTML", new FaultRule { Kind = FaultKind.Status, Status = 502, Body = "<html>Bad gateway</html>", ContentType = "text/html", Every = 3, Times = 10 });
        yield return Case("200 with HTML", new FaultRule { Kind = FaultKind.HtmlPage, Every = 3, Times = 10 });
        yield return Case("cut in body", new FaultRule { Kind = FaultKind.CutInBody, Every = 3, Times = 10 });
        yield return Case("cut before answer", new FaultRule { Kind = FaultKind.CutBeforeAnswer, Every = 3, Times = 10 });
        yield return Case("cut after answer", new FaultRule { Kind = FaultKind.CutAfterAnswer, Every = 3, Times = 10 });
        yield return Case("truncated JSON", new FaultRule { Kind = FaultKind.TruncatedJson, Every = 3, Times = 10 });
        yield return Case("short pages", new FaultRule { Kind = FaultKind.ShortPage, Every = 2 });
        yield return Case("empty pages", new FaultRule { Kind = FaultKind.EmptyPage, Every = 3, Times = 4 });
        yield return Case("duplicate deals", new FaultRule { Kind = FaultKind.DuplicateDeal, Every = 2, Operation = "deals.list" });
        yield return Case("repeated cursor", new FaultRule { Kind = FaultKind.RepeatCursor, Skip = 4, Times = 2, Operation = "deals.list" });

        static TestCaseData Case(string name, FaultRule rule) => new TestCaseData(rule).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Faults))]
    public async Task Faults_of_the_wire_neither_lose_a_deal_nor_double_it(FaultRule rule)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 1_200, Archived = 0 }, CancellationToken.None, Retrying);
        foreach (var config in new[] { Config, Config with { DateRange = new DealDateRange("createdate", new DateOnly(1960, 1, 1), null) } })
        {
            var id = config.IsFiltered ? "search" : "list";
            using var fault = scene.Server.AddFault(rule with { Operation = rule.Operation ?? @"^deals\.(list|search)$" });
            await scene.Node.StartScanAsync(id, Portal, scene.Token, config, CancellationToken.None);
            var scan = await scene.Node.BecomesAsync(id, ScanStatus.Completed, CancellationToken.None);
            var expected = scene.HubSpot.DealIds().Where(deal => !config.IsFiltered || scene.HubSpot.ReadDeal(deal, "createdate")!.Properties["createdate"] is { Length: > 0 }).ToList();
            Assert.That(scan.ProcessedDeals, Is.EqualTo(expected.Count), id);
            await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, expected, CancellationToken.None);
        }
    }

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
    public async Task A_token_revoked_in_mid_scan_pauses_and_a_fresh_one_goes_on_from_the_checkpoint(CancellationToken ct)
    {
        const string Short = "pat-na1-99999999-2222-3333-4444-000000000001";
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 3_000, Archived = 0 }, ct);
        scene.Server.AddToken(scene.HubSpot.PortalId, new TokenOptions { Token = Short, ExpiresAfterRequests = 15 });
        await scene.Node.StartScanAsync("tired", Portal, Short, Config, ct);
        var paused = await PausedAsync();
        Assert.That(paused.ErrorMessage, Is.Not.Empty.And.Not.Contains(Short));
        Assert.That(paused.ProcessedDeals, Is.InRange(1, 2_999), "what was read before is stored");
        Assert.That(paused.Cursor, Is.Not.Null);

        var before = scene.Server.Log.Total;
        await scene.Node.StartScanAsync("tired", Portal, scene.Token, Config, ct);
        var scan = await scene.Node.BecomesAsync("tired", ScanStatus.Completed, ct);
        Assert.That(scan.ProcessedDeals, Is.EqualTo(3_000));
        Assert.That(scene.Server.Log.Total - before, Is.LessThan(30), "not from the beginning");
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, scene.HubSpot.DealIds(), ct);

        async Task<ScanJob> PausedAsync()
        {
            await Eventually.BecomesAsync(async () => (await scene.Node.Scans.FindAsync("tired", ct))!.Status, Is.EqualTo(ScanStatus.Paused), "paused", ct);
            return (await scene.Node.Scans.FindAsync("tired", ct))!;
        }
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task HubSpot_down_beyond_all_patience_fails_the_scan_which_keeps_its_pages_and_can_be_started_again(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 3_000, Archived = 0 }, ct, ("Scans:RetryDelays", "00:00:00.2,00:00:00.2"));
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

    [Test]
    [CancelAfter(120_000)]
    public async Task A_property_that_changes_its_type_between_two_scans_is_right_in_both(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 500, Archived = 0 }, ct);
        await scene.Node.StartScanAsync("before", Portal, scene.Token, Config, ct);
        var before = await scene.Node.BecomesAsync("before", ScanStatus.Completed, ct);
        scene.HubSpot.ChangePropertyType("amount", "string", "text");
        await scene.Node.StartScanAsync("after", Portal, scene.Token, Config, ct);
        var after = await scene.Node.BecomesAsync("after", ScanStatus.Completed, ct);

        Assert.That(after.Columns!.Single(column => column.Property == "amount").Column, Is.EqualTo("amount:text"));
        foreach (var scan in new[] { before, after })
        {
            await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, scene.HubSpot.DealIds(), ct);
        }
    }

    static (string Key, string Value)[] Retrying =>
        [("Scans:FilteredReads", "search"), ("HubSpot:SearchIndexLag", "00:00:00.2"), ("Scans:RetryDelays", "00:00:00.1,00:00:00.1,00:00:00.1,00:00:00.1")];
}
