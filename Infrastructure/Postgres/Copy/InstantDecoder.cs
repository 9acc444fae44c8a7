namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// PostgreSQL's binary <c>timestamptz</c> to the form in which HubSpot writes instants, <c>2026-02-25T16:26:25.880Z</c>: no
/// fraction where there is none, milliseconds where they suffice, else microseconds. Years as <see cref="DateDecoder"/> writes them.
/// </summary>
public static class InstantDecoder
{
    /// <summary>Room that suffices for any instant.</summary>
    public const int MaxLength = DateDecoder.MaxLength + 17; // T23:59:59.999999Z

    const long MicrosecondsPerSecond = 1_000_000;
    const long MicrosecondsPerDay = 86_400 * MicrosecondsPerSecond;

    /// <summary>Writes the text and returns its length; 0 for the infinities, which are no instants.</summary>
    /// <param name="microseconds">Since 2000-01-01T00:00:00Z.</param>
    /// <param name="utf8">Receives the text.</param>
    public static int Write(long microseconds, Span<byte> utf8)
    {
        if (microseconds is long.MinValue or long.MaxValue)
        {
            return 0;
        }

        var (day, ofDay) = Math.DivRem(microseconds, MicrosecondsPerDay);
        if (ofDay < 0)
        {
            (day, ofDay) = (day - 1, ofDay + MicrosecondsPerDay);
        }

        var length = DateDecoder.WriteDay((int)day, utf8);
        var second = (uint)(ofDay / MicrosecondsPerSecond);
        var time = utf8[length..];
        time[0] = (byte)'T';
        DigitPairs.WriteTwo(second / 3600, time[1..]);
        time[3] = (byte)':';
        DigitPairs.WriteTwo(second / 60 % 60, time[4..]);
        time[6] = (byte)':';
        DigitPairs.WriteTwo(second % 60, time[7..]);
        length += 9;

        var fraction = (uint)(ofDay % MicrosecondsPerSecond);
        if (fraction != 0)
        {
            length += WriteFraction(fraction, utf8[length..]);
        }

        utf8[length] = (byte)'Z';
        return length + 1;
    }

    static int WriteFraction(uint microseconds, Span<byte> utf8)
    {
        utf8[0] = (byte)'.';
        DigitPairs.WriteFour(microseconds / 100, utf8[1..]);
        if (microseconds % 1000 == 0)
        {
            return 4; // the fourth digit, a zero, is overwritten by what follows
        }

        DigitPairs.WriteTwo(microseconds % 100, utf8[5..]);
        return 7;
    }
}
