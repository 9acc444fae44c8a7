using System.Net;
using System.Text.RegularExpressions;
using HubSpotDeals.Suite.Results;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Console;

/// <summary>What goes for every page of the console, and the pages of scans.</summary>
sealed partial class PageTests
{
    const string Evil = """<script>alert("1")</script><img src=x onerror=alert(2)>'"&amp;""";

    ScanApi _api = null!;
    ConsoleVisitor _visitor = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync();
        _visitor = new ConsoleVisitor(_api);
        var done = await StoredScan.PlanAsync(_api, "done");
        await done.AddAsync(1, 60);
        await done.CompleteAsync();
        var evil = await StoredScan.PlanAsync(_api, "evil");
        await evil.AddRowsAsync("dealname", $"'{Evil.Replace("'", "''", StringComparison.Ordinal)}'");
        await _api.SetAsync("evil", $"status = 'failed', error_message = '{Evil.Replace("'", "''", StringComparison.Ordinal)}'");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _visitor.Dispose();
        await _api.DisposeAsync();
    }

    static readonly string[] Pages =
    [
        "/", "/?status=completed", "/scans/done", "/scans/evil", "/scans/done/deals", "/scans/evil/deals", "/portals", "/portals/12345678",
        "/portals/1", "/jobs", "/start", "/scans/unknown", "/scans/un%20known", "/portals/none", "/?status=odd", "/jobs/nothing", "/scans/done/nothing",
    ];

    [TestCaseSource(nameof(Pages))]
    public async Task Every_page_forbids_the_browser_everything_that_is_not_the_services_own(string path)
    {
        var page = await _visitor.GetAsync(path);
        Assert.That(page.Headers["Content-Type"], Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(
            page.Headers["Content-Security-Policy"].Split("; "),
            Is.SupersetOf(new[] { "default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'" }));
        Assert.That(page.Headers["Content-Security-Policy"], Does.Not.Contain("unsafe"));
        Assert.That(page.Headers["Cache-Control"], Does.Contain("no-store"));
        Assert.That(page.Headers["X-Content-Type-Options"], Is.EqualTo("nosniff"));
        Assert.That(page.Document.QuerySelectorAll("script:not([src])"), Is.Empty, "no inline script");
        Assert.That(page.Document.QuerySelectorAll("style, [style]"), Is.Empty, "no inline style");
        Assert.That(page.Document.All.SelectMany(element => element.Attributes).Where(attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal)), Is.Empty);
        Assert.That(
            page.Document.QuerySelectorAll("[src], link[href]").Select(element => element.GetAttribute("src") ?? element.GetAttribute("href")),
            Is.All.StartsWith("/console/"), "nothing comes from elsewhere");
    }

    [TestCaseSource(nameof(Pages))]
    public async Task Every_page_has_a_title_one_heading_and_a_name_for_each_field(string path)
    {
        var page = await _visitor.GetAsync(path);
        Assert.That(page.Document.Title, Is.Not.Empty);
        Assert.That(page.Document.QuerySelectorAll("h1"), Has.Length.EqualTo(1));
        Assert.That(
            page.Document.QuerySelectorAll("input:not([type=hidden]), select, textarea").Where(field => field.Closest("label") is null).Select(field => field.OuterHtml),
            Is.Empty);
        Assert.That(page.Document.QuerySelectorAll("[id]").Select(element => element.Id), Is.Unique);
    }

    [TestCase("/scans/evil")]
    [TestCase("/scans/evil/deals")]
    public async Task What_deals_and_errors_hold_is_shown_as_the_text_that_it_is(string path)
    {
        var page = await _visitor.GetAsync(path);
        Assert.That(page.Document.Body!.TextContent, Does.Contain(Evil));
        Assert.That(page.Document.QuerySelectorAll("main script, main img"), Is.Empty);
    }

    [Test]
    public async Task The_list_tells_of_each_scan_its_state_its_deals_and_its_portal()
    {
        var page = await _visitor.GetAsync("/");
        Assert.That(page.Texts("#scans tbody tr"), Has.Some.Match("^done 12345678 completed 60 of 1,000 · 100 % ").And.Some.StartsWith("evil 12345678 failed 1 of"));
        Assert.That(page.Document.QuerySelector("#scans a[href='/scans/done']"), Is.Not.Null);
        Assert.That((await _visitor.GetAsync("/?status=failed&portal=")).Texts("#scans tbody th"), Is.EqualTo(new[] { "evil" }));
        Assert.That((await _visitor.GetAsync("/?portal=99")).Texts("#scans").Single(), Does.Contain("No scan is like that"));
    }

    [Test]
    public async Task A_bad_filter_is_a_page_that_names_the_field_and_the_mend()
    {
        var page = await _visitor.GetAsync("/?status=complete");
        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(page.Fact("status"), Does.Contain("did you mean completed?"));
    }

    [Test]
    public async Task The_scans_page_has_its_segments_checkpoints_figures_and_log()
    {
        var page = await _visitor.GetAsync("/scans/done");
        Assert.That(page.Texts("#segments tbody tr").Single(), Does.StartWith("0 list from the first – to the last 1 60"));
        Assert.That((page.Fact("Requests"), page.Fact("Retries"), page.Fact("Pages")), Is.EqualTo(("0", "0", "1")));
        Assert.That(page.Texts("#log li span"), Is.EqualTo(new[] { "completed on a worker", "planned: HubSpot counts 1,000 deals", "running on a worker", "pending" }));
        Assert.That(page.Document.QuerySelectorAll("#buttons a[download]").Select(link => link.GetAttribute("href")), Is.EqualTo(new[]
        {
            "/api/v1/results/done/download/excel", "/api/v1/results/done/download/csv", "/api/v1/results/done/download/json",
        }));
    }

    [TestCase("/scans/unknown", HttpStatusCode.NotFound, "SCAN_NOT_FOUND")]
    [TestCase("/scans/unknown/deals", HttpStatusCode.NotFound, "SCAN_NOT_FOUND")]
    [TestCase("/scans/un%20known", HttpStatusCode.BadRequest, "INVALID_SCAN_ID")]
    [TestCase("/scans/done/nothing", HttpStatusCode.NotFound, "NOT_FOUND")]
    [TestCase("/portals/none", HttpStatusCode.NotFound, "NOT_FOUND")]
    [TestCase("/portals/12345678?scan=other", HttpStatusCode.NotFound, "SCAN_NOT_FOUND")]
    [TestCase("/jobs/nothing/run", HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED")]
    public async Task An_address_where_nothing_is_answers_with_a_page_and_the_right_status(string path, HttpStatusCode status, string code)
    {
        var page = await _visitor.GetAsync(path);
        Assert.That((page.Status, page.Html), Is.EqualTo((status, page.Html)).And.Matches<(HttpStatusCode, string Html)>(answer => answer.Html.Contains(code, StringComparison.Ordinal)));
    }

    [Test]
    public async Task The_first_page_with_all_that_it_loads_is_below_200_kilobytes()
    {
        var page = await _visitor.GetAsync("/");
        var size = page.Html.Length;
        foreach (var file in page.Document.QuerySelectorAll("[src], link[href]").Select(element => element.GetAttribute("src") ?? element.GetAttribute("href")!))
        {
            var asset = await _visitor.GetAsync(file);
            Assert.That(asset.Status, Is.EqualTo(HttpStatusCode.OK), file);
            Assert.That(asset.Headers["Cache-Control"], Does.Contain("immutable"));
            size += asset.Html.Length;
        }

        Assert.That(size, Is.InRange(10_000, 100_000));
    }

    [Test]
    public async Task A_file_of_another_version_is_answered_with_what_there_is_and_not_kept()
    {
        var old = await _visitor.GetAsync("/console/000000000000/console.css");
        Assert.That((old.Status, old.Headers["Cache-Control"]), Is.EqualTo((HttpStatusCode.OK, "no-store")));
        Assert.That((await _visitor.GetAsync("/console/000000000000/other.css")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public void The_script_has_nothing_that_makes_code_or_markup_of_text() =>
        Assert.That(Script(), Does.Not.Match(Dangerous()));

    static string Script()
    {
        using var stream = typeof(HubSpotDeals.Api.Console.ConsoleSetup).Assembly.GetManifestResourceStream("HubSpotDeals.Api.Console.Assets.console.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"innerHTML|outerHTML\s*=[^=]|insertAdjacentHTML|document\.write|\beval\b|new Function", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Dangerous();
}
