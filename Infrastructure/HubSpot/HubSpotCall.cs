using Microsoft.Extensions.Logging;
using Polly;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>One call and the requests made for it: counted, timed, reported once each.</summary>
sealed partial class HubSpotCall(
    HubSpotOperation operation, CallOptions options, TimeSpan patience, HubSpotMetrics metrics, ILogger logger)
{
    /// <summary>Where the retry pipeline finds the call it works for.</summary>
    public static readonly ResiliencePropertyKey<HubSpotCall> Key = new("hubspot.call");

    TimeSpan _waitedForLimits;
    CallAttempt? _failed;

    public HubSpotOperation Operation => operation;

    /// <summary>Requests sent so far.</summary>
    public int Attempts { get; private set; }

    public int BeginAttempt() => ++Attempts;

    public void Succeeded(int? status, TimeSpan duration, RateLimitReading? limits)
    {
        metrics.Answered(operation, status, duration);
        options.Observer?.Invoke(new CallAttempt(operation.Name, Attempts, status, duration, limits, Failure: null, RetryIn: null));
    }

    /// <summary>Reported only when it is known whether there is another try: by <see cref="RetriesIn"/> or <see cref="GivesUp"/>.</summary>
    public void Failed(HubSpotException failure, TimeSpan duration, RateLimitReading? limits)
    {
        metrics.Answered(operation, failure.StatusCode, duration);
        _failed = new CallAttempt(operation.Name, Attempts, failure.StatusCode, duration, limits, failure, RetryIn: null);
    }

    /// <summary>Whether a wait for a burst limit is still within the call's patience.</summary>
    public bool HasPatienceFor(TimeSpan wait) => _waitedForLimits + wait <= patience;

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
