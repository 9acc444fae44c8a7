namespace HubSpotDeals.Api.Http;

/// <summary>What a handler returns: one of the two envelopes.</summary>
public static class Answer
{
    /// <summary>200 with data.</summary>
    public static IResult Ok<T>(T data, string? message = null) where T : notnull =>
        new Success<T>(StatusCodes.Status200OK, data, message);

    /// <summary>202: the work is promised.</summary>
    public static IResult Accepted<T>(T data, string message) where T : notnull =>
        new Success<T>(StatusCodes.Status202Accepted, data, message);

    /// <summary>An error of a kind, with what helps the caller.</summary>
    /// <param name="error">Its code, status and text.</param>
    /// <param name="details">An object whose members go into <c>details</c> in camelCase.</param>
    /// <param name="retryAfter">Sent as <c>Retry-After</c>, in whole seconds, rounded up.</param>
    public static IResult Error(ApiError error, object? details = null, TimeSpan? retryAfter = null) =>
        new Failure(error, Errors: null, details, retryAfter);

    /// <summary>An error of a kind (400 <c>VALIDATION_ERROR</c> unless another is named) that says field by field what is wrong.</summary>
    public static IResult Invalid(IReadOnlyDictionary<string, string> errors, ApiError? error = null) =>
        new Failure(error ?? ApiError.ValidationError, errors, Details: null, RetryAfter: null);

    /// <summary>A good answer; a page shows its data.</summary>
    internal sealed record Success<T>(int Status, T Data, string? Message) : IResult where T : notnull
    {
        public Task ExecuteAsync(HttpContext httpContext) => Envelope.WriteSuccessAsync(httpContext, Status, Data, Message);
    }

    /// <summary>An error that a handler has answered; a page looks into it to show it where it belongs.</summary>
    internal sealed record Failure(ApiError Kind, IReadOnlyDictionary<string, string>? Errors, object? Details, TimeSpan? RetryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) =>
            Envelope.WriteErrorAsync(httpContext, Kind, Errors, Details, RetryAfter);
    }
}
