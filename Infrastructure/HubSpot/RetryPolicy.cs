using Polly;
using Polly.Retry;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>
/// Which failures are tried again, how often and after what wait. From the outside in:
/// <list type="number">
/// <item>a transient failure: as often as the call says, exponentially with jitter, or after the wait HubSpot asks for if that is no
/// longer than <see cref="HubSpotOptions.RetryMaxDelay"/>;</item>
/// <item>a burst limit (429): waited out, in the portal's budget if the call has one, until the call's patience ends, without using up the retries, because it says nothing of
/// HubSpot's health and others share the limit;</item>
/// <item>a token that "expired 0 second(s) ago": looked at once more, because HubSpot says so now and then of good tokens.</item>
/// </list>
/// What is not waited for here, such as the daily limit or a migration of hours, is thrown: the exception says when to come back,
/// and the caller need not hold a worker until then.
/// </summary>
sealed class RetryPolicy
{
    /// <summary>
    /// Added to the waits HubSpot sets, up to this share, so that callers told the same moment do not come back together.
    /// </summary>
    const double Spread = 0.1;

    static readonly TimeSpan SecondLookDelay = TimeSpan.FromSeconds(1);

    readonly ResiliencePipeline[] _byRetries;

    public RetryPolicy(HubSpotOptions options, TimeProvider clock) =>
        _byRetries = [.. Enumerable.Range(0, CallOptions.MostRetries + 1).Select(retries => Build(retries, options, clock))];

    public ResiliencePipeline For(int maxRetries) => _byRetries[maxRetries];

    static ResiliencePipeline Build(int maxRetries, HubSpotOptions options, TimeProvider clock)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = clock };
        if (maxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is HubSpotException { IsTransient: true, Kind: not HubSpotErrorKind.RateLimited } failure
                    && (failure.ComeBackAfter is null || failure.ComeBackAfter <= options.RetryMaxDelay)),
                MaxRetryAttempts = maxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryBaseDelay,
                MaxDelay = options.RetryMaxDelay,
                DelayGenerator = args => ValueTask.FromResult(Spaced(args.Outcome.Exception)),
                OnRetry = Announce,
            });
        }
        return builder
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is HubSpotException { Kind: HubSpotErrorKind.RateLimited, ComeBackAfter: { } wait }
                    && CallOf(args.Context).HasPatienceFor(wait)),
                MaxRetryAttempts = int.MaxValue,
                DelayGenerator = args => ValueTask.FromResult(
                    Spaced(args.Outcome.Exception) is { } wait ? CallOf(args.Context).WaitAfterRefusal(wait) : (TimeSpan?)null),
                OnRetry = Announce,
            })
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is HubSpotException { Kind: HubSpotErrorKind.TokenExpired, HubSpotMessage: { } message }
                    && message.Contains("expired 0 second", StringComparison.Ordinal)),
                MaxRetryAttempts = 1,
                BackoffType = DelayBackoffType.Constant,
                Delay = SecondLookDelay,
                OnRetry = Announce,
            })
            .Build();
    }

    static TimeSpan? Spaced(Exception? failure) =>
        failure is HubSpotException { ComeBackAfter: { } wait } ? wait * (1 + (Random.Shared.NextDouble() * Spread)) : null;

    static ValueTask Announce(OnRetryArguments<object> args)
    {
        CallOf(args.Context).RetriesIn(args.RetryDelay);
        return ValueTask.CompletedTask;
    }

    static HubSpotCall CallOf(ResilienceContext context) =>
        context.Properties.TryGetValue(HubSpotCall.Key, out var call)
            ? call
            : throw new InvalidOperationException($"The pipeline was run without a {nameof(HubSpotCall)}.");
}
