using System.Buffers.Binary;
using System.Buffers.Text;

namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// Fields of the kinds whose text needs no quoting in any format, all but <see cref="ColumnKind.Text"/>, to that text.
/// </summary>
public static class PlainDecoder
{
    /// <summary>Room that suffices for the field's text.</summary>
    public static int MaxLength(ColumnKind kind, ReadOnlySpan<byte> field) =>
        kind == ColumnKind.Number ? NumericDecoder.MaxLength(field) : InstantDecoder.MaxLength;

    /// <summary>Writes the text and returns its length; 0 when the field is what the kind's text can't say (NaN, an infinity).</summary>
    public static int Write(ColumnKind kind, ReadOnlySpan<byte> field, Span<byte> utf8) => kind switch
    {
        ColumnKind.Number => NumericDecoder.Write(field, utf8),
        ColumnKind.Bool => WriteBool(field[0] != 0, utf8),
        ColumnKind.Instant => InstantDecoder.Write(BinaryPrimitives.ReadInt64BigEndian(field), utf8),
        ColumnKind.Date => DateDecoder.Write(BinaryPrimitives.ReadInt32BigEndian(field), utf8),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of column that is plain text."),
    };

    /// <summary>Writes a whole number, at most 20 bytes, and returns the length.</summary>
    public static int WriteBigInt(long value, Span<byte> utf8)
    {
        Utf8Formatter.TryFormat(value, utf8, out var length);
        return length;
    }

    static int WriteBool(bool value, Span<byte> utf8)
    {
        var text = value ? "true"u8 : "false"u8;
        text.CopyTo(utf8);
        return text.Length;
    }
}
