namespace HubSpotDeals.Jobs.Extraction;

/// <summary>How fast a run stores deals, over its last seconds. For several threads.</summary>
sealed class RateMeter
{
    /// <summary>How far back it looks: long enough to be steady, short enough to show that something has slowed down.</summary>
    static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    readonly TimeProvider _clock;
    readonly Queue<(long At, long Deals)> _samples = new();
    readonly Lock _gate = new();
    long _deals;

    internal RateMeter(TimeProvider clock)
    {
        _clock = clock;
        _samples.Enqueue((clock.GetTimestamp(), 0));
    }

    /// <summary>So many more deals are stored.</summary>
    internal void Add(long deals) => Interlocked.Add(ref _deals, deals);

    /// <summary>Deals a second over the window, or since the beginning if that is younger; null before any time has passed.</summary>
    internal double? Read()
    {
        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            var deals = Interlocked.Read(ref _deals);
            while (_samples.Count > 1 && _clock.GetElapsedTime(_samples.Peek().At, now) > Window)
            {
                _samples.Dequeue();
            }

            var (since, before) = _samples.Peek();
            _samples.Enqueue((now, deals));
            var seconds = _clock.GetElapsedTime(since, now).TotalSeconds;
            return seconds > 0 ? (deals - before) / seconds : null;
        }
    }
}
