using System.Net;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;

namespace HubSpotDeals.Suite.Scans;

/// <summary><c>POST /api/v1/scan/plan</c>: what a scan would cost, without one.</summary>
sealed class PlanScanTests
{
    ScanApi _api = null!;

    [SetUp]
    public async Task Start() => _api = await ScanApi.StartAsync(settings: ("Scans:FilteredReads", "search"));

    [TearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task It_tells_deals_requests_seconds_and_what_is_left_of_the_day_and_starts_nothing()
    {
        _api.Sandbox.AddPortal(new PortalOptions { PortalId = 4711, Deals = 2_550, Archived = 0, Limits = new RateLimits(190, 5, 1_000) });
        var token = TokenOptions.DefaultFor(4711).Token;
        var reply = await PlanAsync(token: token, portal: "4711");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        var data = reply.Data();
        Assert.That(data.Keys(), Is.EqualTo(new[] { "scanId", "organizationId", "deals", "source", "requests", "estimatedSeconds", "budget", "dailyQuota" }));
        Assert.That(data.GetProperty("deals").GetInt64(), Is.EqualTo(2_550));
        Assert.That(data.Text("source"), Is.EqualTo("list"));
        Assert.That(data.GetProperty("requests").GetRawText(), Is.EqualTo("""{"total":31,"list":29,"search":2}"""));
        Assert.That(data.GetProperty("estimatedSeconds").GetInt64(), Is.EqualTo(2), "29 requests at 18.7 a second");
        Assert.That(data.GetProperty("budget").GetRawText(), Is.EqualTo("""{"requestsPer10Seconds":190,"searchesPerSecond":5}"""));
        var quota = data.GetProperty("dailyQuota");
        Assert.That(quota.GetProperty("limit").GetInt32(), Is.EqualTo(1_000));
        Assert.That(quota.GetProperty("remaining").GetInt32(), Is.InRange(990, 999));
        Assert.That(quota.GetProperty("remainingAfterScan").GetInt64(), Is.EqualTo(quota.GetProperty("remaining").GetInt32() - 31));
        Assert.That(quota.Text("resetsAt"), Does.EndWith(":00:00Z"));
        Assert.That((await _api.GetAsync("/api/v1/scan/list")).Data().GetProperty("scans").GetArrayLength(), Is.Zero);
        Assert.That(await _api.DumpAsync(), Does.Not.Contain(token));
    }

    [Test]
    public async Task A_scan_that_is_searched_waits_for_the_index_at_its_end_and_the_forecast_counts_that()
    {
        _api.Sandbox.AddPortal(new PortalOptions { PortalId = 4712, Deals = 6_000, Archived = 0 });
        var data = (await PlanAsync("""{"properties":["dealname"],"dealstage":"closedwon"}""", TokenOptions.DefaultFor(4712).Token, "4712")).Data();
        Assert.That(data.Text("source"), Is.EqualTo("search"));
        var requests = data.GetProperty("requests");
        Assert.That(requests.GetProperty("list").GetInt64(), Is.EqualTo(3));
        Assert.That(
            requests.GetProperty("search").GetInt64(), Is.EqualTo(((data.GetProperty("deals").GetInt64() + 99) / 100) + 4), "a search a page, counts, a closing look");
        Assert.That(data.GetProperty("estimatedSeconds").GetInt64(), Is.EqualTo(30 + 3).Within(2), "12 or so at 4.9 a second, and the wait");
        Assert.That(data.GetProperty("dailyQuota").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null), "HubSpot has said nothing of a day");
    }

    [Test]
    public async Task What_a_start_would_be_refused_for_a_forecast_is_refused_for()
    {
        Assert.That((await PlanAsync(token: "pat-na1-unknown")).Json.Text("error_code"), Is.EqualTo("HUBSPOT_INVALID_TOKEN"));
        Assert.That((await PlanAsync(portal: "99")).Json.Text("error_code"), Is.EqualTo("HUBSPOT_AUTH_FAILED"));
        Assert.That((await PlanAsync("""{"properties":["dealnaem"]}""")).Text, Does.Contain("did you mean dealname?"));
        Assert.That((await PlanAsync("""{"dateRange":{"startDate":"2024-02-01","endDate":"2024-01-01"}}""")).Json.Text("error_code"), Is.EqualTo("INVALID_DATE_RANGE"));
    }

    [Test]
    public async Task What_HubSpot_says_only_when_it_is_asked_again_is_a_refusal_all_the_same()
    {
        // Away for as long as the token is looked at: once, and once more.
        using (_api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 503, Operation = @"^account\.details$", Times = 2 }))
        {
            var reply = await PlanAsync(portal: "99");
            Assert.That((reply.Status, reply.Json.Text("error_code")), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "HUBSPOT_AUTH_FAILED")), reply.Text);
        }

        using (_api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 503, Operation = @"^properties\.list$", Times = 2 }))
        {
            var reply = await PlanAsync("""{"properties":["dealnaem"]}""");
            Assert.That((reply.Status, reply.Json.Text("error_code")), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")), reply.Text);
            Assert.That(reply.Text, Does.Contain("config.filters.properties").And.Contain("dealnaem"));
        }
    }

    [Test]
    public async Task A_HubSpot_that_can_not_be_asked_is_told_so()
    {
        using var fault = _api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 503, Operation = "properties|account" });
        var reply = await PlanAsync();
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(reply.Text, Does.Contain("503").And.Contain("suggestion"));
    }

    Task<Http.Reply> PlanAsync(string? filters = null, string token = ScanApi.Token, string portal = ScanApi.Portal) =>
        _api.PostAsync("/api/v1/scan/plan", ScanApi.Body("planned", filters, token, portal));
}
