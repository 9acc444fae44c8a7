using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Portals;
using HubSpotDeals.Suite.Results;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Console;

/// <summary>A portal's deals in charts, and what moved between two scans.</summary>
sealed class PortalPageTests
{
    const string Columns = "dealname, amount, dealstage, pipeline, closedate, hubspot_owner_id";

    static readonly DealProperty[] Properties =
    [
        new("dealname", ColumnKind.Text), new("amount", ColumnKind.Number), new("dealstage", ColumnKind.Text), new("pipeline", ColumnKind.Text),
        new("closedate", ColumnKind.Instant), new("hubspot_owner_id", ColumnKind.Text),
    ];

    ScanApi _api = null!;
    ConsoleVisitor _visitor = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync();
        _visitor = new ConsoleVisitor(_api);
        // The row's number is the deal's id: the first is open before and won after, the second stays, the third is new.
        await AddAsync("before", ScanApi.Portal, Properties, Columns, "'A', 100, 'open', 'p', now(), '71'", "'B', 0.25, 'open', 'p', now(), '72'");
        await AddAsync("after", ScanApi.Portal, Properties, Columns, "'A', 250, 'won', 'p', now(), '71'", "'B', 0.25, 'open', 'p', now(), '72'", "'C', null, 'open', 'p', null, null");
        await (PortalNames.None with
        {
            Currency = "EUR",
            Pipelines = [new("p", "Sales", [new("open", "Open", 0, IsClosed: false, 0.5m), new("won", "Won", 1, IsClosed: true, 1m)])],
            Owners = new Dictionary<string, string>(StringComparer.Ordinal) { ["71"] = "Amara Okafor", ["72"] = "<b>Ben</b>" },
        }).StoreAsync(_api.Source, ScanApi.Portal, TimeSpan.FromDays(1), CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _visitor.Dispose();
        await _api.DisposeAsync();
    }

    [Test]
    public async Task Deals_and_their_value_are_shown_by_stage_month_and_owner_as_drawings_with_the_same_in_words()
    {
        var page = await _visitor.GetAsync("/portals/12345678?scan=after");
        Assert.That((page.Fact("Live deals"), page.Fact("Value")), Is.EqualTo(("3", "250")), "0.25 are there as well, cents are not shown");
        Assert.That(page.Texts("figcaption"), Is.EqualTo(new[]
        {
            "Deals by stage", "Value by stage", "Deals by month", "Value by month", "Deals by owner", "Value by owner",
        }));
        Assert.That(page.Texts("#deals-by-stage tbody tr"), Is.EqualTo(new[] { "Open 2", "Won 1" }));
        Assert.That(page.Texts("#deals-by-stage-text").Single(), Is.EqualTo("Open: 2; Won: 1"));
        Assert.That(page.Texts("#value-by-owner tbody tr"), Is.EquivalentTo(new[] { "Amara Okafor 250", "<b>Ben</b> 0", "no owner 0" }));
        var month = TimeProvider.System.GetUtcNow().ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(page.Texts("#deals-by-month tbody tr"), Has.Some.EqualTo($"{month} 2").And.Some.EqualTo("without a date 1"));
        foreach (var drawing in page.Document.QuerySelectorAll("figure svg"))
        {
            Assert.That(drawing.GetAttribute("role"), Is.EqualTo("img"));
            Assert.That(page.Document.GetElementById(drawing.GetAttribute("aria-describedby")!)!.TextContent, Is.Not.Empty);
        }
    }

    [Test]
    public async Task Two_scans_are_compared_bar_by_bar_and_deal_by_deal()
    {
        var page = await _visitor.GetAsync("/portals/12345678?scan=after&with=before");
        Assert.That(page.Texts("#deals-by-stage tbody tr"), Is.EqualTo(new[] { "Open 2 2 ±0", "Won 1 0 +1" }));
        Assert.That(page.Texts("section tbody tr"), Is.EquivalentTo(new[] { "Open Won 1 250 +150", "new Open 1 – –" }));
        var back = await _visitor.GetAsync("/portals/12345678?scan=before&with=after");
        Assert.That(back.Texts("section tbody tr"), Is.EquivalentTo(new[] { "Won Open 1 100 −150", "Open gone 1 – –" }));
        Assert.That((await _visitor.GetAsync("/portals/12345678?scan=after&with=after")).Texts("section").Single(), Does.Contain("Nothing."));
    }

    [Test]
    public async Task Amounts_of_different_currencies_are_never_added_up()
    {
        await AddAsync(
            "mixed", "77", [new("amount", ColumnKind.Number), new("deal_currency_code", ColumnKind.Text)], "amount, deal_currency_code",
            "10, 'EUR'", "20, 'EUR'", "1000, 'JPY'", "5, null");
        var euros = await _visitor.GetAsync("/portals/77");
        Assert.That((euros.Fact("Live deals"), euros.Fact("Value")), Is.EqualTo(("4", "30 EUR")));
        Assert.That(euros.Texts("select[name=currency] option"), Is.EquivalentTo(new[] { "EUR", "JPY", "no currency" }));
        Assert.That((await _visitor.GetAsync("/portals/77?currency=JPY")).Fact("Value"), Is.EqualTo("1,000 JPY"));
        var none = await _visitor.GetAsync("/portals/77?currency=none");
        Assert.That((none.Fact("Value"), none.Texts("select[name=currency] option[selected]").Single()), Is.EqualTo(("5", "no currency")));
    }

