using System.Net;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed class RateTests
{
    static readonly JsonObject AnySearch = new() { ["limit"] = 1 };

    readonly ManualClock _clock = new();

    [Test]
    public async Task The_ten_secondly_limit_rolls_and_tells_what_remains()
    {
        await using var sandbox = await StartPlainAsync(10, new RateLimits(20, 0, 0), _clock);
        var first = await sandbox.GetAsync(Deals);
        _clock.Advance(TimeSpan.FromSeconds(5));
        for (var call = 0; call < 19; call++)
        {
            await sandbox.GetAsync(Deals);
        }

        var refused = await sandbox.GetAsync(Deals);
        _clock.Advance(TimeSpan.FromSeconds(5));
        var afterTheFirstLeft = await sandbox.GetAsync(Deals);
        var again = await sandbox.GetAsync(Deals);
        Assert.Multiple(() =>
        {
            Assert.That(first.Headers["X-HubSpot-RateLimit-Max"], Is.EqualTo("20"));
            Assert.That(first.Headers["X-HubSpot-RateLimit-Remaining"], Is.EqualTo("19"));
            Assert.That(first.Headers["X-HubSpot-RateLimit-Interval-Milliseconds"], Is.EqualTo("10000"));
            Assert.That(first.Headers["X-HubSpot-RateLimit-Secondly"], Is.EqualTo("2"));
            Assert.That(first.Headers["X-HubSpot-RateLimit-Secondly-Remaining"], Is.EqualTo("1"));
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(refused.Keys, Is.EqualTo("status message errorType correlationId policyName groupName"));
            Assert.That(refused.Message, Is.EqualTo("You have reached your ten_secondly_rolling limit."));
            Assert.That((string?)refused.Json["policyName"], Is.EqualTo("TEN_SECONDLY_ROLLING"));
            Assert.That((string?)refused.Json["groupName"], Does.Match(@"^publicapi:private_app-api-calls-ten-secondly:12345678:\d+$"));
            Assert.That(refused.Headers["X-HubSpot-RateLimit-Remaining"], Is.EqualTo("0"));
            Assert.That(refused.Headers.ContainsKey("Retry-After"), Is.False);
            Assert.That(afterTheFirstLeft.Status, Is.EqualTo(HttpStatusCode.OK), "one call has left the window");
            Assert.That(again.Status, Is.EqualTo(HttpStatusCode.TooManyRequests), "the nineteen others have not");
        });
    }

    [Test]
    public async Task Apps_have_ten_secondly_limits_of_their_own()
    {
        await using var sandbox = await StartPlainAsync(10, new RateLimits(1, 0, 0), _clock);
        sandbox.Server.AddToken(sandbox.Portal.PortalId, new TokenOptions { Token = "another-app" });
        await sandbox.GetAsync(Deals);
        var refused = await sandbox.GetAsync(Deals);
        sandbox.Token = "another-app";
        Assert.That((refused.Status, (await sandbox.GetAsync(Deals)).Status), Is.EqualTo((HttpStatusCode.TooManyRequests, HttpStatusCode.OK)));
    }

    [Test]
    public async Task Search_has_its_own_limit_without_burst_headers_and_two_bodies_of_refusal()
    {
        await using var sandbox = await StartPlainAsync(10, new RateLimits(3, 2, 1000), _clock);
        var fitting = await sandbox.SearchAsync(AnySearch);
        await sandbox.SearchAsync(AnySearch);
        var byGateway = await sandbox.SearchAsync(AnySearch);
        var byService = await sandbox.SearchAsync(AnySearch);
        var list = await sandbox.GetAsync(Deals);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var later = await sandbox.SearchAsync(AnySearch);
        Assert.Multiple(() =>
        {
            Assert.That(
                fitting.Headers.Keys.Where(name => name.StartsWith("X-HubSpot-RateLimit", StringComparison.Ordinal)),
                Is.EquivalentTo(new[] { "X-HubSpot-RateLimit-Daily", "X-HubSpot-RateLimit-Daily-Remaining" }));
            Assert.That((byGateway.Status, byService.Status), Is.EqualTo((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests)));
            Assert.That((string?)byGateway.Json["policyName"], Is.EqualTo("SECONDLY"));
            Assert.That(byService.Keys, Is.EqualTo("status message correlationId category"));
            Assert.That((string?)byService.Json["category"], Is.EqualTo("RATE_LIMITS"));
            Assert.That(list.Headers["X-HubSpot-RateLimit-Remaining"], Is.EqualTo("2"), "searches are outside of the ten-secondly limit");
            Assert.That(later.Status, Is.EqualTo(HttpStatusCode.OK));
        });
    }

    [Test]
    public async Task The_day_ends_at_midnight_of_the_accounts_zone()
    {
        await using var sandbox = await StartPlainAsync(10, new RateLimits(0, 0, 2), _clock);
        await sandbox.GetAsync(Deals);
        var usage = await sandbox.GetAsync("/account-info/v3/api-usage/daily/private-apps");
        var refused = await sandbox.SearchAsync(AnySearch);
        _clock.Advance(TimeSpan.FromHours(15.9));
        var beforeMidnight = await sandbox.GetAsync(Deals);
        _clock.Advance(TimeSpan.FromHours(0.2));
        var nextDay = await sandbox.GetAsync(Deals);
        Assert.Multiple(() =>
        {
            Assert.That((int)usage.Json["results"]![0]!["currentUsage"]!, Is.EqualTo(2));
            Assert.That((string?)usage.Json["results"]![0]!["resetsAt"], Is.EqualTo("2026-11-22T04:00:00Z"));
            Assert.That((string?)refused.Json["policyName"], Is.EqualTo("DAILY"));
            Assert.That(refused.Message, Is.EqualTo("You have reached your daily limit."));
            Assert.That(beforeMidnight.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(nextDay.Headers["X-HubSpot-RateLimit-Daily-Remaining"], Is.EqualTo("1"));
        });
    }

    [Test]
    public async Task An_OAuth_token_has_no_daily_limit()
    {
        await using var sandbox = await StartPlainAsync(10, new RateLimits(0, 0, 1), _clock);
        sandbox.Server.AddToken(sandbox.Portal.PortalId, new TokenOptions { Token = "oauth", Kind = TokenKind.OAuth });
        sandbox.Token = "oauth";
        await sandbox.GetAsync(Deals);
        var second = await sandbox.GetAsync(Deals);
        Assert.That((second.Status, second.Headers.ContainsKey("X-HubSpot-RateLimit-Daily")), Is.EqualTo((HttpStatusCode.OK, false)));
    }

    [Test]
    public async Task Without_limits_there_are_no_limit_headers()
    {
        await using var sandbox = await StartPlainAsync(10);
        var answer = await sandbox.GetAsync(Deals);
        Assert.That(answer.Headers.Keys.Where(name => name.Contains("RateLimit", StringComparison.Ordinal)), Is.Empty);
    }
}
