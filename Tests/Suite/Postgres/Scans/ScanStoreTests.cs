using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Postgres.Scans;

public sealed class ScanStoreTests
{
    static readonly ScanConfig Config = new() { Properties = ["amount", "dealname"], DealStage = "closedwon", IncludeArchived = true };

    [TestCase("pending", StartOutcome.AlreadyRunning)]
    [TestCase("running", StartOutcome.AlreadyRunning)]
    [TestCase("completed", StartOutcome.AlreadyCompleted)]
    [TestCase("paused", StartOutcome.Resumed)]
    [TestCase("failed", StartOutcome.Resumed)]
    [TestCase("cancelled", StartOutcome.Resumed)]
    public async Task Starting_a_scan_that_exists_comes_to_what_its_state_says(string state, StartOutcome expected)
    {
        await using var database = await ControlDatabase.CreateAsync(CancellationToken.None);
        var first = await database.StartAsync("again", CancellationToken.None, config: Config);
        await database.ExecuteAsync(
            "update hubspot_deals.scan_jobs set status = @state, lease_epoch = 7, error_message = 'why', failed_attempts = 3, run_after = now() + interval '1 day', enqueued_at = now(), completed_at = now()",
            new { state });

        // The same deals and properties, in another order and at another pace.
        var same = Config with { Properties = ["dealname", "amount"], BatchSize = 10, MaxRetries = 0 };
        var start = await database.Scans.StartAsync("again", "77", same, static _ => [9], CancellationToken.None);

        Assert.That(start.Outcome, Is.EqualTo(expected));
        Assert.That(start.Scan.Id, Is.EqualTo(first.Id));
        var resumed = expected == StartOutcome.Resumed;
        Assert.That(start.Scan.Status.Text(), Is.EqualTo(resumed ? "pending" : state));
        Assert.That(start.Scan.Token, Is.EqualTo(resumed ? new byte[] { 9 } : [1, 2, 3]), "the fresh token counts, if the start does");
        Assert.That(start.Scan.LeaseEpoch, Is.EqualTo(resumed ? 8 : 7), "a former worker is fenced off");
        Assert.That(start.Scan.Config.BatchSize, Is.EqualTo(resumed ? 10 : 100));
        Assert.That(start.Scan.ErrorMessage, resumed ? Is.Null : Is.EqualTo("why"));
        Assert.That(start.Scan.FailedAttempts, Is.EqualTo(resumed ? 0 : 3));
        Assert.That(
            await database.ScalarAsync<bool>("select run_after is null and enqueued_at is null and completed_at is null from hubspot_deals.scan_jobs"),
            Is.EqualTo(resumed));
    }

    static IEnumerable<TestCaseData> Others()
    {
        yield return new TestCaseData("78", Config).SetArgDisplayNames("portal");
        yield return new TestCaseData("77", Config with { Properties = null }).SetArgDisplayNames("standard properties");
        yield return new TestCaseData("77", Config with { Properties = ["amount"] }).SetArgDisplayNames("fewer properties");
        yield return new TestCaseData("77", Config with { DealStage = null }).SetArgDisplayNames("stage");
        yield return new TestCaseData("77", Config with { Pipeline = "default" }).SetArgDisplayNames("pipeline");
        yield return new TestCaseData("77", Config with { IncludeArchived = false }).SetArgDisplayNames("archived");
        yield return new TestCaseData("77", Config with { DateRange = new DealDateRange("createdate", new DateOnly(2026, 1, 1), null) }).SetArgDisplayNames("days");
    }

    [TestCaseSource(nameof(Others))]
    public void A_start_for_other_deals_is_a_conflict_only_where_it_would_go_on(string portal, ScanConfig config)
    {
        foreach (var status in Enum.GetValues<ScanStatus>())
        {
            var expected = status switch
            {
                ScanStatus.Pending or ScanStatus.Running => StartOutcome.AlreadyRunning,
                ScanStatus.Completed => StartOutcome.AlreadyCompleted,
                _ => StartOutcome.ConfigConflict,
            };
            Assert.That(StartDecision.Of(Job(status), portal, config), Is.EqualTo(expected), status.Text());
        }
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Of_fifty_simultaneous_starts_one_is_accepted(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var starts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => database.Scans.StartAsync("one", "77", Config, static _ => [1], ct)));

