using System.Buffers;

namespace HubSpotDeals.Sandbox.Wire;

/// <summary>The characters that can't stand in a JSON string as they are, and how each is written.</summary>
static class JsonEscapes
{
    /// <summary>Quote, backslash, control characters and every surrogate (a pair passes, a lone one is escaped).</summary>
    public static readonly SearchValues<char> Special = SearchValues.Create(
        [
            .. Enumerable.Range(0, 0x20).Select(code => (char)code),
            '"',
            '\\',
            .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code),
        ]);

    /// <summary>Writes the special character that <paramref name="text"/> starts with; returns how many chars it took.</summary>
    public static int Write(ReadOnlySpan<char> text, JsonBuffer buffer)
    {
        var special = text[0];
        if (char.IsHighSurrogate(special) && text.Length > 1 && char.IsLowSurrogate(text[1]))
        {
            Span<byte> utf8 = stackalloc byte[4];
            buffer.Raw(utf8[..System.Text.Encoding.UTF8.GetBytes(text[..2], utf8)]);
            return 2;
        }

        switch (special)
        {
            case '"': buffer.Raw("\\\""u8); break;
            case '\\': buffer.Raw("\\\\"u8); break;
            case '\n': buffer.Raw("\\n"u8); break;
            case '\r': buffer.Raw("\\r"u8); break;
            case '\t': buffer.Raw("\\t"u8); break;
            case '\b': buffer.Raw("\\b"u8); break;
            case '\f': buffer.Raw("\\f"u8); break;
            default:
                buffer.Raw("\\u"u8);
                Span<byte> hex = stackalloc byte[4];
                for (var digit = 0; digit < 4; digit++)
                {
                    hex[digit] = "0123456789abcdef"u8[(special >> (12 - (4 * digit))) & 15];
                }

                buffer.Raw(hex);
                break;
        }

        return 1;
    }
}
