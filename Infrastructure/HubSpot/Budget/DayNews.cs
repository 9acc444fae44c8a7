namespace HubSpotDeals.Infrastructure.HubSpot.Budget;

/// <summary>
/// What was heard last of an account's day and is not told yet. One for all kinds of request: an answer to one kind must not be told behind a
/// later answer to another.
/// </summary>
sealed class DayNews
{
    RateLimitReading? _latest;

    /// <summary>Takes note of what an answer says of the day, if it says something.</summary>
    public void Heard(RateLimitReading limits)
    {
        if (limits.Daily is not null)
        {
            Volatile.Write(ref _latest, limits);
        }
    }

    /// <summary>The news, which are then told; null: there are none.</summary>
    public RateLimitReading? Take() => Interlocked.Exchange(ref _latest, null);
}
