namespace HubSpotDeals.Api.Http;

/// <summary>
/// Ends a request with an error of a kind. Thrown where the request is read (body, query, path), so that handlers only ever see
/// good input, and answered at the one edge, <see cref="ErrorEdge"/>. A handler that has an error to tell returns <see cref="Answer.Error"/>.
/// </summary>
public sealed class ApiException(ApiError error, IReadOnlyDictionary<string, string>? errors = null, object? details = null)
    : Exception(error.Code + ": " + error.Message)
{
    /// <summary>The kind.</summary>
    public ApiError Error { get; } = error;

    /// <summary>Field path → what is wrong there; for validation errors.</summary>
    public IReadOnlyDictionary<string, string>? Errors { get; } = errors;

    /// <summary>What else helps the caller.</summary>
    public object? Details { get; } = details;
}
