namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// Reads the day of an ISO 8601 text: <c>YYYY-MM-DD</c>, a day that the Gregorian calendar has, in the years 0001 to 9999, or
/// beyond as Java and JavaScript write them, with a plus and five to seven digits (<c>+275760-09-13</c>).
/// </summary>
/// <remarks>
/// Years before 0001 are refused though PostgreSQL has them: everything that reads its text would meet a <c>BC</c>, and
/// kept as rejected text the value says the same.
/// </remarks>
static class CalendarDay
{
    /// <summary>Days from 1970-01-01 to 2000-01-01.</summary>
    public const int EpochTo2000 = 10_957;

    /// <summary>0001-01-01, in days since 2000-01-01.</summary>
    public const int First = -730_119;

    /// <summary>5874897-12-31, the last day of PostgreSQL's <c>date</c>, in days since 2000-01-01.</summary>
    public const int Last = 2_145_031_948;

    const int LastYear = 5_874_897;

    static ReadOnlySpan<byte> DaysInMonth => [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <summary>Reads the day at the text's start.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="days">Days since 2000-01-01.</param>
    /// <param name="length">How many bytes the day took.</param>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out int days, out int length)
    {
        (days, length) = (0, 0);
        var yearStart = 0;
        var yearDigits = 4;
        if (utf8 is [(byte)'+', ..])
        {
            yearStart = 1;
            yearDigits = utf8.IndexOf((byte)'-') - 1;
            if (yearDigits is < 5 or > 7)
            {
                return false;
            }
        }

        length = yearStart + yearDigits + "-MM-DD".Length;
        if (utf8.Length < length
            || utf8[length - 6] != '-'
            || utf8[length - 3] != '-'
            || !Digits.TryRead(utf8.Slice(yearStart, yearDigits), out var year)
            || !Digits.TryRead(utf8.Slice(length - 5, 2), out var month)
            || !Digits.TryRead(utf8.Slice(length - 2, 2), out var day)
            || year is < 1 or > LastYear
            || month is < 1 or > 12
            || day < 1
            || day > DaysInMonth[month - 1] + (month == 2 && IsLeap(year) ? 1 : 0))
        {
            return false;
        }

        days = DaysSince2000(year, month, day);
        return true;
    }

    static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    // Years that begin in March end with the leap day, which makes the days before a month a linear formula.
    static int DaysSince2000(int year, int month, int day)
    {
        const int marchOfYear0To2000 = 730_425;
        var marchYear = month > 2 ? year : year - 1;
        var marchMonth = month > 2 ? month - 3 : month + 9;
        var daysBeforeYear = (marchYear * 365) + (marchYear / 4) - (marchYear / 100) + (marchYear / 400);
        var daysBeforeMonth = ((153 * marchMonth) + 2) / 5;
        return daysBeforeYear - marchOfYear0To2000 + daysBeforeMonth + day - 1;
    }
}
