namespace HubSpotDeals.Infrastructure.Postgres.Copy;

/// <summary>Reads short runs of ASCII digits.</summary>
static class Digits
{
    /// <summary>Reads a text of at most nine bytes that are all digits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out int value)
    {
        value = 0;
        foreach (var digit in utf8)
        {
            var worth = (uint)(digit - '0');
            if (worth > 9)
            {
                return false;
            }

            value = (value * 10) + (int)worth;
        }

        return !utf8.IsEmpty;
    }
}
