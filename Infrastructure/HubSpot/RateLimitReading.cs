using System.Globalization;
using System.Net.Http.Headers;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>
/// What one answer's <c>X-HubSpot-RateLimit-*</c> headers say. Each may be absent: search sends no burst limit,
/// OAuth tokens have no daily one.
/// </summary>
/// <param name="Max">Requests allowed in an interval.</param>
/// <param name="Remaining">Requests left in the running interval.</param>
/// <param name="Interval">The length of the interval, 10 s in practice.</param>
/// <param name="Daily">Requests allowed until midnight in the account's time zone.</param>
/// <param name="DailyRemaining">Requests left until then.</param>
public sealed record RateLimitReading(int? Max, int? Remaining, TimeSpan? Interval, int? Daily, int? DailyRemaining)
{
    /// <returns>Null if the answer carries none of the headers.</returns>
    public static RateLimitReading? From(HttpResponseHeaders headers)
    {
        var interval = Number(headers, "X-HubSpot-RateLimit-Interval-Milliseconds");
        var reading = new RateLimitReading(
            Number(headers, "X-HubSpot-RateLimit-Max"),
            Number(headers, "X-HubSpot-RateLimit-Remaining"),
            interval is > 0 ? TimeSpan.FromMilliseconds(interval.Value) : null,
            Number(headers, "X-HubSpot-RateLimit-Daily"),
            Number(headers, "X-HubSpot-RateLimit-Daily-Remaining"));
        return reading is { Max: null, Remaining: null, Interval: null, Daily: null, DailyRemaining: null } ? null : reading;
    }

    static int? Number(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values)
        && int.TryParse(values.First(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
