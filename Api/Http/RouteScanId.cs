using System.Buffers;

namespace HubSpotDeals.Api.Http;

/// <summary>The scan id of a request's path, as a handler's parameter: well formed, or the request ends with 400 <c>INVALID_SCAN_ID</c>.</summary>
/// <param name="Value">1–255 of <c>A–Z a–z 0–9 _ -</c>.</param>
public readonly record struct RouteScanId(string Value)
{
    /// <summary>What the parameter is called in the routes.</summary>
    public const string RouteParameter = "scan_id";

    /// <summary>How long a scan id may be, in characters.</summary>
    public const int MaxLength = 255;

    static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>True if the text can be a scan's id.</summary>
    public static bool IsValid(string text) =>
        text.Length is >= 1 and <= MaxLength && !text.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>Binds the parameter, whatever it is called in the handler.</summary>
    /// <exception cref="ApiException"><c>INVALID_SCAN_ID</c>.</exception>
    public static ValueTask<RouteScanId> BindAsync(HttpContext context)
    {
        var text = context.GetRouteValue(RouteParameter) as string ?? "";
        return IsValid(text)
            ? ValueTask.FromResult(new RouteScanId(text))
            : throw new ApiException(ApiError.InvalidScanId, details: new
            {
                suggestion = "A scan ID has 1 to 255 characters: letters A-Z and a-z, digits, hyphens and underscores",
            });
    }

    public override string ToString() => Value;
}
