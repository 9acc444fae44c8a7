using System.Globalization;
using System.Threading.RateLimiting;
using HubSpotDeals.Api.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Api.Auth;

/// <summary>Counts each caller's requests, by the framework's limiter, and answers those beyond the limit with 429 <c>RATE_LIMIT_EXCEEDED</c>.</summary>
static class RequestLimit
{
    internal static IServiceCollection AddRequestLimit(this IServiceCollection services)
    {
        services.AddRateLimiter();
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RequestLimitOptions>>(static (limiter, limit) => Set(limiter, limit.Value));
        return services;
    }

    static void Set(RateLimiterOptions limiter, RequestLimitOptions limit)
    {
        if (limit.Requests == 0)
        {
            return;
        }

        var window = new FixedWindowRateLimiterOptions { PermitLimit = limit.Requests, Window = limit.Window, QueueLimit = 0 };
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, object>(
            context => RateLimitPartition.GetFixedWindowLimiter(CountedAs(context), _ => window));
        limiter.OnRejected = (rejected, _) => new ValueTask(Answer.Error(
            ApiError.RateLimitExceeded,
            // The limiter does not tell how much of the window is left; whoever waits for the whole of it is not refused again.
            new { retryAfter = (long)Math.Ceiling(limit.Window.TotalSeconds), limit = limit.Requests, window = Spell(limit.Window) },
            limit.Window).ExecuteAsync(rejected.HttpContext));
    }

    /// <summary>Whose requests count together: a key's, wherever they come from; without a key of ours, a client address's.</summary>
    static object CountedAs(HttpContext context) =>
        context.Features.Get<Caller>() is { } caller && caller != Caller.Anyone ? caller : ClientNetwork.Of(context.Connection.RemoteIpAddress);

    /// <summary>As the API's document does: <c>10 seconds</c>.</summary>
    static string Spell(TimeSpan window)
    {
        var seconds = window.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        return seconds is "1" ? "1 second" : seconds + " seconds";
    }
}
