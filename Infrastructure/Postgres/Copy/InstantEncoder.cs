namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// An instant to PostgreSQL's binary <c>timestamptz</c>: microseconds since 2000-01-01T00:00:00Z.
/// </summary>
/// <remarks>
/// Taken are <c>2026-02-25T16:26:25.880Z</c> with no fraction or one to nine digits of it, an offset such as <c>+02:00</c> in
/// place of the <c>Z</c>, a day alone (its midnight in UTC), and epoch milliseconds. Refused is what the column could not hold
/// exactly or what says no one instant: fractions below a microsecond, a time without zone, second 60, hour 24, years before
/// 0001, and everything after PostgreSQL's last instant in 294276.
/// </remarks>
public static class InstantEncoder
{
    const long MicrosecondsPerSecond = 1_000_000;
    const long MicrosecondsPerDay = 86_400 * MicrosecondsPerSecond;
    const long First = CalendarDay.First * MicrosecondsPerDay;
    const int LastDay = 106_751_982; // 294276-12-31, in days since 2000-01-01
    const long Last = ((LastDay + 1) * MicrosecondsPerDay) - 1;
    const long EpochTo2000Milliseconds = CalendarDay.EpochTo2000 * 86_400_000L;

    // PostgreSQL's own limit, wider than any zone there is.
    const int LargestOffsetHours = 15;

    /// <summary>Writes the instant as one field, or writes nothing and says no when the column can't hold exactly what the text says.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> utf8, CopyBuffer rows)
    {
        if (!TryParse(utf8, out var microseconds))
        {
            return false;
        }

        rows.Instant(microseconds);
        return true;
    }

    /// <summary>Reads microseconds since 2000-01-01T00:00:00Z; says no when the column can't hold exactly what the text says.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out long microseconds)
    {
        if (EpochMilliseconds.TryParse(utf8, out var milliseconds))
        {
            // 18 digits less thirty years stay far from overflowing; times a thousand they would not, so the limits come first.
            milliseconds -= EpochTo2000Milliseconds;
            microseconds = Math.Clamp(milliseconds, (First / 1000) - 1, (Last / 1000) + 1) * 1000;
            return microseconds is >= First and <= Last;
        }

        microseconds = 0;
        if (!CalendarDay.TryRead(utf8, out var day, out var length) || day > LastDay + 1)
        {
            return false;
        }

        microseconds = day * MicrosecondsPerDay;
        return (length == utf8.Length || TryAddTime(utf8[length..], ref microseconds)) && microseconds is >= First and <= Last;
    }

    /// <summary>The instant as microseconds since 2000-01-01T00:00:00Z.</summary>
    public static long Microseconds(DateTimeOffset instant) =>
        ((instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond) - (EpochTo2000Milliseconds * 1000);

    static bool TryAddTime(ReadOnlySpan<byte> time, ref long microseconds)
    {
        const int seconds = 9;
        if (time.Length <= seconds
            || time[0] != 'T'
            || time[3] != ':'
            || time[6] != ':'
            || !Digits.TryRead(time.Slice(1, 2), out var hour)
            || !Digits.TryRead(time.Slice(4, 2), out var minute)
            || !Digits.TryRead(time.Slice(7, 2), out var second)
            || hour > 23
            || minute > 59
            || second > 59)
        {
            return false;
        }

        var zone = time[seconds..];
        var fraction = 0;
        if (zone[0] == '.')
        {
            var digits = zone[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits < 0 || !TryReadFraction(zone.Slice(1, digits), out fraction))
            {
                return false;
            }

            zone = zone[(1 + digits)..];
        }

        if (!TryReadOffset(zone, out var offsetMinutes))
        {
            return false;
        }

        microseconds += ((((hour * 60L) + minute - offsetMinutes) * 60) + second) * MicrosecondsPerSecond;
        microseconds += fraction;
        return true;
    }

    static bool TryReadFraction(ReadOnlySpan<byte> digits, out int microseconds)
    {
        microseconds = 0;
        if (digits.Length is 0 or > 9 || (digits.Length > 6 && digits[6..].ContainsAnyExcept((byte)'0')))
        {
            return false;
        }

        for (var i = 0; i < 6; i++)
        {
            microseconds = (microseconds * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        }

        return true;
    }

    static bool TryReadOffset(ReadOnlySpan<byte> zone, out int minutes)
    {
        minutes = 0;
        if (zone is [(byte)'Z'])
        {
            return true;
        }

        if (zone is not [(byte)'+' or (byte)'-', _, _, (byte)':', _, _]
            || !Digits.TryRead(zone.Slice(1, 2), out var hour)
            || !Digits.TryRead(zone.Slice(4, 2), out var minute)
            || hour > LargestOffsetHours
            || minute > 59)
        {
            return false;
        }

        minutes = (hour * 60) + minute;
        minutes = zone[0] == '-' ? -minutes : minutes;
        return true;
    }
}
