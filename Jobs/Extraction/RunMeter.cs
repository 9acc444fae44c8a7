using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Counts what a run does, between one renewal of its lease and the next. For several threads.</summary>
sealed class RunMeter(TimeProvider clock)
{
    readonly RateMeter _rate = new(clock);
    long _requests;
    long _retries;
    long _batches;
    string? _trouble;

    /// <summary>Whether the run has stored anything: then what failed before it no longer counts.</summary>
    internal bool HasStored => Interlocked.Read(ref _batches) > 0;

    /// <summary>A request was sent.</summary>
    internal void Called(CallAttempt attempt)
    {
        Interlocked.Increment(ref _requests);
        if (attempt.Number > 1)
        {
            Interlocked.Increment(ref _retries);
        }

        if (attempt is { RetryIn: not null, Failure: { } failure })
        {
            Interlocked.Exchange(ref _trouble, failure.Message);
        }
    }

    /// <summary>A batch was stored.</summary>
    internal void Stored(long deals)
    {
        Interlocked.Increment(ref _batches);
        _rate.Add(deals);
    }

    /// <summary>What was counted since the last time; given back with <see cref="Restore"/> if it could not be recorded.</summary>
    internal RunProgress Take() => new(
        Interlocked.Exchange(ref _requests, 0), Interlocked.Exchange(ref _retries, 0), _rate.Read(),
        Interlocked.Exchange(ref _trouble, null));

    /// <summary>Takes back what could not be recorded.</summary>
    internal void Restore(RunProgress progress)
    {
        Interlocked.Add(ref _requests, progress.Requests);
        Interlocked.Add(ref _retries, progress.Retries);
        Interlocked.CompareExchange(ref _trouble, progress.Trouble, null);
    }
}
