using System.Text.Json;

namespace HubSpotDeals.Api.Http;

/// <summary>One value of a request body as <see cref="JsonBodyParser"/> understood it: <see cref="Kind"/> says which of the others is set.</summary>
/// <param name="Kind">Undefined: the value was refused and its error is known.</param>
/// <param name="Text">A string's characters: well-formed UTF-16 without NUL.</param>
/// <param name="Whole">A number's value if it is a whole one that fits.</param>
/// <param name="Members">An object's members in their order; no name twice.</param>
/// <param name="Items">An array's items.</param>
sealed record BodyValue(
    JsonValueKind Kind,
    string? Text = null,
    long? Whole = null,
    OrderedDictionary<string, BodyValue>? Members = null,
    List<BodyValue>? Items = null)
{
    internal static readonly BodyValue Refused = new(JsonValueKind.Undefined);
    internal static readonly BodyValue Null = new(JsonValueKind.Null);
    internal static readonly BodyValue True = new(JsonValueKind.True);
    internal static readonly BodyValue False = new(JsonValueKind.False);
}
