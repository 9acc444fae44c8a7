namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>The taxonomy: from a status, its headers and its body to one <see cref="HubSpotException"/>.</summary>
static class HubSpotErrors
{
    const int Locked = 423;
    const int Migrating = 477;
    const int CloudflareOriginDns = 530;
    const string DailyLimit = "the account's daily request limit is used up";

    /// <summary>HubSpot's advice for 423: a bulk change holds the records, try again after at least two seconds.</summary>
    static readonly TimeSpan AfterLock = TimeSpan.FromSeconds(2);

    public static HubSpotException FromAnswer(
        HubSpotOperation operation, HttpResponseMessage response, HubSpotErrorBody body, RateLimitReading? limits, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var kind = KindOf(status, body);
        RateLimitPolicy? policy = kind == HubSpotErrorKind.RateLimited ? ComeBack.PolicyOf(body.PolicyName, body.Message, limits) : null;
        var retryAfter = ComeBack.RetryAfter(response.Headers, now);
        return new HubSpotException(kind, Describe(operation, kind, status, policy, body))
        {
            StatusCode = status,
            HubSpotMessage = body.Message,
            Category = body.Category,
            CorrelationId = body.CorrelationId,
            RequiredScopes = kind == HubSpotErrorKind.MissingScopes ? body.RequiredScopes : [],
            Policy = policy,
            RetryAfter = retryAfter,
            ComeBackAfter = retryAfter
                ?? (policy is { } limit ? ComeBack.AfterLimit(limit, limits) : status == Locked ? AfterLock : null),
        };
    }

    public static HubSpotException Unreachable(HubSpotOperation operation, string why, int? status, Exception? inner) =>
        new(HubSpotErrorKind.Unreachable, $"Could not {operation.Doing}: {why}.", inner) { StatusCode = status };

    public static HubSpotException Malformed(HubSpotOperation operation, string why, int? status, Exception? inner = null) =>
        new(HubSpotErrorKind.Malformed, $"Could not {operation.Doing}: HubSpot's answer is not what it should be: {why}", inner)
        {
            StatusCode = status,
        };

    /// <summary>The day's limit, which another request has met a moment ago.</summary>
    public static HubSpotException DayIsSpent(HubSpotOperation operation) =>
        new(HubSpotErrorKind.RateLimited, $"Could not {operation.Doing}: {DailyLimit}.") { Policy = RateLimitPolicy.Daily };

    public static HubSpotException UrlTooLong(HubSpotOperation operation, int length) =>
        new(HubSpotErrorKind.UrlTooLong,
            $"Could not {operation.Doing}: the URL would be {length} characters long and {HubSpotLimits.UrlLength} are sure to be taken; "
            + "ask for fewer properties.");

    static HubSpotErrorKind KindOf(int status, HubSpotErrorBody body) => status switch
    {
        401 => WasGoodOnce(body) ? HubSpotErrorKind.TokenExpired : HubSpotErrorKind.InvalidToken,
        403 when body.Category is "MISSING_SCOPES" || body.RequiredScopes.Count > 0 => HubSpotErrorKind.MissingScopes,
        404 => HubSpotErrorKind.NotFound,
        409 => HubSpotErrorKind.Conflict,
        414 => HubSpotErrorKind.UrlTooLong,
        429 => HubSpotErrorKind.RateLimited,
        408 or Locked or Migrating => HubSpotErrorKind.Unavailable,
        // A malformed token can end in Cloudflare's 530; where HubSpot says so in words, it is the token.
        CloudflareOriginDns when body.Category is "INVALID_AUTHENTICATION" => HubSpotErrorKind.InvalidToken,
        >= 500 => HubSpotErrorKind.Unavailable,
        _ => HubSpotErrorKind.Rejected,
    };

    static bool WasGoodOnce(HubSpotErrorBody body) =>
        body.Category is "EXPIRED_AUTHENTICATION" or "REVOKED_AUTHENTICATION"
        || (body.Message is { } words
            && (words.Contains("expired", StringComparison.OrdinalIgnoreCase)
                || words.Contains("revoked", StringComparison.OrdinalIgnoreCase)));

    static string Describe(
        HubSpotOperation operation, HubSpotErrorKind kind, int status, RateLimitPolicy? policy, HubSpotErrorBody body)
    {
        var why = kind switch
        {
            HubSpotErrorKind.InvalidToken => "HubSpot does not know the access token",
            HubSpotErrorKind.TokenExpired => "the access token has expired or was revoked",
            HubSpotErrorKind.MissingScopes when body.RequiredScopes.Count > 0 =>
                $"the access token lacks a scope ({string.Join(", ", body.RequiredScopes)})",
            HubSpotErrorKind.MissingScopes => "the access token lacks a scope",
            HubSpotErrorKind.RateLimited => policy switch
            {
                RateLimitPolicy.Daily => DailyLimit,
                RateLimitPolicy.Secondly => "the account's search limit of the second is used up",
                RateLimitPolicy.TenSecondly => "the app's ten-second request limit is used up",
                _ => "a request limit is used up",
            },
            HubSpotErrorKind.NotFound => "HubSpot has nothing there",
            HubSpotErrorKind.Conflict => "it conflicts with what HubSpot has",
            HubSpotErrorKind.UrlTooLong => "the URL is too long for HubSpot; ask for fewer properties",
            HubSpotErrorKind.Unavailable => status switch
            {
                Locked => "the records are locked by a bulk change",
                Migrating => "HubSpot is moving the account to another data centre",
                CloudflareOriginDns => "HubSpot does not answer behind its edge, which also happens when the access token is malformed",
                _ => "HubSpot is not available",
            },
            _ => "HubSpot refused",
        };
        var said = body.Message is null ? "" : $" HubSpot said: \"{body.Message}\"";
        string[] facts = [$"HTTP {status}", .. Fact("", body.Category), .. Fact("correlation id ", body.CorrelationId)];
        return $"Could not {operation.Doing}: {why}.{said} ({string.Join(", ", facts)})";

        static string[] Fact(string label, string? value) => value is null ? [] : [label + value];
    }
}
