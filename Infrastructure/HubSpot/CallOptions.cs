using HubSpotDeals.Infrastructure.HubSpot.Budget;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>How persistent a call is, and who watches it.</summary>
public sealed record CallOptions
{
    /// <summary>Three retries, and burst limits waited out: for work in the background.</summary>
    public static readonly CallOptions Default = new();

    /// <summary>One request, whatever comes of it: for a caller who is waiting.</summary>
    public static readonly CallOptions Once = new() { MaxRetries = 0, RateLimitPatience = TimeSpan.Zero };

    /// <summary>The most retries a call may be given.</summary>
    public const int MostRetries = 10;

    /// <summary>
    /// How often a transient failure is tried again, 0 to 10. Waiting for a burst limit (429) does not use these up,
    /// nor does the second look at a token that "expired 0 second(s) ago".
    /// </summary>
    public int MaxRetries
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostRetries);
            field = value;
        }
    } = 3;

    /// <summary>
    /// How long this call waits, all in all, for burst limits to pass; null takes <see cref="HubSpotOptions.RateLimitPatience"/>.
    /// After that the 429 is thrown.
    /// </summary>
    public TimeSpan? RateLimitPatience { get; init; }

    /// <summary>The portal's budget, which each request waits for; null: it is sent at once, and HubSpot may refuse it.</summary>
    public PortalBudget? Budget { get; init; }

    /// <summary>Told of every request that was sent, once, when its outcome is known. Called on the call's own thread: be quick.</summary>
    public Action<CallAttempt>? Observer { get; init; }
}

/// <summary>One request to HubSpot and what came of it.</summary>
/// <param name="Operation">What it was for, such as <c>deals.list</c>.</param>
/// <param name="Number">1 for the first request of the call.</param>
/// <param name="StatusCode">HubSpot's answer; null if none came.</param>
/// <param name="Duration">From sending to the last byte.</param>
/// <param name="RateLimit">The rate-limit headers of the answer; null if there were none.</param>
/// <param name="Failure">Null if the answer was good.</param>
/// <param name="RetryIn">The wait before the next request of the same call; null if there is none.</param>
public sealed record CallAttempt(
    string Operation, int Number, int? StatusCode, TimeSpan Duration, RateLimitReading? RateLimit,
    HubSpotException? Failure, TimeSpan? RetryIn)
{
    /// <summary>How long it had waited, before it was sent, for its turn in the portal's budget.</summary>
    public TimeSpan Waited { get; init; }
}
