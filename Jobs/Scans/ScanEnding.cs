using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Jobs.Scans;

/// <summary>What becomes of a scan whose run ended before its work did.</summary>
abstract record ScanEnding
{
    ScanEnding()
    {
    }

    /// <summary>It waits for somebody to start it again.</summary>
    internal sealed record Pause(string Reason) : ScanEnding;

    /// <summary>It waits until the account's day begins anew, and goes on by itself.</summary>
    internal sealed record PauseForTheDay(string Reason) : ScanEnding;

    /// <summary>It is tried again after a while.</summary>
    internal sealed record Retry(string Reason, TimeSpan Delay, int FailedAttempts) : ScanEnding;

    /// <summary>It has failed.</summary>
    internal sealed record Fail(string Reason) : ScanEnding;

    /// <summary>The ending for a failure; time and circumstances in, decision out.</summary>
    /// <param name="failure">What ended the run.</param>
    /// <param name="failedAttempts">How many runs in a row had ended in trouble before, without storing a page since.</param>
    /// <param name="hasStored">Whether this run stored a page.</param>
    /// <param name="delays">The waits between attempts.</param>
    internal static ScanEnding Of(Exception failure, int failedAttempts, bool hasStored, IReadOnlyList<TimeSpan> delays)
    {
        return failure switch
        {
            // HubSpot will not take this token again; somebody has to bring another.
            HubSpotException { Kind: HubSpotErrorKind.InvalidToken or HubSpotErrorKind.TokenExpired or HubSpotErrorKind.MissingScopes } refused =>
                new Pause(refused.Message),
            SecretsException or WrongPortalException => new Pause(failure.Message),
            UnknownPropertiesException => new Fail(failure.Message),
            // The day's quota is nobody's failure.
            HubSpotException { Policy: RateLimitPolicy.Daily } used => new PauseForTheDay(used.Message),
            HubSpotException { IsTransient: true } trouble => LaterOrFail(trouble.Message, trouble.ComeBackAfter),
            PageFormatException page => LaterOrFail("HubSpot's page " + page.Message, comeBackAfter: null),
            _ when PostgresErrors.IsTrouble(failure) => LaterOrFail("The database: " + failure.Message, comeBackAfter: null),
            HubSpotException refused => new Fail(refused.Message),
            _ => new Fail($"{failure.GetType().Name}: {failure.Message}"),
        };

        ScanEnding LaterOrFail(string reason, TimeSpan? comeBackAfter)
        {
            var attempts = hasStored ? 1 : failedAttempts + 1;
            if (attempts > delays.Count)
            {
                return new Fail(attempts == 1 ? reason : $"{reason} ({attempts} attempts)");
            }

            var delay = delays[attempts - 1];
            return new Retry(reason, comeBackAfter > delay ? comeBackAfter.Value : delay, attempts);
        }
    }
}
