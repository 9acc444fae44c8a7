using System.Runtime.InteropServices;
using System.Text.Json;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Where a value stands in its page, so that it can be written later without having been copied.</summary>
/// <param name="Start">The offset of its bytes; of a string, those between the quotes.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Type">The token it is or starts with; <see cref="JsonTokenType.None"/> where the page has no such value.</param>
/// <param name="Escaped">Whether it is a string with escapes.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct JsonValue(int Start, int Length, JsonTokenType Type, bool Escaped)
{
    public bool IsAbsentOrNull => Type is JsonTokenType.None or JsonTokenType.Null;

    public bool IsString => Type is JsonTokenType.String;

    /// <summary>The value's bytes as they stand in the page.</summary>
    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> page) => page.Slice(Start, Length);
}
