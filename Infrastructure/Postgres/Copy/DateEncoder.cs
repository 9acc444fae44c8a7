namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// A day to PostgreSQL's binary <c>date</c>: <c>2026-02-25</c> (years as <see cref="CalendarDay"/> reads them), or epoch
/// milliseconds that are exactly a midnight in UTC, the form that HubSpot takes and that calculated properties hand out.
/// </summary>
public static class DateEncoder
{
    const long MillisecondsPerDay = 86_400_000;

    /// <summary>Writes the day as one field, or writes nothing and says no when the text is not exactly one day.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> utf8, CopyBuffer rows)
    {
        if (!TryParse(utf8, out var days))
        {
            return false;
        }

        rows.Date(days);
        return true;
    }

    /// <summary>Reads the day as days since 2000-01-01; says no when the text is not exactly one day.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out int days)
    {
        if (CalendarDay.TryRead(utf8, out days, out var length))
        {
            return length == utf8.Length;
        }

        days = 0;
        if (!EpochMilliseconds.TryParse(utf8, out var milliseconds) || milliseconds % MillisecondsPerDay != 0)
        {
            return false;
        }

        var day = (milliseconds / MillisecondsPerDay) - CalendarDay.EpochTo2000;
        days = (int)Math.Clamp(day, int.MinValue, int.MaxValue);
        return day is >= CalendarDay.First and <= CalendarDay.Last;
    }
}
