namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>
/// Reads milliseconds since 1970-01-01T00:00:00Z, as HubSpot writes times in its calculated properties
/// (<c>hs_closed_deal_close_date</c> is <c>1773300966332</c>): digits only, a minus before them for earlier times.
/// </summary>
static class EpochMilliseconds
{
    // More digits than the last instant of either type has, few enough not to overflow.
    const int MostDigits = 18;

    /// <summary>Reads the whole text; says no when it is anything but that.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out long milliseconds)
    {
        milliseconds = 0;
        var negative = utf8 is [(byte)'-', ..];
        var digits = negative ? utf8[1..] : utf8;
        if (digits.Length is 0 or > MostDigits)
        {
            return false;
        }

        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            milliseconds = (milliseconds * 10) + (digit - '0');
        }

        milliseconds = negative ? -milliseconds : milliseconds;
        return true;
    }
}
