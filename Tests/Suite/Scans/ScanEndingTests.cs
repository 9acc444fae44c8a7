using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs.Extraction;
using HubSpotDeals.Jobs.Scans;
using Npgsql;

namespace HubSpotDeals.Suite.Scans;

public sealed class ScanEndingTests
{
    static readonly TimeSpan[] Delays = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)];

    [TestCase(HubSpotErrorKind.InvalidToken)]
    [TestCase(HubSpotErrorKind.TokenExpired)]
    [TestCase(HubSpotErrorKind.MissingScopes)]
    public void A_token_that_HubSpot_refuses_pauses_the_scan(HubSpotErrorKind kind) =>
        Assert.That(Of(new HubSpotException(kind, "no"), failedAttempts: 9), Is.EqualTo(new ScanEnding.Pause("no")));

    [Test]
    public void A_token_that_can_t_be_opened_pauses_the_scan() =>
        Assert.That(Of(new SecretsException("locked")), Is.EqualTo(new ScanEnding.Pause("locked")));

    static IEnumerable<TestCaseData> Troubles()
    {
        foreach (var kind in new[] { HubSpotErrorKind.RateLimited, HubSpotErrorKind.Unavailable, HubSpotErrorKind.Unreachable, HubSpotErrorKind.Malformed })
        {
            yield return new TestCaseData(new HubSpotException(kind, "why"), "why").SetArgDisplayNames(kind.ToString());
        }

        yield return new TestCaseData(new PageFormatException("is cut", 3), "HubSpot's page The page is cut (at byte 3).").SetArgDisplayNames("page");
        yield return new TestCaseData(new NpgsqlException("cut"), "The database: cut").SetArgDisplayNames("connection");
        yield return new TestCaseData(new TimeoutException("late"), "The database: late").SetArgDisplayNames("time-out");
        foreach (var state in new[] { "53100", "53300", "57P01", "57P03", "08006", "40001", "40P01", "55P03" })
        {
            var failure = new PostgresException("down", "ERROR", "ERROR", state);
            yield return new TestCaseData(failure, "The database: " + failure.Message).SetArgDisplayNames(state);
        }
    }

    [TestCaseSource(nameof(Troubles))]
    public void Trouble_is_waited_out_step_by_step_and_then_fails_the_scan(Exception trouble, string reason)
    {
        Assert.That(Of(trouble, failedAttempts: 0), Is.EqualTo(new ScanEnding.Retry(reason, Delays[0], 1)));
        Assert.That(Of(trouble, failedAttempts: 1), Is.EqualTo(new ScanEnding.Retry(reason, Delays[1], 2)));
        Assert.That(Of(trouble, failedAttempts: 2), Is.EqualTo(new ScanEnding.Fail(reason + " (3 attempts)")));
        Assert.That(Of(trouble, failedAttempts: 2, hasStored: true), Is.EqualTo(new ScanEnding.Retry(reason, Delays[0], 1)), "a stored page begins the waits anew");
    }

    [Test]
    public void Without_waits_the_first_trouble_fails_the_scan() => Assert.That(
        ScanEnding.Of(new TimeoutException("late"), 0, hasStored: false, []), Is.EqualTo(new ScanEnding.Fail("The database: late")));

    [TestCase(1, 5)]
    [TestCase(60, 60)]
    public void HubSpot_s_own_wait_counts_where_it_is_longer(int asked, int waited)
    {
        var limited = new HubSpotException(HubSpotErrorKind.RateLimited, "slow") { ComeBackAfter = TimeSpan.FromSeconds(asked) };
        Assert.That(Of(limited), Is.EqualTo(new ScanEnding.Retry("slow", TimeSpan.FromSeconds(waited), 1)));
    }

    [Test]
    public void A_day_that_is_used_up_pauses_the_scan_until_it_begins_anew()
    {
        var used = new HubSpotException(HubSpotErrorKind.RateLimited, "used up") { Policy = RateLimitPolicy.Daily };
        Assert.That(Of(used, failedAttempts: 2), Is.EqualTo(new ScanEnding.PauseForTheDay("used up")));
    }

    [Test]
    public void What_does_not_pass_fails_the_scan_at_once()
    {
        Assert.That(Of(new HubSpotException(HubSpotErrorKind.Rejected, "bad filter")), Is.EqualTo(new ScanEnding.Fail("bad filter")));
        Assert.That(Of(new InvalidOperationException("bug")), Is.EqualTo(new ScanEnding.Fail("InvalidOperationException: bug")));
        Assert.That(Of(new PostgresException("no such table", "ERROR", "ERROR", "42P01")), Is.TypeOf<ScanEnding.Fail>());
    }

    static ScanEnding Of(Exception failure, int failedAttempts = 0, bool hasStored = false) => ScanEnding.Of(failure, failedAttempts, hasStored, Delays);
}
