namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// PostgreSQL's binary <c>date</c> to ISO 8601: <c>2026-02-25</c>, and outside the years 0000 to 9999 a sign and six digits or
/// seven (<c>+275760-09-13</c>), as Java and JavaScript write them and <see cref="DateEncoder"/> reads them.
/// </summary>
public static class DateDecoder
{
    /// <summary>Room that suffices for any day.</summary>
    public const int MaxLength = 16;

    const int DaysPerEra = 146_097; // 400 years
    const int MarchOfYear0To2000 = 730_425; // days from 0000-03-01 to 2000-01-01

    /// <summary>Writes the text and returns its length; 0 for the infinities, which are no days.</summary>
    /// <param name="days">Since 2000-01-01.</param>
    /// <param name="utf8">Receives the text.</param>
    public static int Write(int days, Span<byte> utf8) => days is int.MinValue or int.MaxValue ? 0 : WriteDay(days, utf8);

    /// <summary>Writes any day; years before 0001 are counted on through 0000 as astronomers do.</summary>
    internal static int WriteDay(int days, Span<byte> utf8)
    {
        // Years that begin in March end with the leap day, so that day and month are linear formulas of the day of the year.
        var sinceMarchOfYear0 = (long)days + MarchOfYear0To2000;
        var era = (int)((sinceMarchOfYear0 >= 0 ? sinceMarchOfYear0 : sinceMarchOfYear0 - (DaysPerEra - 1)) / DaysPerEra);
        var dayOfEra = (uint)(sinceMarchOfYear0 - ((long)era * DaysPerEra));
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var marchMonth = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * marchMonth) + 2) / 5) + 1;
        var month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        var year = (int)yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);

        var length = WriteYear(year, utf8);
        utf8[length] = (byte)'-';
        DigitPairs.WriteTwo(month, utf8[(length + 1)..]);
        utf8[length + 3] = (byte)'-';
        DigitPairs.WriteTwo(day, utf8[(length + 4)..]);
        return length + 6;
    }

    static int WriteYear(int year, Span<byte> utf8)
    {
        if (year is >= 0 and <= 9999)
        {
            DigitPairs.WriteFour((uint)year, utf8);
            return 4;
        }

        utf8[0] = year < 0 ? (byte)'-' : (byte)'+';
        var digits = (uint)Math.Abs(year);
        var length = 1;
        if (digits > 999_999)
        {
            utf8[length++] = (byte)('0' + (digits / 1_000_000));
            digits %= 1_000_000;
        }

        DigitPairs.WriteTwo(digits / 10_000, utf8[length..]);
        DigitPairs.WriteFour(digits % 10_000, utf8[(length + 2)..]);
        return length + 6;
    }
}
