using System.Text.Json;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.HubSpot;
using Microsoft.Net.Http.Headers;

namespace HubSpotDeals.Api.Gateway;

/// <summary>The errors of the contacts gateway, in its document's form: <c>{"error": {"code", "message", "details"}}</c>.</summary>
sealed class GatewayErrors : IErrorForm
{
    internal static readonly ApiError AuthenticationRequired = new("AUTHENTICATION_REQUIRED", 401, "Not authenticated with HubSpot");
    internal static readonly ApiError InvalidToken = new("INVALID_TOKEN", 401, "Access token is invalid or expired");
    internal static readonly ApiError NoRefreshToken = new("NO_REFRESH_TOKEN", 401, "No refresh token available");
    internal static readonly ApiError InsufficientScope = new("INSUFFICIENT_SCOPE", 403, "Token doesn't have required permissions");
    internal static readonly ApiError ContactNotFound = new("CONTACT_NOT_FOUND", 404, "Requested contact doesn't exist");
    internal static readonly ApiError ContactExists = new("CONTACT_EXISTS", 409, "A contact with this email exists already");
    internal static readonly ApiError RateLimitExceeded = new("RATE_LIMIT_EXCEEDED", 429, "API rate limit exceeded");

    internal static GatewayErrors Instance { get; } = new();

    /// <inheritdoc/>
    public async Task WriteAsync(HttpContext context, ApiError error, IReadOnlyDictionary<string, string>? errors, object? details)
    {
        object? told = errors is null
            ? details
            : new { fields = errors.Select(pair => new { field = pair.Key, message = pair.Value }) };
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { error = new { code = error.Code, message = error.Message, details = told } }, GatewayJson.Options);
        var response = context.Response;
        response.StatusCode = error.Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        response.Headers.CacheControl = "no-store";
        await response.Body.WriteAsync(body, CancellationToken.None);
    }

    /// <summary>What HubSpot's refusal means here.</summary>
    /// <param name="refused">It.</param>
    /// <param name="contactId">The contact that was asked for; null: none in particular.</param>
    internal static IResult Answer(HubSpotException refused, string? contactId = null) => refused.Kind switch
    {
        HubSpotErrorKind.InvalidToken or HubSpotErrorKind.TokenExpired => Http.Answer.Error(InvalidToken, Said(refused)),
        HubSpotErrorKind.MissingScopes => Http.Answer.Error(InsufficientScope, new { requiredScopes = refused.RequiredScopes, reason = refused.HubSpotMessage }),
        HubSpotErrorKind.NotFound when contactId is not null => NotFound(contactId),
        HubSpotErrorKind.Conflict => Http.Answer.Error(ContactExists, new { existingId = ExistingId(refused.HubSpotMessage), reason = refused.HubSpotMessage }),
        HubSpotErrorKind.RateLimited => TooMany(refused),
        HubSpotErrorKind.Rejected or HubSpotErrorKind.NotFound or HubSpotErrorKind.UrlTooLong =>
            Http.Answer.Error(ApiError.ValidationError with { Message = "HubSpot refused the request" }, Said(refused)),
        _ => Http.Answer.Error(ApiError.ServiceUnavailable with { Message = "HubSpot is not available" }, Said(refused), refused.ComeBackAfter ?? TimeSpan.FromSeconds(5)),
    };

    internal static IResult NotFound(string contactId) =>
        Http.Answer.Error(ContactNotFound with { Message = $"Contact with ID {contactId} not found" });

    /// <summary>The id in HubSpot's sentence <c>Contact already exists. Existing ID: 6501</c>; null: it has none.</summary>
    internal static string? ExistingId(string? message)
    {
        const string Before = "Existing ID: ";
        var at = message?.IndexOf(Before, StringComparison.Ordinal) ?? -1;
        var digits = at < 0 ? "" : string.Concat(message![(at + Before.Length)..].TakeWhile(char.IsAsciiDigit));
        return digits.Length > 0 ? digits : null;
    }

    static IResult TooMany(HubSpotException refused)
    {
        // The day's limit begins anew at the account's midnight, which is not known here: an hour is soon enough to ask again.
        var wait = refused.ComeBackAfter ?? (refused.Policy == RateLimitPolicy.Daily ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(10));
        return Http.Answer.Error(
            RateLimitExceeded,
            new { retryAfter = (long)Math.Ceiling(wait.TotalSeconds), dailyRemaining = refused.Policy == RateLimitPolicy.Daily ? 0 : (int?)null },
            wait);
    }

    static object Said(HubSpotException refused) => new { reason = refused.HubSpotMessage ?? refused.Message, category = refused.Category };
}