        Assert.That(starts.Count(start => start.Outcome == StartOutcome.Started), Is.EqualTo(1));
        Assert.That(starts.Count(start => start.Outcome == StartOutcome.AlreadyRunning), Is.EqualTo(49));
        Assert.That(starts.Select(start => start.Scan.Id).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Of_fifty_simultaneous_starts_of_a_stopped_scan_one_resumes_it(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        await database.StartAsync("one", ct, config: Config);
        await database.Control.CancelAsync("one", ct);
        var starts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => database.Scans.StartAsync("one", "77", Config, static _ => [1], ct)));

        Assert.That(starts.Count(start => start.Outcome == StartOutcome.Resumed), Is.EqualTo(1));
        Assert.That(starts.Count(start => start.Outcome == StartOutcome.AlreadyRunning), Is.EqualTo(49));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_cancelled_scan_s_worker_is_told_and_can_write_no_more(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("stop", ct);
        var lease = await database.AcquireAsync(scan, ct);
        await using var listener = await database.Source.OpenConnectionAsync(ct);
        var told = new TaskCompletionSource<string>();
        listener.Notification += (_, notice) => told.TrySetResult(notice.Payload);
        await using (var listen = listener.CreateCommand())
        {
            listen.CommandText = "listen " + ScanControl.Channel;
            await listen.ExecuteNonQueryAsync(ct);
        }

        var (cancelled, changed) = (await database.Control.CancelAsync("stop", ct))!.Value;
        Assert.That(changed, Is.True);
        Assert.That(cancelled.Status, Is.EqualTo(ScanStatus.Cancelled));
        Assert.That(cancelled.CompletedAt, Is.Not.Null);
        await listener.WaitAsync(ct);
        Assert.That(await told.Task.WaitAsync(ct), Is.EqualTo(scan.Id.ToString()));
        Assert.That(() => lease.CompleteAsync(ct), Throws.TypeOf<LeaseLostException>());

        var (_, again) = (await database.Control.CancelAsync("stop", ct))!.Value;
        Assert.That(again, Is.False, "it was cancelled already");
        Assert.That(await database.Control.CancelAsync("unknown", ct), Is.Null);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Scans_are_listed_newest_first_by_portal_and_state_with_their_number(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        foreach (var name in new[] { "a", "b", "c" })
        {
            await database.StartAsync(name, ct);
        }

        await database.StartAsync("other", ct, portal: "78");
        await database.Control.CancelAsync("b", ct);

        Assert.That(await NamesAsync(["77"], null, 10, 0), Is.EqualTo((3L, "c b a")));
        Assert.That(await NamesAsync(["77"], null, 1, 1), Is.EqualTo((3L, "b")));
        Assert.That(await NamesAsync(["77"], ScanStatus.Pending, 10, 0), Is.EqualTo((2L, "c a")));
        Assert.That(await NamesAsync(null, null, 10, 0), Is.EqualTo((4L, "other c b a")));
        Assert.That(await NamesAsync(["78", "77", "79"], null, 10, 0), Is.EqualTo((4L, "other c b a")));
        Assert.That(await NamesAsync(["79"], null, 10, 0), Is.EqualTo((0L, "")));
        Assert.That(await NamesAsync([], null, 10, 0), Is.EqualTo((0L, "")), "of no portal");

        async Task<(long Total, string Names)> NamesAsync(IReadOnlyList<string>? portals, ScanStatus? status, int limit, long offset)
        {
            var (scans, total) = await database.Scans.ListAsync(portals, status, limit, offset, ct);
            return (total, string.Join(' ', scans.Select(scan => scan.ScanId)));
        }
    }

    static ScanJob Job(ScanStatus status) => new()
    {
        Id = Guid.NewGuid(), Number = 1, ScanId = "s", PortalId = "77", Status = status, Config = Config,
        CreatedAt = default, StartedAt = default, UpdatedAt = default, ReadAt = default,
    };
}
