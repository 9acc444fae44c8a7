using System.Net;
using HubSpotDeals.Suite.Results;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Maintenance;

/// <summary><c>POST /api/v1/maintenance/cleanup</c>.</summary>
sealed class CleanupTests
{
    const string Path = "/api/v1/maintenance/cleanup";

    ScanApi _api = null!;

    [SetUp]
    public async Task Start() => _api = await ScanApi.StartAsync();

    [TearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task Scans_that_ended_long_enough_ago_go_with_their_rows_and_all_others_stay()
    {
        await StoreAsync("old-completed", "completed", daysAgo: 91, deals: 1_000);
        await StoreAsync("old-failed", "failed", daysAgo: 91, deals: 200);
        await StoreAsync("old-cancelled", "cancelled", daysAgo: 91, deals: 30);
        await StoreAsync("old-paused", "paused", daysAgo: 91, deals: 4);
        await StoreAsync("old-running", "running", daysAgo: 91, deals: 4);
        await StoreAsync("young", "completed", daysAgo: 89, deals: 4);

        var rehearsal = await _api.PostAsync(Path, """{"daysOld": 90, "dryRun": true}""");
        Assert.That(rehearsal.Status, Is.EqualTo(HttpStatusCode.OK), rehearsal.Text);
        Assert.That(await ScanIdsAsync(), Has.Count.EqualTo(6), "a dry run changes nothing");

        var reply = await _api.PostAsync(Path, """{"daysOld": 90}""");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.Text("message"), Is.EqualTo("Cleanup completed successfully"));
        Assert.That(reply.Data().Keys(), Is.EqualTo(new[] { "scansRemoved", "dealsRemoved", "spaceSaved", "dryRun" }));
        Assert.That((reply.Data().GetProperty("scansRemoved").GetInt64(), reply.Data().GetProperty("dealsRemoved").GetInt64()), Is.EqualTo((3L, 1_230L)));
        Assert.That(reply.Data().Text("spaceSaved"), Does.Match(@"^[1-9]\d* KB$"));
        Assert.That(
            rehearsal.Data().GetRawText(),
            Is.EqualTo(reply.Data().GetRawText().Replace("\"dryRun\":false", "\"dryRun\":true", StringComparison.Ordinal)), "the same figures");
        Assert.That(await ScanIdsAsync(), Is.EquivalentTo(new[] { "old-paused", "old-running", "young" }));
        Assert.That(await CountRowsAsync(), Is.EqualTo(12));
    }

    [Test]
    public async Task Only_the_named_portals_scans_are_cleaned_up()
    {
        await StoreAsync("mine", "completed", daysAgo: 2, deals: 1);
        await StoreAsync("theirs", "completed", daysAgo: 2, deals: 1, portal: "87654321");
        var reply = await _api.PostAsync(Path, $$"""{"daysOld": 1, "organizationId": "{{ScanApi.Portal}}"}""");
        Assert.That(reply.Data().GetProperty("scansRemoved").GetInt64(), Is.EqualTo(1));
        Assert.That(await ScanIdsAsync(), Is.EqualTo(new[] { "theirs" }));
    }

    [Test]
    public async Task Zero_days_take_everything_that_has_ended_and_nothing_to_do_is_no_error()
    {
        await StoreAsync("just-now", "cancelled", daysAgo: 0, deals: 1);
        Assert.That((await _api.PostAsync(Path, """{"daysOld": 0}""")).Data().GetProperty("scansRemoved").GetInt64(), Is.EqualTo(1));
        Assert.That(
            (await _api.PostAsync(Path, """{"daysOld": 0}""")).Data().GetRawText(),
            Is.EqualTo("""{"scansRemoved":0,"dealsRemoved":0,"spaceSaved":"0 MB","dryRun":false}"""));
    }

    [TestCase("{}", "daysOld", "This field is required")]
    [TestCase("""{"daysOld": -1}""", "daysOld", "Must be an integer from 0 to 36500")]
    [TestCase("""{"daysOld": 36501}""", "daysOld", "Must be an integer from 0 to 36500")]
    [TestCase("""{"daysOld": 9223372036854775807}""", "daysOld", "Must be an integer from 0 to 36500")]
    [TestCase("""{"daysOld": 1e400}""", "daysOld", "Must be an integer")]
    [TestCase("""{"daysOld": "90"}""", "daysOld", "Must be an integer")]
    [TestCase("""{"daysOld": 1.5}""", "daysOld", "Must be an integer")]
    [TestCase("""{"daysOld": 1, "organizationId": "x'; drop table scan_jobs"}""", "organizationId", "Must be a valid HubSpot Portal ID")]
    [TestCase("""{"daysOld": 1, "organizationId": 7}""", "organizationId", "Must be a string")]
    [TestCase("""{"daysOld": 1, "dryRun": "true"}""", "dryRun", "Must be true or false")]
    [TestCase("""{"daysOld": 1, "dryrun": true}""", "dryrun", "Unknown member; did you mean dryRun?")]
    public async Task A_bad_request_is_refused_with_its_mend_and_removes_nothing(string body, string field, string mend)
    {
        await StoreAsync("kept", "completed", daysAgo: 99_999, deals: 1);
        var reply = await _api.PostAsync(Path, body);
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")), reply.Text);
        Assert.That(reply.Json.GetProperty("errors").Text(field), Is.EqualTo(mend));
        Assert.That(await ScanIdsAsync(), Is.EqualTo(new[] { "kept" }));
    }

    async Task StoreAsync(string scanId, string status, int daysAgo, int deals, string portal = ScanApi.Portal)
    {
        await (await StoredScan.PlanAsync(_api, scanId, portal)).AddAsync(1, deals);
        await _api.SetAsync(scanId, $"status = '{status}', completed_at = now() - interval '{daysAgo} days'");
    }

    async Task<List<string>> ScanIdsAsync()
    {
        await using var command = _api.Source.CreateCommand("select coalesce(array_agg(scan_id), '{}') from hubspot_deals.scan_jobs");
        return [.. (string[])(await command.ExecuteScalarAsync())!];
    }

    async Task<long> CountRowsAsync()
    {
        await using var command = _api.Source.CreateCommand($"select count(*) from hubspot_deals_{ScanApi.Portal}.deals");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
