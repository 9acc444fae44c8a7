using System.Globalization;
using System.Net;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Portals;
using HubSpotDeals.Suite.Results;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Console;

/// <summary>A scan's deals as a table that sorts and filters.</summary>
sealed class DealsPageTests
{
    ScanApi _api = null!;
    ConsoleVisitor _visitor = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync();
        _visitor = new ConsoleVisitor(_api);
        await _api.StoreAsync("waiting");
        var few = await StoredScan.PlanAsync(
            _api, "few", ScanApi.Portal,
            new("dealname", ColumnKind.Text), new("amount", ColumnKind.Number), new("dealstage", ColumnKind.Text), new("pipeline", ColumnKind.Text),
            new("closedate", ColumnKind.Instant), new("hubspot_owner_id", ColumnKind.Text), new("note", ColumnKind.Text), new("Odd \"name", ColumnKind.Text));
        await few.AddRowsAsync(
            "dealname, amount, dealstage, pipeline, closedate, hubspot_owner_id, note, \"Odd \"\"name\"",
            "'Acme', 99950, 'won', 'default', '2026-01-02T03:04:05Z', '71', '100% sure', 'o1'",
            "'acme again', 9997.91, 'lost', 'default', '2025-01-02T03:04:05Z', '72', 'a_b', 'o2'",
            "'Bolt', 998776.77, 'won', 'renewals', null, '71', 'axb', 'o3'",
            "'Crate 4', null, null, null, '2024-01-01T00:00:00Z', null, null, null");
        await (PortalNames.None with
        {
            Pipelines = [new("default", "Sales", [new("won", "Closed won", 0, IsClosed: true, 1m)])],
            Owners = new Dictionary<string, string>(StringComparer.Ordinal) { ["71"] = "Amara Okafor" },
        }).StoreAsync(_api.Source, ScanApi.Portal, TimeSpan.FromDays(1), CancellationToken.None);
        await (await StoredScan.PlanAsync(_api, "many")).AddAsync(1, 120);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _visitor.Dispose();
        await _api.DisposeAsync();
    }

    [TestCase("", "1 2 3 4")]
    [TestCase("?order=desc", "4 3 2 1")]
    [TestCase("?sort=amount", "2 1 3 4")]
    [TestCase("?sort=amount&order=desc", "3 1 2 4")]
    [TestCase("?sort=closedate", "4 2 1 3")]
    [TestCase("?sort=dealname", "1 2 3 4")]
    [TestCase("?sort=Odd+%22name&order=desc", "3 2 1 4")]
    [TestCase("?q=ACME", "1 2")]
    [TestCase("?q=3", "3")]
    [TestCase("?pipeline=default", "1 2")]
    [TestCase("?stage=won&owner=71", "1 3")]
    [TestCase("?min=9997.91&max=99950", "1 2")]
    [TestCase("?min=99951", "3")]
    [TestCase("?property=note&part=%25", "1")]
    [TestCase("?property=note&part=A_B", "2")]
    [TestCase("?property=note&part=", "1 2 3 4")]
    [TestCase("?q=&stage=&min=&sort=&order=", "1 2 3 4")]
    [TestCase("?stage=nothing", "")]
    [TestCase("?q=%27%3B+drop+table+x%3B--", "")]
    public async Task Deals_are_sorted_by_what_they_are_and_filtered_by_what_they_hold(string query, string ids)
    {
        var page = await _visitor.GetAsync("/scans/few/deals" + query);
        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(page.Texts("#deals tbody th"), Is.EqualTo(ids.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.That(page.Texts("main > p[role=status]").Single(), Does.StartWith(string.Create(CultureInfo.InvariantCulture, $"{page.Texts("#deals tbody th").Count} deal")));
    }

    [Test]
    public async Task Ids_are_shown_by_the_names_that_people_know_and_values_as_they_are()
    {
        var page = await _visitor.GetAsync("/scans/few/deals?q=1");
        Assert.That(page.Texts("#deals tbody td"), Is.EqualTo(new[] { "Acme", "99950", "Closed won", "Sales", "2026-01-02 03:04", "Amara Okafor" }));
        Assert.That((await _visitor.GetAsync("/scans/few/deals?q=2")).Texts("#deals tbody td")[^1], Is.EqualTo("72"), "nobody has said who that is");
        Assert.That(page.Texts("select[name=stage] option"), Is.EqualTo(new[] { "any", "Closed won" }));
    }

    [Test]
    public async Task The_columns_are_those_that_were_chosen_and_the_links_keep_them()
    {
        var page = await _visitor.GetAsync("/scans/few/deals?columns=note&columns=dealname&q=acme&sort=note");
        Assert.That(page.Texts("#deals thead th"), Is.EqualTo(new[] { "Id", "dealname", "note" }));
        Assert.That(page.Document.QuerySelectorAll("#deals thead th")[2].GetAttribute("aria-sort"), Is.EqualTo("ascending"));
        var again = page.Document.QuerySelectorAll("#deals thead th a")[2].GetAttribute("href")!;
        var other = await _visitor.GetAsync(again);
        Assert.That(other.Texts("#deals tbody th"), Is.EqualTo(page.Texts("#deals tbody th").Reverse()));
        Assert.That(other.Texts("#deals thead th"), Is.EqualTo(new[] { "Id", "dealname", "note" }));
    }

    [Test]
    public async Task A_long_list_goes_on_page_by_page()
    {
        var ids = new List<string>();
        var path = "/scans/many/deals";
        while (path is not null)
        {
            var page = await _visitor.GetAsync(path);
            ids.AddRange(page.Texts("#deals tbody th"));
            path = page.Document.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        Assert.That(ids, Is.EqualTo(Enumerable.Range(1, 120).Select(id => id.ToString(CultureInfo.InvariantCulture))));
    }

    [Test]
    public async Task A_scan_that_is_not_planned_has_no_deals_and_says_so()
    {
        var page = await _visitor.GetAsync("/scans/waiting/deals");
        Assert.That((page.Status, page.Texts("main > p[role=status]").Single()), Is.EqualTo((HttpStatusCode.OK, "0 deals so far")));
    }

    [TestCase("?sort=amuont", "sort", "did you mean amount?")]
    [TestCase("?order=up", "order", "Must be one of asc, desc")]
    [TestCase("?min=1e3", "min", "Must be a number, such as 1500 or 99.50")]
    [TestCase("?max=lots", "max", "Must be a number, such as 1500 or 99.50")]
    [TestCase("?property=nothing&part=x", "property", "Must be one of")]
    [TestCase("?offset=-1", "offset", "Must be an integer from 0 to")]
    [TestCase("?q=%00", "q", "Must not be empty or contain NUL characters")]
    public async Task A_bad_wish_is_answered_with_the_field_and_the_mend(string query, string field, string mend)
    {
        var page = await _visitor.GetAsync("/scans/few/deals" + query);
        Assert.That((page.Status, page.Fact(field)), Is.EqualTo((HttpStatusCode.BadRequest, page.Fact(field))).And.Matches<(HttpStatusCode, string? Text)>(answer => answer.Text?.Contains(mend, StringComparison.Ordinal) == true));
    }
}
