using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Suite.HubSpot.Support;

namespace HubSpotDeals.Suite.HubSpot;

public sealed class RetryTests
{
    static readonly Reply Good = Reply.Json(Pages.WithNext);
    static readonly Reply Broken = Reply.Html(503, "503 Service Temporarily Unavailable");

    static readonly Reply BurstLimit = Reply.Json(Errors.TenSecondly, 429,
        "X-HubSpot-RateLimit-Max: 110", "X-HubSpot-RateLimit-Remaining: 0", "X-HubSpot-RateLimit-Interval-Milliseconds: 10000");

    static readonly Reply SearchLimit = Reply.Json(Errors.SearchService, 429);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(10)]
    public async Task A_transient_failure_is_tried_again_as_often_as_the_call_says(int maxRetries)
    {
        await using var hubspot = new ScriptedHubSpot([.. Enumerable.Repeat(Broken, 20)]);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var failure = await test.ListFailureAsync(test.Options with { MaxRetries = maxRetries });

        Assert.Multiple(() =>
        {
            Assert.That(failure.Kind, Is.EqualTo(HubSpotErrorKind.Unavailable));
            Assert.That(hubspot.Requests, Has.Count.EqualTo(maxRetries + 1));
            Assert.That(test.Attempts.Select(a => a.Number), Is.EqualTo(Enumerable.Range(1, maxRetries + 1)));
            Assert.That(test.Attempts[^1].RetryIn, Is.Null, "the last attempt has no next one");
            Assert.That(test.Attempts[^1].Failure, Is.SameAs(failure));
        });
    }

    [Test]
    public async Task The_waits_grow_and_stay_within_their_bound()
    {
        await using var hubspot = new ScriptedHubSpot([.. Enumerable.Repeat(Broken, 11)]);
        await using var test = new ClientUnderTest(hubspot.BaseUrl, ("HubSpot:RetryMaxDelay", "00:00:05"));

        await test.ListFailureAsync(test.Options with { MaxRetries = 10 });

        var waits = test.Waits.ToArray();
        Assert.That(waits, Has.Length.EqualTo(10));
        Assert.That(waits, Is.All.LessThanOrEqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(waits.TakeLast(3), Is.All.GreaterThan(waits[0]));
    }

    [Test]
    public async Task A_burst_limit_is_waited_out_without_using_up_the_retries()
    {
        await using var hubspot = new ScriptedHubSpot(BurstLimit, BurstLimit, BurstLimit, Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl, ("HubSpot:RetryMaxDelay", "00:00:02"));

        using var page = await test.ListAsync(test.Options with { MaxRetries = 0 });

        Assert.That(page.After, Is.EqualTo("479475667161"));
        Assert.That(test.Waits, Has.Exactly(3).InRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11)));
    }

    [Test]
    public async Task The_search_limit_is_over_in_a_second()
    {
        await using var hubspot = new ScriptedHubSpot(SearchLimit, Reply.Json(Errors.Secondly, 429), Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var page = await test.ListAsync();

        Assert.That(test.Waits, Has.Exactly(2).InRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1)));
    }

    [Test]
    public async Task Waits_for_limits_between_other_failures_leave_the_retries_as_they_were()
    {
        await using var hubspot = new ScriptedHubSpot(Broken, SearchLimit, SearchLimit, Broken, SearchLimit, Broken, Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var failure = await test.ListFailureAsync(test.Options with { MaxRetries = 2 });

        Assert.That(failure.StatusCode, Is.EqualTo(503));
        Assert.That(hubspot.Requests, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task Patience_with_burst_limits_ends()
    {
        await using var hubspot = new ScriptedHubSpot([.. Enumerable.Repeat(BurstLimit, 20)]);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var failure = await test.ListFailureAsync(test.Options with { RateLimitPatience = TimeSpan.FromSeconds(35) });

        Assert.That(failure, Has.Property("Kind").EqualTo(HubSpotErrorKind.RateLimited).And.Property("Policy").EqualTo(RateLimitPolicy.TenSecondly));
        Assert.That(hubspot.Requests, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Patience_is_one_for_the_whole_call_whatever_fails_in_between()
    {
        await using var hubspot = new ScriptedHubSpot(BurstLimit, BurstLimit, Broken, BurstLimit, BurstLimit, Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var failure = await test.ListFailureAsync(test.Options with { RateLimitPatience = TimeSpan.FromSeconds(35) });

        Assert.That(failure.Kind, Is.EqualTo(HubSpotErrorKind.RateLimited));
        Assert.That(hubspot.Requests, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task A_caller_who_is_waiting_gets_the_first_answer_whatever_it_is()
    {
        await using var hubspot = new ScriptedHubSpot(SearchLimit, Broken, Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        Assert.That((await test.ListFailureAsync(CallOptions.Once)).StatusCode, Is.EqualTo(429));
        Assert.That((await test.ListFailureAsync(CallOptions.Once)).StatusCode, Is.EqualTo(503));
    }

    [Test]
    public async Task The_daily_limit_is_not_waited_for()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Json(Errors.Daily, 429), Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var failure = await test.ListFailureAsync();

        Assert.That(failure, Has.Property("Policy").EqualTo(RateLimitPolicy.Daily).And.Property("ComeBackAfter").Null.And.Property("IsTransient").True);
        Assert.That(hubspot.Requests, Has.Count.EqualTo(1));
    }

    [TestCase(429)]
    [TestCase(503)]
    public async Task Retry_After_is_obeyed(int status)
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Empty(status, "Retry-After: 7"), Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var page = await test.ListAsync();

        Assert.That(test.Waits.Single(), Is.InRange(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7.7)));
    }

    [Test]
    public async Task A_migration_of_hours_is_not_slept_through_but_named()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Empty(477, "Retry-After: 36000"), Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var failure = await test.ListFailureAsync();

        Assert.That(failure, Has.Property("Kind").EqualTo(HubSpotErrorKind.Unavailable).And.Property("ComeBackAfter").EqualTo(TimeSpan.FromHours(10)));
        Assert.That(hubspot.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_short_migration_and_a_lock_are_waited_for()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Empty(477, "Retry-After: 20"), Reply.Empty(423), Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var page = await test.ListAsync();

        Assert.That(test.Waits.ElementAt(0), Is.InRange(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(22)));
        Assert.That(test.Waits.ElementAt(1), Is.InRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.2)));
    }

    [Test]
    public async Task A_good_token_that_expired_0_seconds_ago_is_believed_the_second_time()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Json(Errors.Expired("0 second(s)"), 401), Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var page = await test.ListAsync(CallOptions.Once);

        Assert.That(page.After, Is.EqualTo("479475667161"));
    }

    [Test]
    public async Task A_token_that_goes_on_expiring_0_seconds_ago_has_expired()
    {
        await using var hubspot = new ScriptedHubSpot([.. Enumerable.Repeat(Reply.Json(Errors.Expired("0 second(s)"), 401), 9)]);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var failure = await test.ListFailureAsync();

        Assert.That(failure.Kind, Is.EqualTo(HubSpotErrorKind.TokenExpired));
        Assert.That(hubspot.Requests, Has.Count.EqualTo(2));
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(402)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(409)]
    [TestCase(414)]
    [TestCase(302)]
    public async Task What_will_not_pass_by_itself_is_asked_once(int status)
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Empty(status, "Location: http://elsewhere.invalid/"), Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var failure = await test.ListFailureAsync();

        Assert.That(failure, Has.Property("StatusCode").EqualTo(status).And.Property("IsTransient").False);
        Assert.That(hubspot.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_call_that_is_cancelled_while_it_waits_ends_at_once()
    {
        await using var hubspot = new ScriptedHubSpot(BurstLimit, Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);
        using var cancel = new CancellationTokenSource();

        var call = test.Client.ListDealsAsync(test.Token, new DealListRequest { Properties = [] }, test.Options, cancel.Token);
        await test.Clock.WhenTimerAsync(static due => due < TimeSpan.FromSeconds(30));
        await cancel.CancelAsync();

        await Assert.ThatAsync(() => call, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(hubspot.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_call_that_is_cancelled_while_HubSpot_is_silent_ends_at_once()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Hang);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);
        using var cancel = new CancellationTokenSource();

        var call = test.Client.ListDealsAsync(test.Token, new DealListRequest { Properties = [] }, test.Options, cancel.Token);
        await hubspot.WhenRequestAsync();
        await cancel.CancelAsync();

        await Assert.ThatAsync(() => call, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(test.Attempts, Is.Empty);
    }
}
