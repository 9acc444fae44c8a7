using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Net.Http.Headers;

namespace HubSpotDeals.Api.Http;

/// <summary>What surrounds the data of every good answer.</summary>
/// <param name="Message">What happened, for people; left out when null.</param>
/// <param name="Data">The answer itself.</param>
/// <param name="Timestamp">When it was made.</param>
public sealed record SuccessEnvelope<T>(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message,
    T Data,
    DateTimeOffset Timestamp)
    where T : notnull
{
    [JsonPropertyOrder(-1)]
    public string Status => "success";
}

/// <summary>What every bad answer looks like.</summary>
/// <param name="ErrorCode">One of <see cref="ApiError.All"/>'s codes.</param>
/// <param name="Message">What is wrong, for people.</param>
/// <param name="Errors">Field path → what is wrong there and how to mend it; of validation errors only.</param>
/// <param name="Details">What else helps the caller, in camelCase; of all other errors.</param>
/// <param name="Timestamp">When it was made.</param>
public sealed record ErrorEnvelope(
    [property: JsonPropertyName("error_code")] string ErrorCode,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string>? Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] object? Details,
    DateTimeOffset Timestamp)
{
    [JsonPropertyOrder(-1)]
    public string Status => "error";
}

/// <summary>Puts an answer on the wire.</summary>
static class Envelope
{
    internal static Task WriteSuccessAsync<T>(HttpContext context, int status, T data, string? message) where T : notnull =>
        WriteAsync(context, status, new SuccessEnvelope<T>(message, data, Now(context)));

    internal static Task WriteErrorAsync(
        HttpContext context, ApiError error, IReadOnlyDictionary<string, string>? errors, object? details, TimeSpan? retryAfter)
    {
        if (retryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter =
                Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (context.Features.Get<IErrorForm>() is { } pages)
        {
            return pages.WriteAsync(context, error, errors, details);
        }

        return WriteAsync(context, error.Status, new ErrorEnvelope(error.Code, error.Message, errors, details, Now(context)));
    }

    // The whole answer is made before its first byte is sent, so that a value that can't be written becomes a clean 500.
    static async Task WriteAsync<T>(HttpContext context, int status, T envelope)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(envelope, ApiJson.Options);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        response.Headers.CacheControl = "no-store";
        // Not ended by the caller's leaving: the server drops what no one reads, and a cancelled write would be one more failure to tell.
        await response.Body.WriteAsync(body, CancellationToken.None);
    }

    static DateTimeOffset Now(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
}
