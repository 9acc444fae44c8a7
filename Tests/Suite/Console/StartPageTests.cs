using System.Net;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Console;

/// <summary>A scan is started by the form.</summary>
sealed class StartPageTests
{
    ScanApi _api = null!;
    ConsoleVisitor _visitor = null!;

    [SetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync();
        _visitor = new ConsoleVisitor(_api);
    }

    [TearDown]
    public async Task Stop()
    {
        _visitor.Dispose();
        await _api.DisposeAsync();
    }

    [Test]
    public async Task The_portals_own_properties_pipelines_and_stages_are_there_to_choose_from()
    {
        var page = await SendAsync("look", ("token", ScanApi.Token));
        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(
            page.Document.QuerySelectorAll("input[name=properties]").Select(box => box.GetAttribute("value")), Is.EquivalentTo(_api.Sandbox.Portals.Single().PropertyNames));
        Assert.That(page.Texts("select[name=pipeline] option"), Does.Contain("Sales Pipeline"));
        Assert.That(page.Texts("select[name=stage] option"), Has.Some.EqualTo("Sales Pipeline: Closed Won"));
    }

    [Test]
    public async Task A_forecast_is_shown_and_starts_nothing()
    {
        var page = await SendAsync("forecast", ("token", ScanApi.Token), ("scanId", "wished"));
        Assert.That((page.Status, page.Fact("Deals"), page.Fact("Read by")), Is.EqualTo((HttpStatusCode.OK, "10", "list")));
        Assert.That(await _api.Store.FindAsync("wished", CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task The_scan_that_is_started_is_the_one_that_the_form_says()
    {
        var page = await SendAsync(
            "start",
            ("token", ScanApi.Token), ("scanId", "wished"), ("which", "these"), ("properties", "amount"), ("properties", "dealname"), ("pipeline", "default"),
            ("dateProperty", "closedate"), ("from", "2024-01-01"), ("to", ""), ("archived", "on"));
        Assert.That((page.Status, page.Location), Is.EqualTo((HttpStatusCode.SeeOther, "/scans/wished")), page.Html);
        var config = (await _api.Store.FindAsync("wished", CancellationToken.None))!.Config;
        Assert.That(config.Properties, Is.EqualTo(new[] { "amount", "dealname" }));
        Assert.That((config.Pipeline, config.DealStage, config.IncludeArchived), Is.EqualTo(("default", (string?)null, true)));
        Assert.That(config.DateRange, Is.EqualTo(new HubSpotDeals.Infrastructure.Postgres.Scans.DealDateRange("closedate", new DateOnly(2024, 1, 1), null)));
        Assert.That((await _visitor.GetAsync("/scans/wished")).Texts("#state").Single(), Is.EqualTo("pending"));
    }

    [Test]
    public async Task The_token_is_typed_once_and_is_in_no_page_log_or_table_in_clear()
    {
        var looked = await SendAsync("look", ("token", ScanApi.Token));
        var closed = looked.Document.QuerySelector("input[name=sealed]")!.GetAttribute("value")!;
        var started = await SendAsync("start", ("sealed", closed), ("scanId", "sealed"));
        Assert.That(started.Location, Is.EqualTo("/scans/sealed"));
        Assert.That(looked.Html + started.Html + (await _visitor.GetAsync("/scans/sealed")).Html, Does.Not.Contain(ScanApi.Token));
        Assert.That(_api.Logs.Lines, Has.None.Contains(ScanApi.Token));
        Assert.That(await _api.DumpAsync(), Does.Not.Contain(ScanApi.Token));
    }

    [TestCase("")]
    [TestCase("made-up")]
    public async Task A_seal_that_is_not_ours_is_no_token(string closed)
    {
        var page = await SendAsync("start", ("sealed", closed), ("scanId", "wished"));
        Assert.That((page.Status, page.Texts("#token-error").Single()), Is.EqualTo((HttpStatusCode.BadRequest, "This field is required")));
    }

    [TestCase("scanId", "no blanks please", "#scanId-error", "Must be alphanumeric with hyphens/underscores only")]
    [TestCase("portal", "12x", "#portal-error", "Must be a valid HubSpot Portal ID")]
    [TestCase("from", "01.02.2024", "#from-error", "Must be a date YYYY-MM-DD")]
    [TestCase("pipeline", "gone", "#pipeline-error", "This portal has no such pipeline")]
    public async Task What_is_wrong_stands_beside_its_field_and_the_rest_stays_filled_in(string field, string value, string place, string text)
    {
        var page = await SendAsync("start", ("token", ScanApi.Token), ("scanId", "wished"), ("stage", "closedwon"), (field, value));
        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(page.Texts(place).Single(), Does.Contain(text));
        Assert.That(await _api.Store.FindAsync("wished", CancellationToken.None), Is.Null);
        if (field != "portal")
        {
            Assert.That(page.Document.QuerySelector("select[name=stage] option[selected]")!.GetAttribute("value"), Is.EqualTo("closedwon"));
        }
    }

    [Test]
    public async Task A_token_that_hubspot_does_not_know_is_told_as_hubspot_tells_it()
    {
        var page = await SendAsync("look", ("token", "pat-na1-unknown"));
        Assert.That((page.Status, page.Texts("[role=alert] p").Single()), Is.EqualTo((HttpStatusCode.OK, "Invalid HubSpot access token")));
        Assert.That(page.Document.QuerySelector("input[name=sealed]"), Is.Null);
        Assert.That(page.Html, Does.Not.Contain("pat-na1-unknown"));
    }

    [Test]
    public async Task A_name_that_is_taken_is_told()
    {
        await SendAsync("start", ("token", ScanApi.Token), ("scanId", "twice"));
        var again = await SendAsync("start", ("token", ScanApi.Token), ("scanId", "twice"));
        Assert.That((again.Status, again.Texts("[role=alert] p").Single()), Is.EqualTo((HttpStatusCode.Conflict, "A scan with this ID is already in progress")));
    }

    [Test]
    public async Task Where_the_portals_definitions_cannot_be_read_names_are_typed()
    {
        _api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 502, Operation = "properties.list", Times = 100 });
        _api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 502, Operation = "pipelines.list", Times = 100 });
        var page = await SendAsync("look", ("token", ScanApi.Token));
        Assert.That(page.Document.QuerySelector("textarea[name=propertyList]"), Is.Not.Null);
        Assert.That(page.Document.QuerySelector("input[name=stage]"), Is.Not.Null);
        var started = await SendAsync("start", ("token", ScanApi.Token), ("scanId", "typed"), ("which", "these"), ("propertyList", "amount,\r\ndealname dealstage"));
        Assert.That(started.Location, Is.EqualTo("/scans/typed"));
        Assert.That((await _api.Store.FindAsync("typed", CancellationToken.None))!.Config.Properties, Is.EqualTo(new[] { "amount", "dealname", "dealstage" }));
    }

    Task<ConsolePage> SendAsync(string step, params (string Name, string Value)[] fields) => _visitor.SendAsync(
        "/start",
        "/start",
        [.. fields.Any(field => field.Name == "portal") ? [] : new[] { ("portal", ScanApi.Portal) }, ("do", step), .. fields]);
}
