using System.Buffers;
using FluentValidation;
using FluentValidation.Results;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using MediaTypeHeaderValue = Microsoft.Net.Http.Headers.MediaTypeHeaderValue;

namespace HubSpotDeals.Api.Http;

/// <summary>
/// Reads a request body strictly and tells all that is wrong with it at once: the wrong types, unknown and doubled members that the
/// reading finds, and what the validator finds in the rest.
/// </summary>
public static class JsonBody
{
    /// <summary>The largest body, in bytes, that an endpoint takes unless its metadata names another (<see cref="IRequestSizeLimitMetadata"/>).</summary>
    public const long DefaultMaxBytes = 1 << 20;

    /// <summary>Reads the body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="read">Makes the model from the body's members; what it does not ask for is an error.</param>
    /// <param name="validator">Judges the model. Its property names become paths in camelCase; should all failures carry the code of one
    /// <see cref="ApiError"/>, that is the answer's kind.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ApiException">415, 413 or 400, as said in the API's error list.</exception>
    public static async Task<T> ReadAsync<T>(
        HttpContext context, Func<JsonMembers, T> read, IValidator<T> validator, CancellationToken cancellationToken)
    {
        ThrowIfNotJson(context.Request);
        var utf8 = await ReadBytesAsync(context, cancellationToken);
        var errors = new FieldErrors();
        var root = JsonBodyParser.Parse(utf8.WrittenSpan, errors);
        if (root.Members is null)
        {
            errors.Add(JsonPath.Root, "Must be a JSON object");
            throw new ApiException(ApiError.ValidationError, errors.Texts);
        }

        var members = new JsonMembers(root, path: "", errors);
        var model = read(members);
        members.RefuseUnknown();
        var failures = validator.Validate(model).Errors;
        var kind = errors.Any ? ApiError.ValidationError : KindOf(failures);
        foreach (var failure in failures)
        {
            var path = PathOf(failure);
            if (!errors.Cover(path))
            {
                errors.Add(path, failure.ErrorMessage);
            }
        }

        return errors.Any ? throw new ApiException(kind, errors.Texts) : model;
    }

    static void ThrowIfNotJson(HttpRequest request)
    {
        var json = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (type.Charset.Length == 0 || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        // A compressed body would read as rubbish; better to name the reason.
        if (!json || request.Headers.ContentEncoding.Any(coding => !string.Equals(coding, "identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw new ApiException(ApiError.UnsupportedMediaType, details: new
            {
                contentType = request.ContentType,
                suggestion = "Send the header Content-Type: application/json and an uncompressed body",
            });
        }
    }

    static async Task<ArrayBufferWriter<byte>> ReadBytesAsync(HttpContext context, CancellationToken cancellationToken)
    {
        const int ReadSize = 16 << 10;
        var request = context.Request;
        var maxBytes = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? DefaultMaxBytes;
        ThrowIfOver(maxBytes, request.ContentLength ?? 0);

        // Counted while reading as well: a chunked body does not announce its length.
        var utf8 = new ArrayBufferWriter<byte>(ReadSize);
        while (await request.Body.ReadAsync(utf8.GetMemory(ReadSize), cancellationToken) is > 0 and var count)
        {
            utf8.Advance(count);
            ThrowIfOver(maxBytes, utf8.WrittenCount);
        }

        return utf8;
    }

    static void ThrowIfOver(long maxBytes, long bytes)
    {
        if (bytes > maxBytes)
        {
            throw new ApiException(ApiError.PayloadTooLarge, details: new { maxBytes });
        }
    }

    static ApiError KindOf(List<ValidationFailure> failures)
    {
        var codes = failures.Select(failure => failure.ErrorCode).Distinct(StringComparer.Ordinal).ToList();
        return codes is [{ } code] && ApiError.Find(code) is { } kind ? kind : ApiError.ValidationError;
    }

    /// <summary><c>Config.Filters.Properties[3]</c> → <c>config.filters.properties[3]</c>.</summary>
    internal static string PathOf(ValidationFailure failure) => string.Join('.', failure.PropertyName.Split('.').Select(JsonCamelCase));

    static string JsonCamelCase(string name) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name);
}
