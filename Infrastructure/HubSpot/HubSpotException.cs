namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>
/// A call to HubSpot that did not succeed: what HubSpot said, whose fault it is (<see cref="Kind"/>),
/// whether it passes by itself (<see cref="IsTransient"/>) and when to come back. The access token is in none of it.
/// </summary>
/// <param name="kind">Whose fault it is.</param>
/// <param name="message">For people: what could not be done, why, and HubSpot's own words.</param>
/// <param name="inner">What the framework said, if HubSpot said nothing.</param>
public sealed class HubSpotException(HubSpotErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public HubSpotErrorKind Kind { get; } = kind;

    /// <summary>The HTTP status; null if no answer came.</summary>
    public int? StatusCode { get; init; }

    /// <summary>HubSpot's own words, cut to a readable length; null if it had none.</summary>
    public string? HubSpotMessage { get; init; }

    /// <summary>HubSpot's name for the error, such as <c>MISSING_SCOPES</c> or <c>RATE_LIMIT</c>; often absent.</summary>
    public string? Category { get; init; }

    /// <summary>What HubSpot's support asks for.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The scopes HubSpot named; empty unless <see cref="Kind"/> is <see cref="HubSpotErrorKind.MissingScopes"/>.</summary>
    public IReadOnlyList<string> RequiredScopes { get; init; } = [];

    /// <summary>Which limit was hit; null unless <see cref="Kind"/> is <see cref="HubSpotErrorKind.RateLimited"/>.</summary>
    public RateLimitPolicy? Policy { get; init; }

    /// <summary>
    /// The wait HubSpot asked for, or that its limit implies; never zero. Null if it is for the caller to choose,
    /// and for the daily limit, which lasts until midnight in the account's time zone.
    /// </summary>
    public TimeSpan? ComeBackAfter { get; init; }

    /// <summary>The wait that HubSpot asked for in so many words; null: it did not, as it seldom does.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The same call may succeed later without anybody mending anything.</summary>
    public bool IsTransient => Kind is HubSpotErrorKind.RateLimited or HubSpotErrorKind.Unavailable
        or HubSpotErrorKind.Unreachable or HubSpotErrorKind.Malformed;
}

/// <summary>Why a call to HubSpot failed.</summary>
public enum HubSpotErrorKind
{
    /// <summary>HubSpot does not know the token (401).</summary>
    InvalidToken,

    /// <summary>The token was good once: expired or revoked (401).</summary>
    TokenExpired,

    /// <summary>The token is good but may not do this (403).</summary>
    MissingScopes,

    /// <summary>A request limit is used up (429).</summary>
    RateLimited,

    /// <summary>404, in any of its forms: HubSpot sends JSON or HTML.</summary>
    NotFound,

    /// <summary>409.</summary>
    Conflict,

    /// <summary>HubSpot understood and refuses: the other 4xx.</summary>
    Rejected,

    /// <summary>The URL is longer than HubSpot takes (414), or than is sent: ask for fewer properties.</summary>
    UrlTooLong,

    /// <summary>HubSpot answers, but can't work now: 5xx, 423 locked, 477 migrating, Cloudflare's 52x and 530.</summary>
    Unavailable,

    /// <summary>No answer, or none to its end: DNS, refused, reset, time-out.</summary>
    Unreachable,

    /// <summary>An answer that says success and is not a whole document of the expected shape.</summary>
    Malformed,
}

/// <summary>Which of HubSpot's limits a 429 speaks of.</summary>
public enum RateLimitPolicy
{
    /// <summary>The answer does not say.</summary>
    Unknown,

    /// <summary>The app's burst limit in the account, over a rolling ten seconds.</summary>
    TenSecondly,

    /// <summary>The search API's own limit, five a second in the account.</summary>
    Secondly,

    /// <summary>The account's day.</summary>
    Daily,
}
