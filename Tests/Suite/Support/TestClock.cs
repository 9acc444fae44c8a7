namespace HubSpotDeals.Suite.Support;

/// <summary>A clock that stands still until a test moves it. Timers fire on the thread that moves it, in the order in which they are due.</summary>
public sealed class TestClock(DateTimeOffset start) : TimeProvider
{
    readonly Lock _gate = new();
    readonly List<TestTimer> _timers = [];
    readonly List<(Func<TimeSpan, bool> Wanted, TaskCompletionSource<TimeSpan> Found)> _waiters = [];
    DateTimeOffset _now = start;

    public TestClock()
        : this(new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TestTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and fires what falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var until = GetUtcNow() + by;
        while (TakeDue(until) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>The remaining time of a timer that is running, or of the next to be started, and is <paramref name="wanted"/>.</summary>
    public Task<TimeSpan> WhenTimerAsync(Func<TimeSpan, bool> wanted)
    {
        lock (_gate)
        {
            var running = _timers.Where(t => t.Due is not null).Select(t => t.Due!.Value - _now).Order().Where(wanted).ToArray();
            if (running.Length > 0)
            {
                return Task.FromResult(running[0]);
            }
            var found = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((wanted, found));
            return found.Task;
        }
    }

    TestTimer? TakeDue(DateTimeOffset until)
    {
        lock (_gate)
        {
            var next = _timers.Where(t => t.Due <= until).MinBy(t => t.Due);
            _now = next?.Due is { } due ? (due > _now ? due : _now) : until;
            next?.Rearm(_now);
            return next;
        }
    }

    sealed class TestTimer(TestClock clock, TimerCallback callback, object? state) : ITimer
    {
        TimeSpan _period;

        public DateTimeOffset? Due { get; private set; }

        public void Fire() => callback(state);

        public void Rearm(DateTimeOffset now) => Due = _period > TimeSpan.Zero ? now + _period : null;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var fireNow = dueTime == TimeSpan.Zero;
            lock (clock._gate)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : fireNow ? null : clock._now + dueTime;
                if (fireNow)
                {
                    Rearm(clock._now);
                }
                if (!clock._timers.Contains(this))
                {
                    clock._timers.Add(this);
                }
                if (Due is not null)
                {
                    foreach (var waiter in clock._waiters.Where(w => w.Wanted(dueTime)).ToArray())
                    {
                        clock._waiters.Remove(waiter);
                        waiter.Found.TrySetResult(dueTime);
                    }
                }
            }
            if (fireNow)
            {
                Fire();
            }
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                Due = null;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
