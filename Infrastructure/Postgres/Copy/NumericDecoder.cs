using System.Buffers.Binary;
using System.Buffers.Text;

namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// PostgreSQL's binary <c>numeric</c> to decimal text, as PostgreSQL itself prints it: every digit, the stored scale, never an
/// exponent. The text is a JSON number as it stands.
/// </summary>
/// <remarks>
/// The format: how many groups of four digits, the weight of the first (a power of 10,000), sign, how many digits behind the
/// point, then the groups; zero groups at either end are left out.
/// </remarks>
public static class NumericDecoder
{
    const int DigitsPerGroup = 4;
    const int HeadLength = 8;
    const int Negative = 0x4000;

    /// <summary>Room that suffices for the field's text.</summary>
    public static int MaxLength(ReadOnlySpan<byte> field)
    {
        var wholeGroups = Math.Max(BinaryPrimitives.ReadInt16BigEndian(field[2..]), (short)0) + 1;
        var scale = BinaryPrimitives.ReadUInt16BigEndian(field[6..]);
        return "-.".Length + (wholeGroups * DigitsPerGroup) + scale + DigitsPerGroup; // the last group is written whole and then cut
    }

    /// <summary>Writes the text and returns its length; 0 for NaN and the infinities, which are no decimal numbers.</summary>
    public static int Write(ReadOnlySpan<byte> field, Span<byte> utf8)
    {
        var groups = field[HeadLength..];
        int weight = BinaryPrimitives.ReadInt16BigEndian(field[2..]);
        int sign = BinaryPrimitives.ReadUInt16BigEndian(field[4..]);
        int scale = BinaryPrimitives.ReadUInt16BigEndian(field[6..]);
        if (sign is not (0 or Negative))
        {
            return 0;
        }

        var length = 0;
        if (sign == Negative)
        {
            utf8[length++] = (byte)'-';
        }

        Utf8Formatter.TryFormat(weight < 0 ? 0 : Group(groups, 0), utf8[length..], out var first);
        length += first;
        for (var group = 1; group <= weight; group++)
        {
            DigitPairs.WriteFour(Group(groups, group), utf8[length..]);
            length += DigitsPerGroup;
        }

        if (scale == 0)
        {
            return length;
        }

        utf8[length++] = (byte)'.';
        var end = length + scale;
        for (var group = weight + 1; length < end; group++)
        {
            DigitPairs.WriteFour(Group(groups, group), utf8[length..]);
            length += DigitsPerGroup;
        }

        return end;
    }

    // Groups before the first and behind the last are zeros.
    static uint Group(ReadOnlySpan<byte> groups, int index)
    {
        var start = index * sizeof(ushort);
        return (uint)start < (uint)groups.Length ? BinaryPrimitives.ReadUInt16BigEndian(groups[start..]) : 0u;
    }
}
