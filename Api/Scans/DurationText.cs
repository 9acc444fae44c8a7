namespace HubSpotDeals.Api.Scans;

/// <summary>Spells a length of time as people read it: <c>12s</c>, <c>5m 15s</c>, <c>1h 0m 3s</c>, <c>2d 0h 0m 0s</c>.</summary>
public static class DurationText
{
    /// <summary>In whole seconds, from the largest unit that is not zero down to seconds.</summary>
    public static string Of(TimeSpan duration)
    {
        (int Count, string Unit)[] parts = [(duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s")];
        return string.Join(' ', parts.SkipWhile(part => part is { Count: 0, Unit: not "s" }).Select(part => $"{part.Count}{part.Unit}"));
    }
}
