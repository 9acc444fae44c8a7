using System.Globalization;
using System.Text;

namespace HubSpotDeals.Sandbox.Wire;

/// <summary>
/// Instants as HubSpot writes and reads them: Java's ISO form, which has three fraction digits or none at all when the
/// milliseconds are zero. Held as milliseconds since 1970; years 1 to 9999.
/// </summary>
static class InstantText
{
    public const int MaxLength = 24;
    public const long MillisecondsPerDay = 86_400_000;
    const long DaysBeforeUnixEpoch = 719_162;

    /// <summary>Writes <c>2026-02-25T16:26:25.880Z</c> or <c>2026-12-31T00:00:00Z</c>; returns its length.</summary>
    public static int Format(long milliseconds, Span<byte> utf8)
    {
        var day = Math.DivRem(milliseconds, MillisecondsPerDay, out var ofDay);
        if (ofDay < 0)
        {
            (day, ofDay) = (day - 1, ofDay + MillisecondsPerDay);
        }

        WriteDay(day, utf8);
        var clock = (int)ofDay;
        utf8[10] = (byte)'T';
        Two(clock / 3_600_000, utf8[11..]);
        utf8[13] = (byte)':';
        Two(clock / 60_000 % 60, utf8[14..]);
        utf8[16] = (byte)':';
        Two(clock / 1000 % 60, utf8[17..]);
        var fraction = clock % 1000;
        if (fraction == 0)
        {
            utf8[19] = (byte)'Z';
            return 20;
        }

        utf8[19] = (byte)'.';
        utf8[20] = (byte)('0' + (fraction / 100));
        Two(fraction % 100, utf8[21..]);
        utf8[23] = (byte)'Z';
        return 24;
    }

    /// <summary>Writes <c>YYYY-MM-DD</c>; returns its length.</summary>
    public static int FormatDate(long milliseconds, Span<byte> utf8)
    {
        WriteDay((long)Math.Floor(milliseconds / (double)MillisecondsPerDay), utf8);
        return 10;
    }

    public static string ToText(long milliseconds)
    {
        Span<byte> utf8 = stackalloc byte[MaxLength];
        return Encoding.ASCII.GetString(utf8[..Format(milliseconds, utf8)]);
    }

    public static string ToDateText(long milliseconds)
    {
        Span<byte> utf8 = stackalloc byte[MaxLength];
        return Encoding.ASCII.GetString(utf8[..FormatDate(milliseconds, utf8)]);
    }

    /// <summary>
    /// Reads what HubSpot accepts for a date or datetime: ISO 8601 (a bare date is its midnight UTC) or epoch milliseconds.
    /// Null for anything else.
    /// </summary>
    public static long? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds) && text.Length != 4)
        {
            return milliseconds;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.ToUnixTimeMilliseconds()
            : null;
    }

    static void WriteDay(long daysSince1970, Span<byte> utf8)
    {
        var date = DateOnly.FromDayNumber((int)(daysSince1970 + DaysBeforeUnixEpoch));
        Two(date.Year / 100, utf8);
        Two(date.Year % 100, utf8[2..]);
        utf8[4] = (byte)'-';
        Two(date.Month, utf8[5..]);
        utf8[7] = (byte)'-';
        Two(date.Day, utf8[8..]);
    }

    static void Two(int number, Span<byte> utf8)
    {
        utf8[0] = (byte)('0' + (number / 10));
        utf8[1] = (byte)('0' + (number % 10));
    }
}
