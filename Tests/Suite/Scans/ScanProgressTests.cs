using HubSpotDeals.Api.Scans;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Suite.Scans;

/// <summary>The figures of a status answer, worked out from a scan's row.</summary>
sealed class ScanProgressTests
{
    static readonly DateTime Start = new(2024, 12, 7, 10, 30, 0, DateTimeKind.Utc);

    static ScanJob Scan(
        ScanStatus status = ScanStatus.Running, long? total = 1_500, long processed = 750, long failed = 5, double? pace = 12.5,
        int readAfter = 60, int? completedAfter = null, int updatedAfter = 60) => new()
        {
            Id = Guid.Empty,
            Number = 1,
            ScanId = "scan",
            PortalId = "12345678",
            Status = status,
            Config = new ScanConfig(),
            TotalDeals = total,
            ProcessedDeals = processed,
            FailedDeals = failed,
            DealsPerSecond = pace,
            CreatedAt = Start,
            StartedAt = Start,
            CompletedAt = completedAfter is { } seconds ? Start.AddSeconds(seconds) : null,
            UpdatedAt = Start.AddSeconds(updatedAfter),
            ReadAt = Start.AddSeconds(readAfter),
        };

    [TestCase(1_500, 750, 5, "50.0", TestName = "The_documents_first_example_is_half_done")]
    [TestCase(1_000, 650, 0, "65.0", TestName = "The_documents_second_example_is_at_65_percent")]
    [TestCase(3, 1, 0, "33.33", TestName = "A_percentage_is_cut_to_hundredths")]
    [TestCase(3, 2, 0, "66.66", TestName = "A_percentage_is_not_rounded_up")]
    [TestCase(1_000_000, 999_999, 0, "99.99", TestName = "A_hundred_percent_is_not_said_too_early")]
    [TestCase(100, 120, 0, "100.0", TestName = "More_deals_than_were_counted_are_still_only_all_of_them")]
    [TestCase(0, 0, 0, "0.0", TestName = "A_running_scan_of_nothing_is_at_the_beginning")]
    [TestCase(long.MaxValue, long.MaxValue / 2, 0, "49.99", TestName = "The_largest_numbers_do_not_overflow")]
    public void Percentages(long total, long processed, long failed, string percent) =>
        Assert.That(ScanProgress.PercentComplete(Scan(total: total, processed: processed, failed: failed)).ToString(), Is.EqualTo(percent));

    [Test]
    public void While_no_count_is_known_nothing_is_done() =>
        Assert.That(ScanProgress.PercentComplete(Scan(total: null, processed: 10)), Is.Zero);

    [TestCase(0, 0)]
    [TestCase(100, 0)]
    [TestCase(100, 7)]
    public void A_completed_scan_is_done_by_a_hundred_percent_whatever_failed(long processed, long failed)
    {
        var scan = Scan(ScanStatus.Completed, processed + failed, processed, failed, completedAfter: 60);
        Assert.That(ScanProgress.PercentComplete(scan).ToString(), Is.EqualTo("100.0"));
        Assert.That(ScanProgress.EstimatedRemainingSeconds(scan), Is.Zero);
    }

    [TestCase(12.5, "12.5")]
    [TestCase(10.833333, "10.83")]
    [TestCase(12.0, "12.0")]
    [TestCase(10.835, "10.84")]
    [TestCase(double.NaN, "12.5", Description = "the whole run's: 750 in 60 s")]
    [TestCase(-1.0, "0.0")]
    [TestCase(1e300, "1000000000000.0")]
    public void The_pace_has_two_decimals_at_most(double pace, string text) =>
        Assert.That(ScanProgress.DealsPerSecond(Scan(pace: pace)).ToString(), Is.EqualTo(text));

    [Test]
    public void A_run_too_short_to_have_a_pace_has_that_of_its_whole_length()
    {
        Assert.That(ScanProgress.DealsPerSecond(Scan(ScanStatus.Completed, pace: null, processed: 100, completedAfter: 8)), Is.EqualTo(12.5m));
        Assert.That(ScanProgress.DealsPerSecond(Scan(ScanStatus.Completed, pace: null, processed: 100, completedAfter: 0)), Is.Zero);
    }

    [Test]
    public void A_scan_that_waits_has_no_pace_from_an_earlier_run()
    {
        Assert.That(ScanProgress.DealsPerSecond(Scan(ScanStatus.Pending)), Is.Zero);
        Assert.That(ScanProgress.EstimatedRemainingSeconds(Scan(ScanStatus.Pending)), Is.Null);
    }

    [TestCase(1_500, 750, 5, 12.5, 60, TestName = "The_documents_first_example_has_a_minute_to_go")]
    [TestCase(1_000, 650, 0, 10.83, 32, TestName = "The_documents_second_example_has_32_seconds_to_go")]
    [TestCase(100, 90, 10, 5, 0, TestName = "Failed_deals_are_not_to_come_any_more")]
    [TestCase(100, 150, 0, 5, 0, TestName = "More_deals_than_were_counted_leave_no_time_to_go")]
    public void What_remains_takes_as_long_as_the_pace_says(long total, long processed, long failed, double pace, long seconds) =>
        Assert.That(
            ScanProgress.EstimatedRemainingSeconds(Scan(total: total, processed: processed, failed: failed, pace: pace)), Is.EqualTo(seconds));

    [Test]
    public void What_remains_is_unknown_without_a_count_or_a_pace_or_a_run()
    {
        Assert.That(ScanProgress.EstimatedRemainingSeconds(Scan(total: null)), Is.Null);
        Assert.That(ScanProgress.EstimatedRemainingSeconds(Scan(pace: 0)), Is.Null);
        Assert.That(ScanProgress.EstimatedRemainingSeconds(Scan(ScanStatus.Paused)), Is.Null);
        Assert.That(ScanProgress.EstimatedRemainingSeconds(Scan(ScanStatus.Failed, completedAfter: 60)), Is.Null);
        Assert.That(ScanProgress.EstimatedRemainingSeconds(Scan(ScanStatus.Cancelled, completedAfter: 60)), Is.Null);
    }

    [Test]
    public void Time_runs_until_the_end_or_the_pause_or_now()
    {
        Assert.That(ScanProgress.Elapsed(Scan(readAfter: 61)), Is.EqualTo(TimeSpan.FromSeconds(61)));
        Assert.That(ScanProgress.Elapsed(Scan(ScanStatus.Completed, completedAfter: 50, readAfter: 1_000)), Is.EqualTo(TimeSpan.FromSeconds(50)));
        Assert.That(ScanProgress.Elapsed(Scan(ScanStatus.Paused, updatedAfter: 40, readAfter: 1_000)), Is.EqualTo(TimeSpan.FromSeconds(40)));
    }

    [Test]
    public void Time_does_not_run_backwards() => Assert.That(ScanProgress.Elapsed(Scan(readAfter: -5)), Is.EqualTo(TimeSpan.Zero));

    [TestCase(ScanStatus.Pending, null)]
    [TestCase(ScanStatus.Running, "1m 0s")]
    [TestCase(ScanStatus.Paused, "1m 0s")]
    public void A_scan_that_waits_to_begin_has_no_duration(ScanStatus status, string? duration) =>
        Assert.That(ScanProgress.Duration(Scan(status)), Is.EqualTo(duration));
}
