using System.Net;
using HubSpotDeals.Sandbox;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed class ErrorTests
{
    SandboxCaller _sandbox = null!;
    ManualClock _clock = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _clock = new ManualClock();
        _sandbox = await StartPlainAsync(10, clock: _clock);
    }

    [TearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [TestCase(null)]
    [TestCase("pat-na1-unknown")]
    public async Task A_call_without_a_known_token_is_unauthenticated(string? token)
    {
        _sandbox.Token = token;
        var answer = await _sandbox.GetAsync(Deals);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(answer.Keys, Is.EqualTo("status message correlationId category"));
            Assert.That(answer.Message, Does.StartWith("Authentication credentials not found. This API supports OAuth 2.0 authentication"));
            Assert.That((string?)answer.Json["category"], Is.EqualTo("INVALID_AUTHENTICATION"));
            Assert.That((string?)answer.Json["correlationId"], Is.EqualTo(answer.Headers["X-HubSpot-Correlation-Id"]));
        });
    }

    [Test]
    public async Task A_revoked_token_is_as_unknown_as_one_that_never_was()
    {
        _sandbox.Server.RevokeToken(_sandbox.Token!);
        Assert.That((string?)(await _sandbox.GetAsync(Deals)).Json["category"], Is.EqualTo("INVALID_AUTHENTICATION"));
    }

    [TestCase(0, "0 second(s)")]
    [TestCase(125, "2 minute(s)")]
    [TestCase(7_300, "2 hour(s)")]
    [TestCase(300_000, "3 day(s)")]
    public async Task An_expired_token_says_how_long_ago(int seconds, string age)
    {
        _sandbox.Server.ExpireToken(_sandbox.Token!, _clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        var answer = await _sandbox.GetAsync(Deals);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(answer.Keys, Is.EqualTo("status message correlationId category context"));
            Assert.That(answer.Message, Is.EqualTo($"The OAuth token used to make this call expired {age} ago."));
            Assert.That((string?)answer.Json["category"], Is.EqualTo("EXPIRED_AUTHENTICATION"));
            Assert.That((string?)answer.Json["context"]!["expire time"]![0], Is.EqualTo("2026-11-21T12:00:00Z"));
        });
    }

    [Test]
    public async Task A_token_can_expire_after_so_many_requests()
    {
        _sandbox.Server.AddToken(_sandbox.Portal.PortalId, new TokenOptions { Token = "short", Kind = TokenKind.OAuth, ExpiresAfterRequests = 2 });
        _sandbox.Token = "short";
        HttpStatusCode[] statuses =
            [(await _sandbox.GetAsync(Deals)).Status, (await _sandbox.GetAsync(Deals)).Status, (await _sandbox.GetAsync(Deals)).Status];
        Assert.That(statuses, Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Unauthorized }));
    }

    [Test]
    public async Task A_missing_scope_is_named()
    {
        _sandbox.Server.SetScopes(_sandbox.Token!, SandboxScopes.Account);
        var answer = await _sandbox.GetAsync(Deals);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(answer.Keys, Is.EqualTo("status message correlationId errors links category"));
            Assert.That((string?)answer.Json["category"], Is.EqualTo("MISSING_SCOPES"));
            Assert.That(
                answer.Json["errors"]![0]!["context"]!["requiredGranularScopes"]!.ToJsonString(), Is.EqualTo("[\"crm.objects.deals.read\"]"));
        });
        Assert.That((await _sandbox.GetAsync("/account-info/2026-09/details")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task An_id_that_is_no_number_is_not_found_in_JSON()
    {
        var answer = await _sandbox.GetAsync($"{Deals}/abc");
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(answer.Keys, Is.EqualTo("status message correlationId context category"));
            Assert.That(answer.Message, Is.EqualTo("Object not found.  objectId are usually numeric."));
            Assert.That((string?)answer.Json["context"]!["id"]![0], Is.EqualTo("abc"));
        });
    }

    [TestCase("/crm/objects/2026-09/deals/1")]
    [TestCase("/crm/objects/2026-09")]
    [TestCase("/no/such/route")]
    public async Task What_is_not_there_is_a_page_of_HTML(string path)
    {
        var answer = await _sandbox.GetAsync(path);
        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((HttpStatusCode.NotFound, "text/html")));
    }

    [Test]
    public async Task A_change_to_a_missing_deal_is_not_found_in_JSON()
    {
        var answer = await _sandbox.SendAsync(HttpMethod.Patch, $"{Deals}/1", """{"properties":{"dealname":"x"}}""");
        Assert.That((answer.Status, answer.Message), Is.EqualTo((HttpStatusCode.NotFound, "resource not found")));
    }

    [Test]
    public async Task An_unknown_object_type_is_refused()
    {
        var answer = await _sandbox.GetAsync("/crm/objects/2026-09/dealz");
        Assert.That((answer.Status, answer.Message), Is.EqualTo((HttpStatusCode.BadRequest, "Unable to infer object type from: dealz")));
    }

    [Test]
    public async Task JSON_that_is_none_is_refused_with_line_and_column()
    {
        var answer = await _sandbox.SendAsync(HttpMethod.Post, $"{Deals}/search", "{\n  \"limit\": }");
        Assert.That(
            (answer.Status, answer.Message.Split(':')[0]), Is.EqualTo((HttpStatusCode.BadRequest, "Invalid input JSON on line 2, column 12")));
    }

    [Test]
    public async Task A_URL_of_over_16000_characters_is_refused_in_HTML_and_one_below_is_not()
    {
        var fitting = await _sandbox.GetAsync($"{Deals}?properties={new string('a', 15_900)}");
        var tooLong = await _sandbox.GetAsync($"{Deals}?properties={new string('a', 16_000)}");
        Assert.Multiple(() =>
        {
            Assert.That(fitting.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((int)tooLong.Status, Is.EqualTo(414));
            Assert.That(tooLong.Body, Does.StartWith("<html> <head><title>414 Request-URI Too Large</title></head>"));
        });
    }
}
