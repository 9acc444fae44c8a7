using System.Net;
using HubSpotDeals.Sandbox;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

/// <summary>What another process can do over <c>/_sandbox</c>.</summary>
sealed class ControlTests
{
    SandboxCaller _sandbox = null!;

    [SetUp]
    public async Task StartAsync() => _sandbox = await StartPlainAsync(20);

    [TearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public async Task A_portal_is_made_with_tokens_and_limits()
    {
        var made = await PostAsync("/portals", """
            {"portalId":5,"deals":30,"archived":2,"seed":9,"awkward":false,"extraCustomProperties":3,
             "tokens":[{"token":"five","scopes":["crm.objects.deals.read"]}],"limits":{"requestsPer10Seconds":2,"searchesPerSecond":0,"daily":0}}
            """);
        _sandbox.Token = "five";
        var statuses = new[] { await StatusAsync(Deals), await StatusAsync("/crm/v3/owners"), await StatusAsync(Deals) };
        Assert.Multiple(() =>
        {
            Assert.That(made.Json.ToJsonString(), Does.StartWith("""{"portalId":5,"deals":30,"archived":2,"limits":{"requestsPer10Seconds":2"""));
            Assert.That(statuses, Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.TooManyRequests }));
            Assert.That(_sandbox.Server.Portals, Has.Count.EqualTo(2));
        });
    }

    [Test]
    public async Task Tokens_are_added_expired_stripped_of_scopes_and_revoked()
    {
        await PostAsync("/portals/12345678/tokens", """{"token":"t","kind":"OAuth"}""");
        _sandbox.Token = "t";
        var seen = new List<HttpStatusCode> { await StatusAsync(Deals) };
        await PostAsync("/tokens/scopes", """{"token":"t","scopes":["oauth"]}""");
        seen.Add(await StatusAsync(Deals));
        await PostAsync("/tokens/expire", """{"token":"t"}""");
        seen.Add(await StatusAsync(Deals));
        await PostAsync("/tokens/revoke", """{"token":"t"}""");
        seen.Add(await StatusAsync(Deals));
        Assert.That(
            seen, Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized }));
    }

    [Test]
    public async Task Faults_are_added_counted_and_ended()
    {
        var added = await PostAsync("/faults", """{"kind":"Status","operation":"^deals","status":503,"retryAfterSeconds":3,"skip":1}""");
        var seen = new[] { await StatusAsync(Deals), await StatusAsync(Deals) };
        var listed = await _sandbox.GetAsync("/_sandbox/faults");
        await _sandbox.SendAsync(HttpMethod.Delete, $"/_sandbox/faults/{added.Json["id"]}");
        Assert.Multiple(async () =>
        {
            Assert.That(seen, Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable }));
            Assert.That(((int)listed.Json[0]!["matched"]!, (int)listed.Json[0]!["struck"]!), Is.EqualTo((2, 1)));
            Assert.That(await StatusAsync(Deals), Is.EqualTo(HttpStatusCode.OK));
        });
    }

    [Test]
    public async Task Latency_limits_and_lag_are_set()
    {
        await _sandbox.SendAsync(HttpMethod.Patch, "/_sandbox", """{"latencyMs":7}""");
        await _sandbox.SendAsync(HttpMethod.Patch, "/_sandbox/portals/12345678", """{"daily":10,"searchLagMs":1500}""");
        Assert.Multiple(() =>
        {
            Assert.That(_sandbox.Server.Latency, Is.EqualTo(TimeSpan.FromMilliseconds(7)));
            Assert.That(_sandbox.Portal.Limits, Is.EqualTo(new RateLimits(0, 0, 10)));
            Assert.That(_sandbox.Portal.SearchLag, Is.EqualTo(TimeSpan.FromSeconds(1.5)));
        });
    }

    [Test]
    public async Task Deals_are_made_and_read_as_the_sandbox_holds_them()
    {
        var free = _sandbox.Portal.DealIds().First() + 1;
        var made = await PostAsync("/portals/12345678/deals", $$$"""{"id":{{{free}}},"properties":{"dealname":"from outside"}}""");
        var held = await _sandbox.GetAsync($"/_sandbox/portals/12345678/deals/{free}");
        var ids = await _sandbox.GetAsync("/_sandbox/portals/12345678/deals");
        await _sandbox.SendAsync(HttpMethod.Patch, "/_sandbox/portals/12345678/properties/internal_notes", """{"type":"number","fieldType":"number"}""");
        var definition = await _sandbox.GetAsync("/crm/v3/properties/deals/internal_notes");
        Assert.Multiple(() =>
        {
            Assert.That((long)made.Json["id"]!, Is.EqualTo(free));
            Assert.That((string?)held.Json["properties"]!["dealname"], Is.EqualTo("from outside"));
            Assert.That(ids.Json.AsArray().Select(id => (long)id!), Is.EqualTo(_sandbox.Portal.DealIds()));
            Assert.That((string?)definition.Json["type"], Is.EqualTo("number"));
        });
    }

    [Test]
    public async Task What_was_asked_is_logged_and_counted_without_tokens()
    {
        await _sandbox.GetAsync($"{Deals}?limit=3");
        await _sandbox.GetAsync($"{Deals}/abc");
        var counts = await _sandbox.GetAsync("/_sandbox/counts");
        var log = await _sandbox.GetAsync("/_sandbox/log");
        Assert.Multiple(() =>
        {
            Assert.That(((int)counts.Json["total"]!, (int)counts.Json["mostInFlight"]!), Is.EqualTo((2, 1)));
            Assert.That(
                counts.Json["perSecond"]!.AsArray().Sum(count => (int)count!["requests"]!), Is.EqualTo(2));
            Assert.That(
                log.Json.AsArray().Select(request => ((string?)request!["operation"], (int)request["status"]!, (string?)request["target"])),
                Is.EqualTo(new[] { ("deals.list", 200, $"{Deals}?limit=3"), ("deals.get", 404, $"{Deals}/abc") }));
            Assert.That(log.Body, Does.Not.Contain(_sandbox.Token));
            Assert.That(_sandbox.Server.Log.Count("deals.list", 200), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_reset_undoes_writes_faults_latency_and_log()
    {
        _sandbox.Portal.ArchiveDeal(_sandbox.Portal.DealIds().First());
        await PostAsync("/faults", """{"kind":"Hang"}""");
        await PostAsync("/reset", "");
        Assert.That((_sandbox.Portal.CountDeals(), _sandbox.Server.Faults.Count, _sandbox.Server.Log.Total), Is.EqualTo((20, 0, 0L)));
    }

    [TestCase("/faults", """{"kind":"Explode"}""", HttpStatusCode.BadRequest)]
    [TestCase("/faults", """{"kind":"Hang","tmies":1}""", HttpStatusCode.BadRequest)]
    [TestCase("/faults", """{"kind":"Hang","path":"("}""", HttpStatusCode.BadRequest)]
    [TestCase("/portals/7/tokens", """{"token":"x"}""", HttpStatusCode.NotFound)]
    [TestCase("/tokens/expire", """{"token":"none"}""", HttpStatusCode.NotFound)]
    public async Task A_mistaken_control_call_says_what_is_wrong(string path, string body, HttpStatusCode status)
    {
        var answer = await PostAsync(path, body);
        Assert.That((answer.Status, answer.Body.Length > 10), Is.EqualTo((status, true)));
    }

    [Test]
    public async Task The_table_of_controls_names_every_fault()
    {
        var help = await _sandbox.GetAsync("/_sandbox");
        Assert.That(Enum.GetNames<HubSpotDeals.Sandbox.Faults.FaultKind>(), Has.All.Matches<string>(kind => help.Body.Contains(kind!, StringComparison.Ordinal)));
    }

    async Task<HttpStatusCode> StatusAsync(string target) => (await _sandbox.GetAsync(target)).Status;

    Task<Answer> PostAsync(string path, string body) => _sandbox.SendAsync(HttpMethod.Post, $"/_sandbox{path}", body);
}
