using System.Buffers.Binary;

namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// Decimal text to PostgreSQL's binary <c>numeric</c>, digit by digit: no digit is lost and the written scale is kept
/// (<c>5000.00</c> stays <c>5000.00</c>), as PostgreSQL itself reads the same text.
/// </summary>
/// <remarks>
/// Taken are an optional sign, digits with at most one point, an optional exponent, and blanks around them, which people type
/// and which say nothing. Refused is what PostgreSQL would take but is no decimal number: <c>NaN</c>, <c>Infinity</c>,
/// hexadecimal, digits grouped by underscores.
/// </remarks>
public static class NumericEncoder
{
    const int DigitsPerGroup = 4;
    const int LargestWeight = short.MaxValue; // 131,072 digits before the point
    const int LargestScale = 16383;
    const int LargestExponent = 1_000_000; // far beyond what either limit can balance, and far from overflowing an int
    const ushort Negative = 0x4000;

    /// <summary>Writes the number as one field, or writes nothing and says no when numeric can't hold exactly what the text says.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> utf8, CopyBuffer rows)
    {
        var text = utf8.Trim(" \t\n\v\f\r"u8);
        var negative = text is [(byte)'-', ..];
        if (text is [(byte)'-' or (byte)'+', ..])
        {
            text = text[1..];
        }

        var mantissa = text[..MantissaLength(text, out var point)];
        var digits = point < 0 ? mantissa.Length : mantissa.Length - 1;
        if (digits == 0 || !TryReadExponent(text[mantissa.Length..], out var exponent))
        {
            return false;
        }

        var whole = (point < 0 ? digits : point) + exponent;
        var scale = Math.Max(0, digits - whole);
        if (scale > LargestScale)
        {
            return false;
        }

        var first = mantissa.IndexOfAnyInRange((byte)'1', (byte)'9');
        if (first < 0)
        {
            WriteHead(rows.Reserve(8), groups: 0, weight: 0, sign: 0, scale);
            rows.Commit(8);
            return true;
        }

        // The power of ten of the first digit that counts; groups of four digits are aligned to the point.
        var power = whole - 1 - (point >= 0 && first > point ? first - 1 : first);
        var weight = power >> 2;
        if (weight > LargestWeight)
        {
            return false;
        }

        var significant = mantissa[first..(mantissa.LastIndexOfAnyInRange((byte)'1', (byte)'9') + 1)];
        var field = rows.Reserve(8 + (2 * ((significant.Length / DigitsPerGroup) + 2)));
        var groups = WriteGroups(significant, digitsInFirst: (power & 3) + 1, field[8..]);
        WriteHead(field, groups, weight, negative ? Negative : (ushort)0, scale);
        rows.Commit(8 + (2 * groups));
        return true;
    }

    static int MantissaLength(ReadOnlySpan<byte> text, out int point)
    {
        point = -1;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.' && point < 0)
            {
                point = i;
            }
            else if (!char.IsAsciiDigit((char)text[i]))
            {
                return i;
            }
        }

        return text.Length;
    }

    static bool TryReadExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] is not ((byte)'e' or (byte)'E'))
        {
            return false;
        }

        var negative = text is [_, (byte)'-', ..];
        var digits = text is [_, (byte)'-' or (byte)'+', ..] ? text[2..] : text[1..];
        if (digits.IsEmpty)
        {
            return false;
        }

        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit) || exponent > LargestExponent)
            {
                return false;
            }

            exponent = (exponent * 10) + (digit - '0');
        }

        exponent = negative ? -exponent : exponent;
        return Math.Abs(exponent) <= LargestExponent;
    }

    static int WriteGroups(ReadOnlySpan<byte> significant, int digitsInFirst, Span<byte> groups)
    {
        var (count, group, missing) = (0, 0, digitsInFirst);
        foreach (var digit in significant)
        {
            if (digit == '.')
            {
                continue;
            }

            group = (group * 10) + (digit - '0');
            if (--missing == 0)
            {
                BinaryPrimitives.WriteInt16BigEndian(groups[(2 * count++)..], (short)group);
                (group, missing) = (0, DigitsPerGroup);
            }
        }

        if (group == 0)
        {
            return count; // the last digit that counts closed a group
        }

        for (; missing > 0; missing--)
        {
            group *= 10;
        }

        BinaryPrimitives.WriteInt16BigEndian(groups[(2 * count++)..], (short)group);
        return count;
    }

    static void WriteHead(Span<byte> field, int groups, int weight, ushort sign, int scale)
    {
        BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)groups);
        BinaryPrimitives.WriteInt16BigEndian(field[2..], (short)weight);
        BinaryPrimitives.WriteUInt16BigEndian(field[4..], sign);
        BinaryPrimitives.WriteUInt16BigEndian(field[6..], (ushort)scale);
    }
}
