namespace HubSpotDeals.Api.Http;

/// <summary>A kind of error that the API answers: the code that programs read, the HTTP status and the default text for people.</summary>
/// <remarks>
/// All kinds are named here and nowhere else. Codes and texts of the API's document are kept to the letter.
/// Another text for one occasion: <c>ApiError.NotFound with { Message = "…" }</c>.
/// </remarks>
public sealed record ApiError(string Code, int Status, string Message)
{
    public static readonly ApiError ValidationError = new("VALIDATION_ERROR", 400, "Input validation failed");
    public static readonly ApiError InvalidScanId = new("INVALID_SCAN_ID", 400, "Invalid scan ID format");
    public static readonly ApiError InvalidDateRange = new("INVALID_DATE_RANGE", 400, "Invalid date range specified");
    public static readonly ApiError InvalidFormat = new("INVALID_FORMAT", 400, "Invalid format specified");
    public static readonly ApiError UnknownTable = new("UNKNOWN_TABLE", 400, "This scan has no such table");
    public static readonly ApiError ScanRunning = new("SCAN_RUNNING", 400, "Cannot remove running extraction");
    public static readonly ApiError ScanNotCancellable =
        new("SCAN_NOT_CANCELLABLE", 400, "Extraction cannot be cancelled (not in running/pending state)");
    public static readonly ApiError ScanNotPausable =
        new("SCAN_NOT_PAUSABLE", 400, "Extraction cannot be paused (not in running/pending state)");
    public static readonly ApiError ScanNotResumable =
        new("SCAN_NOT_RESUMABLE", 400, "Extraction cannot be resumed (not in paused/failed/cancelled state)");

    public static readonly ApiError Unauthorized = new("UNAUTHORIZED", 401, "Authentication required");
    public static readonly ApiError Forbidden = new("FORBIDDEN", 403, "Insufficient permissions");

    public static readonly ApiError ScanNotFound = new("SCAN_NOT_FOUND", 404, "Scan ID not found");
    public static readonly ApiError NotFound = new("NOT_FOUND", 404, "There is nothing at this address");
    public static readonly ApiError MethodNotAllowed = new("METHOD_NOT_ALLOWED", 405, "This address does not take this method");

    public static readonly ApiError ScanAlreadyRunning =
        new("SCAN_ALREADY_RUNNING", 409, "A scan with this ID is already in progress");
    public static readonly ApiError ScanAlreadyCompleted =
        new("SCAN_ALREADY_COMPLETED", 409, "A scan with this ID has already completed");
    public static readonly ApiError ScanConfigConflict =
        new("SCAN_CONFIG_CONFLICT", 409, "A scan with this ID exists with another organization or other filters");

    public static readonly ApiError PayloadTooLarge = new("PAYLOAD_TOO_LARGE", 413, "The request body is too large");
    public static readonly ApiError UnsupportedMediaType =
        new("UNSUPPORTED_MEDIA_TYPE", 415, "The request body must be application/json in UTF-8");

    public static readonly ApiError HubSpotAuthFailed = new("HUBSPOT_AUTH_FAILED", 422, "Failed to authenticate with HubSpot API");
    public static readonly ApiError HubSpotInvalidToken = new("HUBSPOT_INVALID_TOKEN", 422, "Invalid HubSpot access token");
    public static readonly ApiError HubSpotInsufficientScopes =
        new("HUBSPOT_INSUFFICIENT_SCOPES", 422, "Missing required HubSpot scopes");

    public static readonly ApiError RateLimitExceeded = new("RATE_LIMIT_EXCEEDED", 429, "Too many requests");
    public static readonly ApiError InternalError = new("INTERNAL_ERROR", 500, "Server error");
    public static readonly ApiError ServiceUnavailable = new("SERVICE_UNAVAILABLE", 503, "Service temporarily unavailable");

    /// <summary>Every kind there is, in the order of their statuses.</summary>
    public static IReadOnlyList<ApiError> All { get; } =
    [
        ValidationError, InvalidScanId, InvalidDateRange, InvalidFormat, UnknownTable,
        ScanRunning, ScanNotCancellable, ScanNotPausable, ScanNotResumable,
        Unauthorized, Forbidden, ScanNotFound, NotFound, MethodNotAllowed,
        ScanAlreadyRunning, ScanAlreadyCompleted, ScanConfigConflict,
        PayloadTooLarge, UnsupportedMediaType,
        HubSpotAuthFailed, HubSpotInvalidToken, HubSpotInsufficientScopes,
        RateLimitExceeded, InternalError, ServiceUnavailable,
    ];

    /// <summary>The kind with this code, or null.</summary>
    public static ApiError? Find(string code) => All.FirstOrDefault(error => string.Equals(error.Code, code, StringComparison.Ordinal));
}