    [Test]
    public async Task Deals_that_are_in_another_currency_now_have_no_change_of_value()
    {
        DealProperty[] properties = [new("amount", ColumnKind.Number), new("deal_currency_code", ColumnKind.Text), new("dealstage", ColumnKind.Text)];
        await AddAsync("euros", "82", properties, "amount, deal_currency_code, dealstage", "10, 'EUR', 'a'", "20, 'EUR', 'a'");
        await AddAsync("yen", "82", properties, "amount, deal_currency_code, dealstage", "1600, 'JPY', 'a'", "20, 'EUR', 'a'");
        Assert.That((await _visitor.GetAsync("/portals/82?scan=yen&with=euros")).Texts("section tbody tr"), Is.EqualTo(new[] { "a the same, another value 1 1,600 JPY –" }));
    }

    [Test]
    public async Task Scans_with_different_properties_are_not_compared()
    {
        await AddAsync("with-amount", "83", [new("amount", ColumnKind.Number), new("dealstage", ColumnKind.Text)], "amount, dealstage", "10, 'a'");
        await AddAsync("without", "83", [new("dealstage", ColumnKind.Text)], "dealstage", "'a'");
        var page = await _visitor.GetAsync("/portals/83?scan=with-amount&with=without");
        Assert.That(page.Texts("section").Single(), Does.Contain("can't be compared"));
        Assert.That(page.Texts("#deals-by-stage tbody tr"), Is.EqualTo(new[] { "a 1" }), "no before");
    }

    [Test]
    public async Task A_scan_whose_rows_are_gone_is_not_there_any_more()
    {
        await AddAsync("vanished", "84", [new("note", ColumnKind.Text)], "note", "'x'");
        var number = (await _api.Store.FindAsync("vanished", CancellationToken.None))!.Number;
        await _api.ExecuteAsync($"drop table hubspot_deals_84.deals_{number}");
        Assert.That((await _visitor.GetAsync("/portals/84")).Status, Is.EqualTo(System.Net.HttpStatusCode.NotFound));
        Assert.That((await _visitor.GetAsync("/scans/vanished/deals")).Status, Is.EqualTo(System.Net.HttpStatusCode.NotFound));
    }

    [Test]
    public async Task What_hubspot_has_converted_to_the_companys_currency_is_added_up()
    {
        await AddAsync(
            "home", "78", [new("amount", ColumnKind.Number), new("amount_in_home_currency", ColumnKind.Number), new("deal_currency_code", ColumnKind.Text)],
            "amount, amount_in_home_currency, deal_currency_code", "10, 10, 'EUR'", "1000, 6, 'JPY'");
        Assert.That((await _visitor.GetAsync("/portals/78")).Fact("Value"), Is.EqualTo("16"));
    }

    [Test]
    public async Task Amounts_beyond_all_measure_do_not_break_the_page()
    {
        await AddAsync(
            "huge", "81", [new("amount", ColumnKind.Number)], "amount",
            StoredScan.ExactAmount, "1e300", "0.00000000000000000000000000000000000000000001", "-1e40");
        var page = await _visitor.GetAsync("/portals/81?with=huge");
        Assert.That((page.Status, page.Fact("Value")), Is.EqualTo((System.Net.HttpStatusCode.OK, "1,000,000,000,000,000,000,000,000")));
    }

    [Test]
    public async Task A_scan_without_any_of_these_properties_is_shown_all_the_same()
    {
        await AddAsync("bare", "79", [new("note", ColumnKind.Text)], "note", "'x'", "'y'");
        var page = await _visitor.GetAsync("/portals/79");
        Assert.That((page.Fact("Live deals"), page.Fact("Value"), page.Texts("#deals-by-stage tbody tr").Single()), Is.EqualTo(("2", "–", "no stage 2")));
    }

    [Test]
    public async Task A_portal_without_a_completed_scan_says_so()
    {
        await _api.StoreAsync("waiting", "80");
        Assert.That((await _visitor.GetAsync("/portals/80")).Texts(".empty").Single(), Does.Contain("No scan of this portal has completed yet."));
        Assert.That((await _visitor.GetAsync("/portals")).Texts("tbody tr"), Has.Some.StartsWith("80 1 0 –"));
    }

    async Task AddAsync(string scanId, string portal, DealProperty[] properties, string columns, params string[] rows)
    {
        var scan = await StoredScan.PlanAsync(_api, scanId, portal, properties);
        await scan.AddRowsAsync(columns, rows);
        await scan.CompleteAsync();
    }
}
