using System.Buffers.Text;
using System.Text.Json;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>What a page says about the chain it belongs to.</summary>
/// <param name="After">The next page's cursor; null on the last page.</param>
/// <param name="Total">How many match, from search alone.</param>
public readonly record struct PageMarks(string? After, long? Total);

/// <summary>
/// Finds the cursor of a page without parsing the page: HubSpot writes <c>paging</c> last and <c>results</c> first, so both ends
/// of the document tell. Where they don't, the document is walked, which also proves that it is whole.
/// </summary>
public static class PageCursor
{
    /// <param name="page">The body of an answer that said 200.</param>
    /// <exception cref="JsonException">Not a whole JSON document with a list of results: the page must be fetched again.</exception>
    public static PageMarks Read(ReadOnlySpan<byte> page) => TryReadEnds(page, out var marks) ? marks : Walk(page);

    /// <summary>
    /// True only if the text from the last <c>"paging":</c> on is exactly one object and the document's closing brace.
    /// A property named <c>paging</c> does not pass: its value is text, and what follows it is more than a brace.
    /// No text value can hold the key, for its quotes would be escaped. Behind a list, because a page that is cut within a record
    /// may end the same way; only the paging of a record's associations stands behind one too, and those are never asked for.
    /// </summary>
    static bool TryReadEnds(ReadOnlySpan<byte> page, out PageMarks marks)
    {
        marks = default;
        var key = "\"paging\":"u8;
        var at = page.LastIndexOf(key);
        if (at < 0 || !page[..at].EndsWith("],"u8) || !TryReadHead(page, out var total))
        {
            return false;
        }
        var rest = page[(at + key.Length)..].TrimEnd(" \t\r\n"u8);
        if (!rest.StartsWith("{"u8) || !rest.EndsWith("}}"u8))
        {
            return false;
        }
        try
        {
            var reader = new Utf8JsonReader(rest[..^1]);
            reader.Read();
            marks = new PageMarks(ReadPaging(ref reader), total);
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary><c>{"results":[</c> or <c>{"total":21,"results":[</c>.</summary>
    static bool TryReadHead(ReadOnlySpan<byte> page, out long? total)
    {
        total = null;
        if (page.StartsWith("{\"results\":["u8))
        {
            return true;
        }
        var key = "{\"total\":"u8;
        if (!page.StartsWith(key)
            || !Utf8Parser.TryParse(page[key.Length..], out long count, out var digits)
            || !page[(key.Length + digits)..].StartsWith(",\"results\":["u8))
        {
            return false;
        }
        total = count;
        return true;
    }

    static PageMarks Walk(ReadOnlySpan<byte> page)
    {
        var reader = new Utf8JsonReader(page);
        var marks = default(PageMarks);
        var hasResults = false;
        Expect(ref reader, JsonTokenType.StartObject, "a page");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("results"u8))
            {
                Expect(ref reader, JsonTokenType.StartArray, "results");
                reader.Skip();
                hasResults = true;
            }
            else if (reader.ValueTextEquals("paging"u8))
            {
                reader.Read();
                marks = marks with { After = ReadPaging(ref reader) };
            }
            else if (reader.ValueTextEquals("total"u8))
            {
                Expect(ref reader, JsonTokenType.Number, "total");
                marks = marks with { Total = reader.TryGetInt64(out var total) ? total : null };
            }
            else
            {
                reader.Skip();
            }
        }
        // Past the closing brace: throws if anything but white space follows.
        reader.Read();
        // An error object or {} under a 200 would otherwise pass for an empty last page, and deals would be lost in silence.
        return hasResults ? marks : throw new JsonException("The page has no results.");
    }

    /// <summary>From the value of <c>paging</c> to its end.</summary>
    static string? ReadPaging(ref Utf8JsonReader reader)
    {
        string? after = null;
        if (EntersObject(ref reader, "paging"))
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isNext = reader.ValueTextEquals("next"u8);
                reader.Read();
                if (isNext)
                {
                    after = ReadNext(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        return after;
    }

    static string? ReadNext(ref Utf8JsonReader reader)
    {
        string? after = null;
        if (EntersObject(ref reader, "paging.next"))
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isAfter = reader.ValueTextEquals("after"u8);
                reader.Read();
                if (isAfter)
                {
                    after = reader.TokenType switch
                    {
                        JsonTokenType.String => reader.GetString(),
                        JsonTokenType.Number => System.Text.Encoding.ASCII.GetString(reader.ValueSpan),
                        _ => throw new JsonException("paging.next.after is neither text nor a number."),
                    };
                }
                else
                {
                    reader.Skip();
                }
            }
            // A next page without a cursor can't be read, and must not pass for the last one.
            return string.IsNullOrEmpty(after) ? throw new JsonException("paging.next has no cursor.") : after;
        }
        return null;
    }

    static bool EntersObject(ref Utf8JsonReader reader, string what) => reader.TokenType switch
    {
        JsonTokenType.StartObject => true,
        JsonTokenType.Null => false,
        var other => throw new JsonException($"{what} is {other}, not an object."),
    };

    static void Expect(ref Utf8JsonReader reader, JsonTokenType token, string what)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new JsonException($"{what} should begin with {token}.");
        }
    }
}
