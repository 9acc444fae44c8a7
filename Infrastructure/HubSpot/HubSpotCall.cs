using Microsoft.Extensions.Logging;
using Polly;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>One call and the requests made for it: counted, timed, reported once each.</summary>
sealed partial class HubSpotCall(
    HubSpotOperation operation, CallOptions options, TimeSpan patience, HubSpotMetrics metrics, TimeProvider clock, ILogger logger)
{
    /// <summary>Where the retry pipeline finds the call it works for.</summary>
    public static readonly ResiliencePropertyKey<HubSpotCall> Key = new("hubspot.call");

    TimeSpan _waitedForLimits;
    long? _refusedAt;
    TimeSpan _waited;
    CallAttempt? _failed;

    public HubSpotOperation Operation => operation;

    /// <summary>Requests sent so far.</summary>
    public int Attempts { get; private set; }

    /// <summary>Waits for the portal's budget, if the call has one.</summary>
    public async Task BeginAttemptAsync(CancellationToken cancellationToken)
    {
        if (options.Budget is { } budget)
        {
            var asked = clock.GetTimestamp();
            await budget.EnterAsync(operation, cancellationToken);
            _waited = clock.GetElapsedTime(asked);
        }

        Attempts++;
    }

    public void Succeeded(int? status, TimeSpan duration, RateLimitReading? limits)
    {
        metrics.Answered(operation, status, duration);
        options.Budget?.Heard(limits);
        options.Observer?.Invoke(
            new CallAttempt(operation.Name, Attempts, status, duration, limits, Failure: null, RetryIn: null) { Waited = _waited });
    }

    /// <summary>Reported only when it is known whether there is another try: by <see cref="RetriesIn"/> or <see cref="GivesUp"/>.</summary>
    public async Task FailedAsync(HubSpotException failure, TimeSpan duration, RateLimitReading? limits, CancellationToken cancellationToken)
    {
        metrics.Answered(operation, failure.StatusCode, duration);
        _failed = new CallAttempt(operation.Name, Attempts, failure.StatusCode, duration, limits, failure, RetryIn: null) { Waited = _waited };
        if (options.Budget is { } budget)
        {
            budget.Heard(limits);
            if (failure.Kind == HubSpotErrorKind.RateLimited)
            {
                _refusedAt ??= clock.GetTimestamp();
                await budget.RefusedAsync(operation, failure, failure.RetryAfter, cancellationToken);
            }
        }
    }

    /// <summary>The wait before a request that a limit has refused is sent again: with a budget none, because that is where it waits.</summary>
    public TimeSpan WaitAfterRefusal(TimeSpan asked) => options.Budget is null ? asked : TimeSpan.Zero;

    /// <summary>Whether a wait for a burst limit is still within the call's patience.</summary>
    public bool HasPatienceFor(TimeSpan wait) =>
        (_refusedAt is { } refusedAt ? clock.GetElapsedTime(refusedAt) : _waitedForLimits + wait) <= patience;

    public void RetriesIn(TimeSpan delay)
    {
        if (_failed is not { Failure: { } failure } failed)
        {
            return;
        }
        _failed = null;
        if (failure.Kind == HubSpotErrorKind.RateLimited)
        {
            _waitedForLimits += delay;
        }
        metrics.Retried(operation, failure.Kind);
        Log.Retrying(logger, operation.Name, failed.Number, failure.Kind, failure.StatusCode, failure.CorrelationId, delay);
        options.Observer?.Invoke(failed with { RetryIn = delay });
    }

    public void GivesUp()
    {
        if (_failed is { } failed)
        {
            _failed = null;
            options.Observer?.Invoke(failed);
        }
    }

    static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Information,
            "HubSpot {Operation}: request {Number} failed ({Kind}, status {Status}, correlation id {CorrelationId}); again in {Delay}")]
        public static partial void Retrying(
            ILogger logger, string operation, int number, HubSpotErrorKind kind, int? status, string? correlationId, TimeSpan delay);
    }
}
