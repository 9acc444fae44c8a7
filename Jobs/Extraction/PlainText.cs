using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>The text that a JSON string stands for, in place where nothing is escaped, else in memory that the next call reuses.</summary>
sealed class PlainText
{
    byte[] _unescaped = [];

    /// <summary>Says no when the text has parts that are no text: U+0000 or half a surrogate pair.</summary>
    public bool TryRead(ReadOnlySpan<byte> json, bool escaped, out ReadOnlySpan<byte> text)
    {
        text = json;
        if (!escaped)
        {
            return true;
        }

        if (_unescaped.Length < json.Length)
        {
            _unescaped = new byte[int.Max(256, json.Length)];
        }

        var length = JsonEscapes.Unescape(json, _unescaped, out var exact);
        text = _unescaped.AsSpan(0, length);
        return exact;
    }

    /// <summary>The same for a value of a page.</summary>
    public bool TryRead(JsonValue value, ReadOnlySpan<byte> page, out ReadOnlySpan<byte> text) =>
        TryRead(value.Raw(page), value.Escaped, out text);
}
