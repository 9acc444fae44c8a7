using System.Net;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Maintenance;

/// <summary><c>POST /api/v1/maintenance/detect-crashed</c>.</summary>
sealed class CrashDetectionTests
{
    const string Path = "/api/v1/maintenance/detect-crashed";

    ScanApi _api = null!;

    [SetUp]
    public async Task Start() => _api = await ScanApi.StartAsync();

    [TearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task Running_scans_without_a_sign_of_life_are_marked_failed_the_longest_silent_first()
    {
        await SilentAsync("silent-for-3-hours", "running", minutes: 180);
        await SilentAsync("silent-for-4-hours", "running", minutes: 240.5);
        await SilentAsync("silent-for-59-minutes", "running", minutes: 59);
        await SilentAsync("waits", "pending", minutes: 600);
        await SilentAsync("paused", "paused", minutes: 600);
        var stores = await SilentAsync("still-stores", "running", minutes: 600);
        await _api.ExecuteAsync("insert into hubspot_deals.scan_segments (scan, segment, source) values (@Id, 0, 'list')", new { stores.Id });

        var reply = await _api.PostAsync(Path);

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.Text("message"), Is.EqualTo("Detected 2 crashed jobs"));
        Assert.That(reply.Data().Keys(), Is.EqualTo(new[] { "crashedJobs", "markedAsFailed" }));
        Assert.That(reply.Data().GetProperty("markedAsFailed").GetInt32(), Is.EqualTo(2));
        var jobs = reply.Data().GetProperty("crashedJobs").EnumerateArray().ToList();
        Assert.That(jobs[0].Keys(), Is.EqualTo(new[] { "scanId", "organizationId", "lastUpdate", "minutesStale" }));
        Assert.That(
            jobs.Select(job => (job.Text("scanId"), job.Text("organizationId"), job.GetProperty("minutesStale").GetInt64())),
            Is.EqualTo(new[] { ("silent-for-4-hours", ScanApi.Portal, 240L), ("silent-for-3-hours", ScanApi.Portal, 180L) }));

        var failed = (await _api.Store.FindAsync("silent-for-3-hours", CancellationToken.None))!;
        Assert.That((failed.Status, failed.CompletedAt is not null), Is.EqualTo((ScanStatus.Failed, true)));
        Assert.That(failed.ErrorMessage, Does.Match(@"^Crashed: no sign of life since 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\. Resume it"));
        Assert.That(failed.LeaseEpoch, Is.EqualTo(1), "a worker that wakes up is fenced off");
        Assert.That((await _api.PostAsync(Path)).Json.Text("message"), Is.EqualTo("Detected 0 crashed jobs"));
    }

    [Test]
    public async Task The_timeout_is_the_callers()
    {
        await SilentAsync("silent", "running", minutes: 6);
        Assert.That((await _api.PostAsync(Path + "?timeoutMinutes=7")).Data().GetProperty("markedAsFailed").GetInt32(), Is.Zero);
        Assert.That((await _api.PostAsync(Path + "?timeoutMinutes=5")).Json.Text("message"), Is.EqualTo("Detected 1 crashed job"));
    }

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("1.5")]
    [TestCase("x")]
    [TestCase("99999999999999999999")]
    [TestCase("")]
    public async Task A_bad_timeout_is_refused_with_its_mend(string minutes)
    {
        var reply = await _api.PostAsync($"{Path}?timeoutMinutes={minutes}");
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
        Assert.That(reply.Json.GetProperty("errors").Text("timeoutMinutes"), Is.EqualTo("Must be an integer from 1 to 52560000"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_scan_whose_worker_is_renewing_it_this_very_moment_is_left_alone(CancellationToken ct)
    {
        var scan = await SilentAsync("renewing", "running", minutes: 600);
        await using var connection = await _api.Source.OpenConnectionAsync(ct);
        await using var renewal = await connection.BeginTransactionAsync(ct);
        await using (var update = connection.CreateCommand())
        {
            update.CommandText = $"update hubspot_deals.scan_jobs set updated_at = clock_timestamp() where id = '{scan.Id}'";
            await update.ExecuteNonQueryAsync(ct);
        }

        Assert.That((await _api.PostAsync(Path)).Data().GetProperty("markedAsFailed").GetInt32(), Is.Zero);
        await renewal.CommitAsync(ct);
        Assert.That((await _api.PostAsync(Path)).Data().GetProperty("markedAsFailed").GetInt32(), Is.Zero);
    }

    async Task<ScanJob> SilentAsync(string scanId, string status, double minutes)
    {
        var scan = await _api.StoreAsync(scanId);
        await _api.SetAsync(scanId, string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"status = '{status}', updated_at = clock_timestamp() - interval '{minutes} minutes'"));
        return scan;
    }
}
