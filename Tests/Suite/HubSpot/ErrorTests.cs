using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Suite.HubSpot.Support;

namespace HubSpotDeals.Suite.HubSpot;

/// <summary>What HubSpot says, and what is made of it.</summary>
public sealed class ErrorTests
{
    static async Task<HubSpotException> FailureOfAsync(Reply reply)
    {
        await using var hubspot = new ScriptedHubSpot(reply);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);
        return await test.ListFailureAsync(new CallOptions { MaxRetries = 0, RateLimitPatience = TimeSpan.Zero });
    }

    [Test]
    public async Task An_unknown_token_is_told_with_HubSpots_own_words()
    {
        var failure = await FailureOfAsync(Reply.Json(Errors.UnknownToken, 401));

        Assert.Multiple(() =>
        {
            Assert.That(failure.Kind, Is.EqualTo(HubSpotErrorKind.InvalidToken));
            Assert.That(failure.HubSpotMessage, Is.EqualTo("Authentication credentials not found."));
            Assert.That(failure.Category, Is.EqualTo("INVALID_AUTHENTICATION"));
            Assert.That(failure.CorrelationId, Is.EqualTo("c-401"));
            Assert.That(failure.StatusCode, Is.EqualTo(401));
            Assert.That(failure.Message, Is.EqualTo(
                "Could not list deals: HubSpot does not know the access token. HubSpot said: \"Authentication credentials not found.\" "
                + "(HTTP 401, INVALID_AUTHENTICATION, correlation id c-401)"));
        });
    }

    [TestCase("2 minute(s)")]
    [TestCase("19867 day(s)")]
    public async Task An_expired_token_is_told_from_an_unknown_one(string ago) =>
        Assert.That((await FailureOfAsync(Reply.Json(Errors.Expired(ago), 401))).Kind, Is.EqualTo(HubSpotErrorKind.TokenExpired));

    [TestCase("""{"status":"error","message":"The access token is expired or invalid"}""", HubSpotErrorKind.TokenExpired)]
    [TestCase("""{"status":"error","message":"This token has been revoked"}""", HubSpotErrorKind.TokenExpired)]
    [TestCase("""{"message":17}""", HubSpotErrorKind.InvalidToken)]
    [TestCase("[]", HubSpotErrorKind.InvalidToken)]
    [TestCase("", HubSpotErrorKind.InvalidToken)]
    public async Task A_401_of_any_shape_is_about_the_token(string body, HubSpotErrorKind kind) =>
        Assert.That((await FailureOfAsync(Reply.Json(body, 401))).Kind, Is.EqualTo(kind));

    [Test]
    public async Task Missing_scopes_are_named()
    {
        var failure = await FailureOfAsync(Reply.Json(Errors.MissingScopes, 403));

        Assert.That(failure.Kind, Is.EqualTo(HubSpotErrorKind.MissingScopes));
        Assert.That(failure.RequiredScopes, Is.EqualTo(new[] { "crm.objects.deals.read", "crm.objects.deals.write" }));
        Assert.That(failure.Message, Does.Contain("lacks a scope (crm.objects.deals.read, crm.objects.deals.write)"));
    }

    [Test]
    public async Task Missing_scopes_are_found_under_their_older_name()
    {
        var failure = await FailureOfAsync(Reply.Json("""{"message":"no","context":{"requiredScopes":["contacts","contacts"]}}""", 403));

        Assert.That(failure.Kind, Is.EqualTo(HubSpotErrorKind.MissingScopes));
        Assert.That(failure.RequiredScopes, Is.EqualTo(new[] { "contacts" }));
    }

    [Test]
    public async Task A_403_from_the_edge_is_not_about_scopes() =>
        Assert.That((await FailureOfAsync(Reply.Html(403, "Attention Required!"))).Kind, Is.EqualTo(HubSpotErrorKind.Rejected));

    [TestCase(Errors.TenSecondly, RateLimitPolicy.TenSecondly)]
    [TestCase(Errors.Secondly, RateLimitPolicy.Secondly)]
    [TestCase(Errors.SearchService, RateLimitPolicy.Secondly)]
    [TestCase(Errors.Daily, RateLimitPolicy.Daily)]
    [TestCase("<html></html>", RateLimitPolicy.Unknown)]
    [TestCase("", RateLimitPolicy.Unknown)]
    public async Task A_429_of_any_shape_names_its_limit(string body, RateLimitPolicy policy)
    {
        var failure = await FailureOfAsync(Reply.Json(body, 429));

        Assert.That(failure.Kind, Is.EqualTo(HubSpotErrorKind.RateLimited));
        Assert.That(failure.Policy, Is.EqualTo(policy));
    }

    [TestCase("""{"status":"error","message":"resource not found","correlationId":"c-404"}""")]
    [TestCase("<html><head><title>Error 404 Not Found</title></head></html>")]
    public async Task A_404_is_known_by_its_status(string body) =>
        Assert.That((await FailureOfAsync(Reply.Json(body, 404))).Kind, Is.EqualTo(HubSpotErrorKind.NotFound));

    [Test]
    public async Task A_URL_that_the_edge_finds_too_long_is_told_with_the_mend()
    {
        var failure = await FailureOfAsync(Reply.Html(414, "414 Request-URI Too Large"));

        Assert.That(failure.Kind, Is.EqualTo(HubSpotErrorKind.UrlTooLong));
        Assert.That(failure.Message, Is.EqualTo(
            "Could not list deals: the URL is too long for HubSpot; ask for fewer properties. HubSpot said: \"414 Request-URI Too Large\" (HTTP 414)"));
    }

    [TestCase(409, HubSpotErrorKind.Conflict)]
    [TestCase(400, HubSpotErrorKind.Rejected)]
    [TestCase(402, HubSpotErrorKind.Rejected)]
    [TestCase(302, HubSpotErrorKind.Rejected)]
    [TestCase(408, HubSpotErrorKind.Unavailable)]
    [TestCase(423, HubSpotErrorKind.Unavailable)]
    [TestCase(477, HubSpotErrorKind.Unavailable)]
    [TestCase(500, HubSpotErrorKind.Unavailable)]
    [TestCase(521, HubSpotErrorKind.Unavailable)]
    [TestCase(530, HubSpotErrorKind.Unavailable)]
    public async Task Every_other_status_has_its_kind(int status, HubSpotErrorKind kind) =>
        Assert.That((await FailureOfAsync(Reply.Empty(status))).Kind, Is.EqualTo(kind));

    [Test]
    public async Task A_530_hints_at_the_token_and_blames_it_where_HubSpot_does()
    {
        Assert.That((await FailureOfAsync(Reply.Html(530, "Origin DNS error"))).Message, Does.Contain("when the access token is malformed"));
        Assert.That((await FailureOfAsync(Reply.Json(Errors.UnknownToken, 530))).Kind, Is.EqualTo(HubSpotErrorKind.InvalidToken));
    }

    [Test]
    public async Task The_correlation_id_is_taken_from_the_header_if_the_body_has_none() =>
        Assert.That((await FailureOfAsync(Reply.Empty(500, "X-HubSpot-Correlation-Id: c-500"))).CorrelationId, Is.EqualTo("c-500"));

    [Test]
    public async Task A_long_story_is_cut()
    {
        var failure = await FailureOfAsync(Reply.Json($$"""{"message":"{{new string('x', 5_000)}}"}""", 400));

        Assert.That(failure.HubSpotMessage, Has.Length.EqualTo(1_001).And.EndsWith("…"));
    }

    [Test]
    public async Task An_error_body_without_end_is_read_no_further_than_it_is_worth()
    {
        var failure = await FailureOfAsync(Reply.Json($$"""{"message":"{{new string('x', 1_000_000)}}"}""", 400));

        Assert.That(failure, Has.Property("Kind").EqualTo(HubSpotErrorKind.Rejected).And.Property("HubSpotMessage").Null);
    }

    [Test]
    public async Task An_error_whose_body_is_cut_keeps_its_status()
    {
        var failure = await FailureOfAsync(Reply.Json(Errors.MissingScopes, 403).CutAt(0.8, Ending.Close));

        Assert.That(failure, Has.Property("Kind").EqualTo(HubSpotErrorKind.Rejected).And.Property("StatusCode").EqualTo(403));
    }
}
