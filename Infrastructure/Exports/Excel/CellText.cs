using System.Buffers;
using System.Globalization;
using System.Text;

namespace HubSpotDeals.Infrastructure.Exports.Excel;

/// <summary>Texts as a cell's markup, so that a reader gets the very text back.</summary>
/// <remarks>
/// What XML can't hold (control characters, U+FFFE, U+FFFF) and what XML's readers change (a carriage return) is written as the format's
/// own escape <c>_xHHHH_</c> (ECMA-376, part 1, 22.9.2.19, ST_Xstring); a text that looks like such an escape has its first underscore
/// escaped. Excel refuses a file with a cell of more than 32,767 characters: a longer text is cut and says so at its end.
/// </remarks>
static class CellText
{
    const int MostCharacters = 32_767;
    const int CharactersKept = 32_000;

    static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Where(control => control is not ('\t' or '\n')).Select(control => (byte)control), .. "&<>_"u8, 0xEF]);

    /// <summary>Writes the text's markup.</summary>
    internal static void Write(scoped ReadOnlySpan<byte> text, ref Utf8Output output)
    {
        if (text.Length > MostCharacters && Encoding.UTF8.GetCharCount(text) is var characters and > MostCharacters)
        {
            WriteMarkup(text[..Kept(text)], ref output);
            output.Write(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"… [cut: {characters:N0} characters, a cell holds {MostCharacters:N0}; the CSV and JSON downloads have them all]")));
            return;
        }

        WriteMarkup(text, ref output);
    }

    /// <summary>Whether a reader of XML would take blanks away unless it is told to keep them.</summary>
    internal static bool HasOuterBlanks(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && (text[0] is (byte)' ' or (byte)'\t' or (byte)'\n' || text[^1] is (byte)' ' or (byte)'\t' or (byte)'\n');

    static void WriteMarkup(scoped ReadOnlySpan<byte> text, ref Utf8Output output)
    {
        while (text.IndexOfAny(Special) is >= 0 and var place)
        {
            output.Write(text[..place]);
            text = text[place..];
            text = text[WriteSpecial(text, ref output)..];
        }

        output.Write(text);
    }

    /// <summary>Writes what the text begins with; returns how many bytes that is.</summary>
    static int WriteSpecial(scoped ReadOnlySpan<byte> text, ref Utf8Output output)
    {
        switch (text[0])
        {
            case (byte)'&':
                output.Write("&amp;"u8);
                return 1;
            case (byte)'<':
                output.Write("&lt;"u8);
                return 1;
            case (byte)'>':
                output.Write("&gt;"u8);
                return 1;
            case (byte)'_' when IsEscape(text):
                output.Write("_x005F_"u8);
                return 1;
            case 0xEF when text is [_, 0xBF, (0xBE or 0xBF) and var last, ..]: // U+FFFE and U+FFFF
                output.Write(last == 0xBE ? "_xFFFE_"u8 : "_xFFFF_"u8);
                return 3;
            case < (byte)' ':
                output.Write("_x00"u8);
                output.Write((byte)('0' + (text[0] >> 4)));
                output.Write("0123456789ABCDEF"u8[text[0] & 0xF]);
                output.Write((byte)'_');
                return 1;
            default:
                output.Write(text[0]);
                return 1;
        }
    }

    static bool IsEscape(ReadOnlySpan<byte> text) =>
        text is [_, (byte)'x', var a, var b, var c, var d, (byte)'_', ..]
        && char.IsAsciiHexDigit((char)a) && char.IsAsciiHexDigit((char)b) && char.IsAsciiHexDigit((char)c) && char.IsAsciiHexDigit((char)d);

    /// <summary>How many bytes the first characters of a long text take; a character of two halves is not torn.</summary>
    static int Kept(ReadOnlySpan<byte> text)
    {
        var (bytes, characters) = (0, 0);
        while (characters < CharactersKept)
        {
            Rune.DecodeFromUtf8(text[bytes..], out var rune, out var length);
            bytes += length;
            characters += rune.Utf16SequenceLength;
        }

        return bytes;
    }
}
