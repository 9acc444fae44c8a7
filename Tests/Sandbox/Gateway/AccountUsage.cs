namespace HubSpotDeals.Sandbox.Gateway;

/// <summary>What all callers of an account together have used: its searches of this second and its private apps' calls of the day.</summary>
sealed class AccountUsage
{
    /// <summary>The account's zone, as its details say it; the day turns at midnight there and not in UTC.</summary>
    public static readonly TimeSpan UtcOffset = TimeSpan.FromHours(-4);

    readonly Lock _lock = new();
    DateTime _day;
    int _calls;

    /// <summary>Refused searches so far.</summary>
    public int SearchesRefused;

    public SlidingWindow Searches { get; } = new(TimeSpan.FromSeconds(1));

    /// <summary>Counts one call unless the day's limit is used up.</summary>
    public (bool Taken, int Used) TryTakeDaily(int limit, DateTimeOffset now)
    {
        lock (_lock)
        {
            TurnDay(now);
            var taken = limit == 0 || _calls < limit;
            _calls += taken ? 1 : 0;
            return (taken, _calls);
        }
    }

    public int UsedToday(DateTimeOffset now)
    {
        lock (_lock)
        {
            TurnDay(now);
            return _calls;
        }
    }

    /// <summary>The account's next midnight.</summary>
    public static DateTimeOffset NextMidnight(DateTimeOffset now) =>
        new(now.ToOffset(UtcOffset).Date.AddDays(1), UtcOffset);

    void TurnDay(DateTimeOffset now)
    {
        var today = now.ToOffset(UtcOffset).Date;
        if (today != _day)
        {
            (_day, _calls) = (today, 0);
        }
    }
}
