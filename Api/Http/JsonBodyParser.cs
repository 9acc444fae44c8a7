using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace HubSpotDeals.Api.Http;

/// <summary>
/// Reads a body's bytes into <see cref="BodyValue"/>s. What is no JSON at all ends it with the line and column; what is JSON but can't be
/// kept (a name twice, a NUL, half a surrogate pair) is noted by its path, and reading goes on.
/// </summary>
sealed class JsonBodyParser
{
    /// <summary>How deep a body may be nested; the deepest that the API asks for is 4.</summary>
    internal const int MaxDepth = 32;

    /// <summary>How many values a body may hold: as objects they take some fifty times the room that they had as text.</summary>
    internal const int MaxValues = 100_000;

    readonly FieldErrors _errors;

    /// <summary>Where the reader is: of each container around it, the member's name or the item's index. Written out only for an error.</summary>
    readonly List<(string? Name, int Index)> _place = [];

    int _values;

    JsonBodyParser(FieldErrors errors) => _errors = errors;

    string Path => _place.Count == 0
        ? JsonPath.Root
        : _place.Aggregate("", (path, step) => step.Name is null ? JsonPath.Item(path, step.Index) : JsonPath.Member(path, step.Name));

    /// <summary>The body's value; <see cref="BodyValue.Refused"/> if there is none, for reasons then in <paramref name="errors"/>.</summary>
    internal static BodyValue Parse(ReadOnlySpan<byte> utf8, FieldErrors errors)
    {
        utf8 = utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        var parser = new JsonBodyParser(errors);
        if (utf8.IsEmpty)
        {
            return parser.RefuseBody("Must be a JSON object, but is empty");
        }

        if (!Utf8.IsValid(utf8))
        {
            return parser.RefuseBody("Must be UTF-8" + TextPosition.OfInvalidUtf8(utf8));
        }

        // One deeper than allowed, so that too deep is told apart from malformed.
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        try
        {
            reader.Read();
            var value = parser.Value(ref reader);
            // On to the end of the text: the reader refuses a second value after the first.
            reader.Read();
            return value;
        }
        catch (TooMuchException tooMuch)
        {
            return parser.RefuseBody(tooMuch.Message + TextPosition.Of(utf8, (int)reader.TokenStartIndex));
        }
        catch (JsonException malformed)
        {
            return parser.RefuseBody("Is not valid JSON" + TextPosition.Of(utf8, malformed));
        }
    }

    BodyValue Value(ref Utf8JsonReader reader)
    {
        if (++_values > MaxValues)
        {
            throw new TooMuchException("Must not hold more than " + MaxValues + " values");
        }

        return reader.TokenType switch
        {
            JsonTokenType.StartObject => Object(ref reader),
            JsonTokenType.StartArray => Array(ref reader),
            JsonTokenType.String => Text(ref reader),
            JsonTokenType.Number => new BodyValue(JsonValueKind.Number, Whole: reader.TryGetInt64(out var whole) ? whole : null),
            JsonTokenType.True => BodyValue.True,
            JsonTokenType.False => BodyValue.False,
            _ => BodyValue.Null,
        };
    }

    BodyValue Object(ref Utf8JsonReader reader)
    {
        ThrowIfTooDeep(ref reader);
        var members = new OrderedDictionary<string, BodyValue>(StringComparer.Ordinal);
        var isNameRefused = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (TextProblem(ref reader) is { } problem)
            {
                if (!isNameRefused)
                {
                    Note("Has a member whose name is refused. " + problem);
                }

                isNameRefused = true;
                reader.Skip();
                continue;
            }

            var name = reader.GetString()!;
            _place.Add((name, 0));
            reader.Read();
            if (!members.TryAdd(name, Value(ref reader)) && members[name].Kind != JsonValueKind.Undefined)
            {
                Note("Appears more than once");
                members[name] = BodyValue.Refused;
            }

            _place.RemoveAt(_place.Count - 1);
        }

        return new BodyValue(JsonValueKind.Object, Members: members);
    }

    BodyValue Array(ref Utf8JsonReader reader)
    {
        ThrowIfTooDeep(ref reader);
        var items = new List<BodyValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            _place.Add((null, items.Count));
            items.Add(Value(ref reader));
            _place.RemoveAt(_place.Count - 1);
        }

        return new BodyValue(JsonValueKind.Array, Items: items);
    }

    BodyValue Text(ref Utf8JsonReader reader)
    {
        if (TextProblem(ref reader) is not { } problem)
        {
            return new BodyValue(JsonValueKind.String, Text: reader.GetString());
        }

        Note(problem);
        return BodyValue.Refused;
    }

    /// <summary>Notes an error where the reader is, while any are taken: writing out a place is what costs.</summary>
    void Note(string text)
    {
        if (!_errors.Full)
        {
            _errors.Add(Path, text);
        }
    }

    BodyValue RefuseBody(string text)
    {
        _errors.Add(JsonPath.Root, text);
        return BodyValue.Refused;
    }

    static void ThrowIfTooDeep(ref Utf8JsonReader reader)
    {
        if (reader.CurrentDepth >= MaxDepth)
        {
            throw new TooMuchException("Must not be nested deeper than " + MaxDepth + " levels");
        }
    }

    /// <summary>Why PostgreSQL and HubSpot could not keep this string, or null. The bytes are valid UTF-8; only its escapes can be at fault.</summary>
    static string? TextProblem(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return null;
        }

        var rest = reader.ValueSpan;
        for (var escape = rest.IndexOf((byte)'\\'); escape >= 0; escape = rest.IndexOf((byte)'\\'))
        {
            rest = rest[escape..];
            if (rest[1] != 'u')
            {
                rest = rest[2..];
                continue;
            }

            var unit = CodeUnit(rest);
            rest = rest[6..];
            if (unit == 0)
            {
                return "Must not contain NUL characters";
            }

            if (char.IsHighSurrogate(unit) && rest.StartsWith(@"\u"u8) && char.IsLowSurrogate(CodeUnit(rest)))
            {
                rest = rest[6..];
            }
            else if (char.IsSurrogate(unit))
            {
                return "Must not contain half of a surrogate pair";
            }
        }

        return null;
    }

    // The reader has seen to it that four hexadecimal digits follow every \u.
    static char CodeUnit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>The body is well formed as far as it was read, but too large a thing.</summary>
    sealed class TooMuchException(string message) : Exception(message);
}
