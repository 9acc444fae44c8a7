using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Steps through a page's tokens; running off its end is a <see cref="PageFormatException"/>.</summary>
static class PageTokens
{
    /// <summary>Moves to the next token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static JsonTokenType Next(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            EndsEarly(ref reader);
        }

        return reader.TokenType;
    }

    /// <summary>Takes the value that comes next, objects and arrays to their end.</summary>
    public static JsonValue NextValue(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        return CurrentValue(ref reader);
    }

    /// <summary>Takes the value whose first token is the current one.</summary>
    public static JsonValue CurrentValue(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        var type = reader.TokenType;
        if (type == JsonTokenType.String)
        {
            return new(start + 1, reader.ValueSpan.Length, type, reader.ValueIsEscaped);
        }

        if (type is JsonTokenType.StartObject or JsonTokenType.StartArray && !reader.TrySkip())
        {
            EndsEarly(ref reader);
        }

        return new(start, (int)reader.BytesConsumed - start, type, Escaped: false);
    }

    [DoesNotReturn]
    static void EndsEarly(ref Utf8JsonReader reader) => throw new PageFormatException("ends early", reader.BytesConsumed);
}
