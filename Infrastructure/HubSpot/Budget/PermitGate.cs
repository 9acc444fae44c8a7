namespace HubSpotDeals.Infrastructure.HubSpot.Budget;

/// <summary>
/// Lets this process's requests of one kind through as permits come in: leased from the database a few at a time, as many as are about to
/// be used, and given out in the order of asking.
/// </summary>
sealed class PermitGate(BudgetStore store, RequestClass limit, Allowance configured, DayNews day, TimeProvider clock)
{
    /// <summary>
    /// Permits are not taken further ahead than this: what one node holds, another must wait behind. A permit that is not used by so much
    /// past its time is dropped, or late ones would pile up to a burst.
    /// </summary>
    static readonly TimeSpan Horizon = TimeSpan.FromMilliseconds(100);

    readonly Lock _gate = new();
    readonly Queue<TaskCompletionSource<long>> _waiting = new();
    readonly Queue<long> _permits = new();
    readonly TimeSpan _usualInterval = configured.Interval;
    Allowance _allowance = configured;
    TimeSpan _spacing = configured.Interval / configured.Requests;
    int _lastCount = 1;
    bool _isLeasing;
    int _holds;

    /// <summary>Waits for a permit and until it is due.</summary>
    public async Task EnterAsync(HubSpotOperation operation, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Enqueue(turn);
            GiveOut();
            if (!_isLeasing && _waiting.Count > 0)
            {
                _isLeasing = true;
                _ = LeaseAsync(operation);
            }
        }

        // Whoever is cancelled leaves its place: a permit finds the next.
        await using var leaving = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        var due = await turn.Task;
        var wait = clock.GetElapsedTime(clock.GetTimestamp(), due);
        if (wait >= TimeSpan.FromMilliseconds(1))
        {
            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    /// <summary>Takes note of what an answer says of the limit.</summary>
    public void Heard(RateLimitReading limits)
    {
        if (limits is { Max: > 0 and var most })
        {
            lock (_gate)
            {
                _allowance = new Allowance(most, limits.Interval ?? _usualInterval, IsSaid: true);
            }
        }
    }

    /// <summary>Takes permits for requests that were sent already, none perhaps: what was heard becomes known with them.</summary>
    public async Task CountAsync(int requests, CancellationToken cancellationToken)
    {
        Allowance allowance;
        lock (_gate)
        {
            allowance = _allowance;
        }

        await store.LeaseAsync(limit, requests, allowance, day.Take(), cancellationToken);
    }

    /// <summary>HubSpot has refused a request of this kind.</summary>
    public async Task HoldAsync(TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        Drop();
        await store.HoldAsync(limit, retryAfter, cancellationToken);
        Drop();

        // Also those that are just being leased: they were given out before the database knew.
        void Drop()
        {
            lock (_gate)
            {
                _permits.Clear();
                _holds++;
            }
        }
    }

    /// <summary>Leases permits until nobody waits for one.</summary>
    async Task LeaseAsync(HubSpotOperation operation)
    {
        try
        {
            while (NextLease() is var (count, allowance, holds))
            {
                var grant = await store.LeaseAsync(limit, count, allowance, day.Take(), CancellationToken.None);
                if (grant.DayIsSpent)
                {
                    Fail(HubSpotErrors.DayIsSpent(operation));
                    return;
                }

                var last = Take(grant, count, holds);
                // Not to be ahead of the other nodes by more than the horizon.
                if (clock.GetElapsedTime(clock.GetTimestamp(), last) - Horizon is { Ticks: > 0 } ahead)
                {
                    await Task.Delay(ahead, clock, CancellationToken.None);
                }
            }
        }
#pragma warning disable CA1031 // not swallowed: whoever waits gets it
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure);
        }
    }

    /// <summary>How many permits to take, and of what; null: nobody waits, and leasing has ended.</summary>
    (int Count, Allowance Allowance, int Holds)? NextLease()
    {
        lock (_gate)
        {
            GiveOut();
            if (_waiting.Count == 0)
            {
                _isLeasing = false;
                return null;
            }

            // What was taken last time is used up, so more are wanted: twice as many, up to what the horizon holds.
            var most = Math.Max(1, (int)(Horizon / _spacing));
            _lastCount = Math.Min(most, Math.Max(_waiting.Count, _lastCount * 2));
            return (_lastCount, _allowance, _holds);
        }
    }

    /// <returns>When the last of them is due.</returns>
    long Take(PermitGrant grant, int count, int holds)
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            if (holds != _holds)
            {
                return now;
            }

            _spacing = TimeSpan.FromMilliseconds(grant.SpacingMs);
            var last = now;
            for (var permit = 0; permit < count; permit++)
            {
                last = now + (long)((grant.FirstMs + (permit * grant.SpacingMs)) / 1000 * clock.TimestampFrequency);
                _permits.Enqueue(last);
            }

            GiveOut();
            return last;
        }
    }

    /// <summary>Brings together those who wait and the permits that are good; under the lock.</summary>
    void GiveOut()
    {
        var now = clock.GetTimestamp();
        while (_waiting.TryPeek(out var turn))
        {
            if (turn.Task.IsCompleted)
            {
                _waiting.Dequeue();
                continue;
            }

            if (!_permits.TryPeek(out var due))
            {
                return;
            }

            if (clock.GetElapsedTime(due, now) > Horizon)
            {
                // Demand has fallen: fewer next time.
                _permits.Dequeue();
                _lastCount = Math.Max(1, _lastCount / 2);
            }
            else if (turn.TrySetResult(due))
            {
                _permits.Dequeue();
            }
        }
    }

    void Fail(Exception failure)
    {
        lock (_gate)
        {
            _isLeasing = false;
            while (_waiting.TryDequeue(out var turn))
            {
                turn.TrySetException(failure);
            }
        }
    }
}
