using System.Globalization;
using System.Text;

namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// Unescapes JSON strings that need not be Unicode: <see cref="System.Text.Json.Utf8JsonReader"/> refuses half a surrogate pair
/// (a text cut in the middle of an emoji), and one such text must not cost the page.
/// </summary>
public static class JsonEscapes
{
    static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>
    /// Unescapes into <paramref name="text"/>, which must be as long as <paramref name="json"/>; U+0000 is left out, half a pair
    /// becomes U+FFFD.
    /// </summary>
    /// <param name="json">What stands between the quotes; its escapes are well formed.</param>
    /// <param name="text">Receives the text.</param>
    /// <param name="exact">Whether nothing was left out or replaced.</param>
    /// <returns>How many bytes the text has, never more than <paramref name="json"/>.</returns>
    public static int Unescape(ReadOnlySpan<byte> json, Span<byte> text, out bool exact)
    {
        exact = true;
        var length = 0;
        while (true)
        {
            var plain = json.IndexOf((byte)'\\');
            if (plain < 0)
            {
                json.CopyTo(text[length..]);
                return length + json.Length;
            }

            json[..plain].CopyTo(text[length..]);
            length += plain;
            json = json[(plain + 1)..];
            if (json[0] != 'u')
            {
                text[length++] = Short(json[0]);
                json = json[1..];
                continue;
            }

            var rune = ReadRune(json, out var read);
            json = json[read..];
            exact &= rune is { Value: not 0 };
            if (rune is null)
            {
                Replacement.CopyTo(text[length..]);
                length += Replacement.Length;
            }
            else if (rune.Value.Value != 0)
            {
                length += rune.Value.EncodeToUtf8(text[length..]);
            }
        }
    }

    static byte Short(byte escape) => escape switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => escape, // the quote, the backslash and the slash stand for themselves
    };

    // At the u of an escape; null is half a surrogate pair.
    static Rune? ReadRune(ReadOnlySpan<byte> json, out int read)
    {
        read = 5;
        var unit = ReadUnit(json);
        if (Rune.TryCreate(unit, out var rune))
        {
            return rune;
        }

        if (json.Length >= 11 && json[5] == '\\' && json[6] == 'u' && Rune.TryCreate(unit, ReadUnit(json[6..]), out rune))
        {
            read = 11;
            return rune;
        }

        return null;
    }

    static char ReadUnit(ReadOnlySpan<byte> json) =>
        (char)ushort.Parse(json.Slice(1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
