namespace HubSpotDeals.Sandbox.Gateway;

/// <summary>
/// Counts calls in a rolling span of time, which is how HubSpot's burst limits count: a refused call does not use the limit up.
/// </summary>
sealed class SlidingWindow(TimeSpan span)
{
    readonly Lock _lock = new();
    readonly Queue<DateTimeOffset> _calls = new();

    /// <summary>Counts one call unless <paramref name="limit"/> were made within the span.</summary>
    /// <returns>Whether it was counted, and how many are in the span now.</returns>
    public (bool Taken, int Used) TryTake(int limit, DateTimeOffset now)
    {
        lock (_lock)
        {
            while (_calls.TryPeek(out var oldest) && now - oldest >= span)
            {
                _calls.Dequeue();
            }

            var taken = _calls.Count < limit;
            if (taken)
            {
                _calls.Enqueue(now);
            }

            return (taken, _calls.Count);
        }
    }

    /// <summary>How many of the counted calls are younger than <paramref name="age"/>.</summary>
    public int CountWithin(TimeSpan age, DateTimeOffset now)
    {
        lock (_lock)
        {
            return _calls.Count(call => now - call < age);
        }
    }
}
