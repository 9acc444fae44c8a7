using HubSpotDeals.Infrastructure.HubSpot;

namespace HubSpotDeals.Suite.HubSpot;

public sealed class ComeBackTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    static TimeSpan? RetryAfter(string value, string? date = null)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Retry-After", value);
        if (date is not null)
        {
            response.Headers.TryAddWithoutValidation("Date", date);
        }
        return ComeBack.RetryAfter(response.Headers, Now);
    }

    [TestCase("1", 1)]
    [TestCase("120", 120)]
    [TestCase("86400", 86_400)]
    [TestCase("999999999", 86_400, Description = "no longer than a day")]
    [TestCase("Sat, 21 Nov 2026 09:00:30 GMT", 30)]
    public void Retry_After_is_read_in_seconds_and_as_a_date(string value, int seconds) =>
        Assert.That(RetryAfter(value), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [Test]
    public void A_date_is_taken_by_HubSpots_own_clock() =>
        Assert.That(RetryAfter("Sat, 21 Nov 2026 08:00:30 GMT", date: "Sat, 21 Nov 2026 08:00:00 GMT"), Is.EqualTo(TimeSpan.FromSeconds(30)));

    [TestCase("0")]
    [TestCase("-5")]
    [TestCase("1.5")]
    [TestCase("soon")]
    [TestCase("")]
    [TestCase("Sat, 21 Nov 2026 08:59:00 GMT")]
    public void A_Retry_After_that_asks_for_no_wait_is_none(string value) => Assert.That(RetryAfter(value), Is.Null);

    [TestCase(RateLimitPolicy.TenSecondly, null, 10)]
    [TestCase(RateLimitPolicy.TenSecondly, 4_000, 4)]
    [TestCase(RateLimitPolicy.TenSecondly, 60_000, 10)]
    [TestCase(RateLimitPolicy.Secondly, 10_000, 1)]
    [TestCase(RateLimitPolicy.Unknown, null, 10)]
    public void A_limit_implies_its_wait(RateLimitPolicy policy, int? intervalMilliseconds, int seconds)
    {
        var limits = intervalMilliseconds is { } ms ? new RateLimitReading(100, 0, TimeSpan.FromMilliseconds(ms), null, null) : null;

        Assert.That(ComeBack.AfterLimit(policy, limits), Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [Test]
    public void The_daily_limit_implies_no_wait_that_an_answer_could_tell() =>
        Assert.That(ComeBack.AfterLimit(RateLimitPolicy.Daily, null), Is.Null);

    [TestCase(0, 5, RateLimitPolicy.TenSecondly)]
    [TestCase(5, 0, RateLimitPolicy.Daily)]
    [TestCase(0, 0, RateLimitPolicy.Daily)]
    [TestCase(5, 5, RateLimitPolicy.Unknown)]
    public void Where_words_fail_the_headers_tell_which_limit_it_was(int remaining, int dailyRemaining, RateLimitPolicy policy) =>
        Assert.That(ComeBack.PolicyOf(null, null, new RateLimitReading(100, remaining, null, 1_000, dailyRemaining)), Is.EqualTo(policy));
}
