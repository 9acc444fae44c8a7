using System.Net.Http.Headers;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>When to come back after an error: decided from what the answer says, without a clock of its own.</summary>
public static class ComeBack
{
    static readonly TimeSpan LongestBurstWindow = TimeSpan.FromSeconds(10);
    static readonly TimeSpan ADay = TimeSpan.FromDays(1);

    /// <summary>
    /// The wait that <c>Retry-After</c> asks for, in seconds or as a date; at most a day, which is the longest HubSpot documents (477).
    /// </summary>
    /// <param name="headers">Of the answer; its own <c>Date</c> is trusted over ours.</param>
    /// <param name="now">The time here, if the answer has no <c>Date</c>.</param>
    /// <returns>
    /// Null if there is no header that can be read, or it asks for no wait at all: coming back at once would only hammer.
    /// </returns>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var wait = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (headers.Date ?? now),
            _ => TimeSpan.Zero,
        };
        return wait <= TimeSpan.Zero ? null : wait < ADay ? wait : ADay;
    }

    /// <summary>The wait a 429 implies that says nothing of it, as HubSpot's do not.</summary>
    /// <returns>Null for the daily limit: it ends at midnight in the account's time zone, which the answer does not name.</returns>
    public static TimeSpan? AfterLimit(RateLimitPolicy policy, RateLimitReading? limits) => policy switch
    {
        RateLimitPolicy.Daily => null,
        RateLimitPolicy.Secondly => TimeSpan.FromSeconds(1),
        _ when limits?.Interval is { } interval && interval < LongestBurstWindow => interval,
        _ => LongestBurstWindow,
    };

    /// <summary>
    /// Which limit a 429 speaks of. Its wording differs between HubSpot's gateway and its search service; either may be HTML.
    /// </summary>
    public static RateLimitPolicy PolicyOf(string? policyName, string? message, RateLimitReading? limits)
    {
        var words = $"{policyName} {message}";
        if (words.Contains("daily", StringComparison.OrdinalIgnoreCase))
        {
            return RateLimitPolicy.Daily;
        }
        if (words.Contains("ten_secondly", StringComparison.OrdinalIgnoreCase))
        {
            return RateLimitPolicy.TenSecondly;
        }
        if (words.Contains("secondly", StringComparison.OrdinalIgnoreCase))
        {
            return RateLimitPolicy.Secondly;
        }
        return limits switch
        {
            { DailyRemaining: <= 0 } => RateLimitPolicy.Daily,
            { Remaining: <= 0 } => RateLimitPolicy.TenSecondly,
            _ => RateLimitPolicy.Unknown,
        };
    }
}
