using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Gateway;

/// <summary>Applies a portal's limits to a call and tells the caller where it stands, in HubSpot's headers.</summary>
static class RateGate
{
    /// <summary>Counts the call and sets the headers.</summary>
    /// <returns>The 429 to answer with, or null when the call may pass.</returns>
    public static Refusal? Pass(Access access, RateClass rate, DateTimeOffset now, IHeaderDictionary headers)
    {
        var limits = access.Portal.Limits;
        return rate switch
        {
            RateClass.Burst when limits.RequestsPer10Seconds > 0 => PassBurst(access, limits.RequestsPer10Seconds, now, headers),
            RateClass.Search when limits.SearchesPerSecond > 0 => PassSearch(access, limits.SearchesPerSecond, now),
            _ => null,
        } ?? PassDaily(access, limits.Daily, now, headers);
    }

    static Refusal? PassBurst(Access access, int limit, DateTimeOffset now, IHeaderDictionary headers)
    {
        var (taken, used) = access.Burst.TryTake(limit, now);
        var secondly = Math.Max(1, limit / 10);
        headers["X-HubSpot-RateLimit-Interval-Milliseconds"] = "10000";
        headers["X-HubSpot-RateLimit-Max"] = limit.ToString();
        headers["X-HubSpot-RateLimit-Remaining"] = (limit - used).ToString();

        // no longer enforced, still sent
        headers["X-HubSpot-RateLimit-Secondly"] = secondly.ToString();
        headers["X-HubSpot-RateLimit-Secondly-Remaining"] =
            Math.Max(0, secondly - access.Burst.CountWithin(TimeSpan.FromSeconds(1), now)).ToString();
        return taken ? null : Refusals.RateLimited("ten_secondly_rolling", "TEN_SECONDLY_ROLLING", $"publicapi:{Group(access)}-api-calls-ten-secondly:{Caller(access)}");
    }

    // the two bodies are met in turn, as in reality: some refusals come from the gateway, some from the search service
    static Refusal? PassSearch(Access access, int limit, DateTimeOffset now)
    {
        if (access.Portal.Usage.Searches.TryTake(limit, now).Taken)
        {
            return null;
        }

        return Interlocked.Increment(ref access.Portal.Usage.SearchesRefused) % 2 == 1
            ? Refusals.RateLimited("secondly", "SECONDLY", $"publicapi:crm:search:oauth:{Caller(access)}")
            : Refusals.SearchRateLimited();
    }

    static Refusal? PassDaily(Access access, int limit, DateTimeOffset now, IHeaderDictionary headers)
    {
        if (access.Kind == TokenKind.OAuth)
        {
            return null;
        }

        var (taken, used) = access.Portal.Usage.TryTakeDaily(limit, now);
        if (limit > 0)
        {
            headers["X-HubSpot-RateLimit-Daily"] = limit.ToString();
            headers["X-HubSpot-RateLimit-Daily-Remaining"] = (limit - used).ToString();
        }

        return taken ? null : Refusals.RateLimited("daily", "DAILY", $"publicapi:private-apps-api-calls-daily:{access.Portal.PortalId}");
    }

    static string Group(Access access) => access.Kind == TokenKind.OAuth ? "oauth" : "private_app";

    static string Caller(Access access) => $"{access.Portal.PortalId}:{access.AppId}";
}
