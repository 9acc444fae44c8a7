using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace HubSpotDeals.Infrastructure.Exports.Excel;

/// <summary>A time as Excel counts it: days since 1899-12-30, the time of day as a fraction.</summary>
/// <param name="Day">Whole days.</param>
/// <param name="Fraction">Of a day, in units of 10⁻¹⁰: some nine microseconds.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct SerialDay(int Day, long Fraction)
{
    internal const int MaxLength = 7 + 1 + FractionDigits;

    const int FractionDigits = 10;
    const long FractionOfDay = 10_000_000_000;
    const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>2000-01-01, from which PostgreSQL counts.</summary>
    const int PostgresEpoch = 36_526;

    /// <summary>1900-03-01: of the days before it, Excel counts one too many.</summary>
    const int First = 61;

    /// <summary>9999-12-31.</summary>
    const int Last = 2_958_465;

    /// <summary>Of an instant; no where Excel's calendar does not reach.</summary>
    /// <param name="microseconds">Since 2000-01-01T00:00:00Z.</param>
    /// <param name="serial">The same for Excel.</param>
    internal static bool TryOf(long microseconds, out SerialDay serial)
    {
        var (day, ofDay) = Math.DivRem(microseconds, MicrosecondsPerDay);
        if (ofDay < 0)
        {
            (day, ofDay) = (day - 1, ofDay + MicrosecondsPerDay);
        }

        // 10^10 / 86.4 * 10^9 in lowest terms is 25 / 216; half of the divisor rounds.
        var fraction = ((ofDay * 25) + 108) / 216;
        (day, fraction) = fraction == FractionOfDay ? (day + 1, 0) : (day, fraction);
        serial = new SerialDay((int)(day + PostgresEpoch), fraction);
        return day + PostgresEpoch is >= First and <= Last;
    }

    /// <summary>Of a date; no where Excel's calendar does not reach.</summary>
    /// <param name="days">Since 2000-01-01.</param>
    /// <param name="serial">The same for Excel.</param>
    internal static bool TryOf(int days, out SerialDay serial)
    {
        var day = (long)days + PostgresEpoch;
        serial = new SerialDay((int)day, 0);
        return day is >= First and <= Last;
    }

    /// <summary>Writes it as a decimal number without trailing zeros; returns the length.</summary>
    internal int Write(Span<byte> utf8)
    {
        Utf8Formatter.TryFormat(Day, utf8, out var length);
        if (Fraction == 0)
        {
            return length;
        }

        utf8[length] = (byte)'.';
        var rest = Fraction;
        for (var digit = FractionDigits; digit > 0; digit--)
        {
            utf8[length + digit] = (byte)('0' + (rest % 10));
            rest /= 10;
        }

        return utf8[..(length + 1 + FractionDigits)].TrimEnd((byte)'0').Length;
    }
}
