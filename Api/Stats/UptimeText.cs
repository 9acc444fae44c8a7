using System.Globalization;

namespace HubSpotDeals.Api.Stats;

/// <summary>Spells a length of time in words: <c>7 days, 3 hours, 24 minutes</c>.</summary>
public static class UptimeText
{
    /// <summary>In whole minutes, from the largest unit that is not zero down to minutes.</summary>
    public static string Of(TimeSpan uptime)
    {
        (int Count, string Unit)[] parts = [(uptime.Days, "day"), (uptime.Hours, "hour"), (uptime.Minutes, "minute")];
        return string.Join(", ", parts
            .SkipWhile(part => part is { Count: 0, Unit: not "minute" })
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {part.Unit}{(part.Count == 1 ? "" : "s")}")));
    }
}
