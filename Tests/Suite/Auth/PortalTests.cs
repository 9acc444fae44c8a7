using System.Net;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Suite.Http;
using HubSpotDeals.Suite.Results;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Auth;

/// <summary>A key reaches its own portals' rows and no others, whatever is put into a request.</summary>
sealed class PortalTests
{
    ScanApi _api = null!;

    // One scan of ours with rows, two more of ours, two of theirs.
    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync(settings: KeyHolders.Settings);
        await (await StoredScan.PlanAsync(_api, "ours")).AddAsync(from: 1, to: 3);
        await _api.StoreAsync("ours-2");
        await _api.StoreAsync("ours-3");
        await _api.StoreAsync("theirs-1", KeyHolders.OtherPortal);
        await _api.StoreAsync("theirs-2", KeyHolders.OtherPortal);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task No_route_leads_to_another_portal()
    {
        // As dead as a scan can look, so that whoever looks after dead ones would find it.
        await _api.SetAsync("ours", "status = 'running', lease_until = null, updated_at = now() - interval '30 days'");
        var before = await _api.DumpAsync();
        foreach (var route in await ApiRoutes.OfAsync(_api, "ours"))
        {
            var reply = await _api.SendAsync(route.Method, route.Path, route.Content, KeyHolders.Theirs);
            if (route.NamesPortal)
            {
                Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.Forbidden, "FORBIDDEN")), $"{route}");
            }

            Assert.That(reply.Text, Does.Not.Contain("ours-2").And.Not.Contain(@"""totalDeals"""), $"{route}");
            // The same of all portals that the key may touch.
            var unasked = await _api.SendAsync(route.Method, route.Path.Split('?')[0], route.Content, KeyHolders.Theirs);
            Assert.That(unasked.Text, Does.Not.Contain("ours-2"), $"{route}");
        }

        Assert.That(await _api.DumpAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_refusal_tells_nothing_of_the_scan()
    {
        var reply = await _api.SendAsync(HttpMethod.Get, "/api/v1/scan/ours/status", key: KeyHolders.Theirs);
        Assert.That(reply.Details().Keys(), Is.EqualTo(new[] { "scanId", "suggestion" }));
        Assert.That(reply.Text, Does.Not.Contain(ScanApi.Portal).And.Not.Contain("running"));
    }

    [TestCase("ours", "200 403 200")]
    [TestCase("theirs-1", "403 200 200")]
    [TestCase("nobodys", "404 404 404")]
    [TestCase("no.scan", "400 400 400")]
    public async Task A_scan_is_shown_to_its_portals_keys(string scanId, string statuses)
    {
        List<int> seen = [];
        foreach (var key in new[] { KeyHolders.Ours, KeyHolders.Theirs, KeyHolders.Everybodys })
        {
            seen.Add((int)(await _api.SendAsync(HttpMethod.Get, $"/api/v1/scan/{scanId}/status", key: key)).Status);
        }

        Assert.That(string.Join(' ', seen), Is.EqualTo(statuses));
    }

    [TestCase(KeyHolders.Ours, "", "ours-3 ours-2 ours", 3)]
    [TestCase(KeyHolders.Ours, "?limit=1&offset=1", "ours-2", 3)]
    [TestCase(KeyHolders.Ours, "?organizationId=12345678", "ours-3 ours-2 ours", 3)]
    [TestCase(KeyHolders.Theirs, "", "theirs-2 theirs-1", 2)]
    [TestCase(KeyHolders.Theirs, "?organizationId=87654321&limit=1", "theirs-2", 2)]
    [TestCase(KeyHolders.Theirs, "?organizationId=1", "", 0)]
    [TestCase(KeyHolders.Everybodys, "", "theirs-2 theirs-1 ours-3 ours-2 ours", 5)]
    [TestCase(KeyHolders.Everybodys, "?organizationId=12345678", "ours-3 ours-2 ours", 3)]
    public async Task A_list_shows_the_keys_portals_and_counts_no_others(string key, string query, string scans, int total)
    {
        var data = (await _api.SendAsync(HttpMethod.Get, "/api/v1/scan/list" + query, key: key)).Data();
        Assert.That(string.Join(' ', data.GetProperty("scans").EnumerateArray().Select(scan => scan.Text("scanId"))), Is.EqualTo(scans));
        Assert.That(data.GetProperty("pagination").GetProperty("total_items").GetInt32(), Is.EqualTo(total));
    }

    [TestCase("?organizationId=87654321")]
    [TestCase("?organizationId=012345678")]
    [TestCase("?organizationId=999&status=failed")]
    [TestCase("?OrganizationID=87654321")]
    public async Task A_list_of_another_portal_is_refused(string query)
    {
        var reply = await _api.SendAsync(HttpMethod.Get, "/api/v1/scan/list" + query, key: KeyHolders.Ours);
        AssertForbidden(reply);
        Assert.That(reply.Details().Keys(), Is.EqualTo(new[] { "organizationId", "suggestion" }));
    }

    [Test]
    public async Task A_start_for_another_portal_is_refused_before_its_token_is_shown_to_anyone()
    {
        var refused = await StartAsync("new-theirs", KeyHolders.Theirs, ScanApi.Portal);
        AssertForbidden(refused);
        Assert.That(await _api.Store.FindAsync("new-theirs", CancellationToken.None), Is.Null);

        var taken = await StartAsync("new-ours", KeyHolders.Ours, ScanApi.Portal);
        Assert.That(taken.Status, Is.EqualTo(HttpStatusCode.Accepted), taken.Text);
        await _api.ExecuteAsync("delete from hubspot_deals.scan_jobs where scan_id = 'new-ours'");
    }

    [TestCase("pending")]
    [TestCase("completed")]
    [TestCase("paused")]
    public async Task A_start_under_the_name_of_another_portals_scan_learns_nothing_of_it(string status)
    {
        await _api.SetAsync("theirs-1", $"status = '{status}'");
        var reply = await StartAsync("theirs-1", KeyHolders.Ours, ScanApi.Portal);
        AssertForbidden(reply);
        Assert.That(reply.Details().Keys(), Is.EqualTo(new[] { "scanId", "suggestion" }));
        Assert.That(reply.Text, Does.Not.Contain(KeyHolders.OtherPortal).And.Not.Contain(status));
    }

    [Test]
    public async Task A_cleanup_without_an_organization_cleans_up_the_keys_portals_only()
    {
        await _api.StoreAsync("old-ours");
        await _api.StoreAsync("old-theirs", KeyHolders.OtherPortal);
        foreach (var scanId in new[] { "old-ours", "old-theirs" })
        {
            await _api.SetAsync(scanId, "status = 'completed', completed_at = now() - interval '9 days'");
        }

        var reply = await PostAsync("/api/v1/maintenance/cleanup", KeyHolders.Theirs, """{"daysOld": 8}""");
        Assert.That(reply.Data().GetProperty("scansRemoved").GetInt64(), Is.EqualTo(1), reply.Text);
        Assert.That(await _api.Store.FindAsync("old-ours", CancellationToken.None), Is.Not.Null);
        Assert.That(await _api.Store.FindAsync("old-theirs", CancellationToken.None), Is.Null);
        AssertForbidden(await PostAsync("/api/v1/maintenance/cleanup", KeyHolders.Theirs, $$"""{"daysOld": 8, "organizationId": "{{ScanApi.Portal}}"}"""));
        await _api.ExecuteAsync("delete from hubspot_deals.scan_jobs where scan_id = 'old-ours'");
    }

    [Test]
    public async Task Crashed_scans_of_other_portals_are_neither_marked_nor_told()
    {
        foreach (var (scanId, portal) in new[] { ("silent-ours", ScanApi.Portal), ("silent-theirs", KeyHolders.OtherPortal) })
        {
            await _api.StoreAsync(scanId, portal);
            await _api.SetAsync(scanId, "status = 'running', updated_at = now() - interval '9 hours'");
        }

        var reply = await PostAsync("/api/v1/maintenance/detect-crashed", KeyHolders.Theirs);
        Assert.That(reply.Data().GetProperty("crashedJobs").EnumerateArray().Select(job => job.Text("scanId")), Is.EqualTo(new[] { "silent-theirs" }));
        Assert.That((await _api.Store.FindAsync("silent-ours", CancellationToken.None))!.Status, Is.EqualTo(ScanStatus.Running));
        await _api.ExecuteAsync("delete from hubspot_deals.scan_jobs where scan_id like 'silent-%'");
    }

    [Test]
    public async Task Pipeline_info_counts_the_keys_portals_scans_only()
    {
        var (ours, all) = (await RunsAsync(KeyHolders.Ours), await RunsAsync(KeyHolders.Everybodys));
        Assert.That((ours, all), Is.EqualTo((3, 5)));

        async Task<int> RunsAsync(string key) =>
            (await _api.SendAsync(HttpMethod.Get, "/api/v1/pipeline/info", key: key)).Data().GetProperty("state").GetProperty("totalRuns").GetInt32();
    }

    [Test]
    public async Task Who_was_refused_is_in_the_log_by_the_keys_name()
    {
        await _api.SendAsync(HttpMethod.Get, "/api/v1/results/ours/result", key: KeyHolders.Theirs);
        await _api.SendAsync(HttpMethod.Get, "/api/v1/scan/list?organizationId=999", key: KeyHolders.Ours);
        Assert.That(_api.Logs.Lines, Has.Some.Contains("GET /api/v1/results/ours/result: refused, the key of theirs"));
        Assert.That(_api.Logs.Lines, Has.Some.Contains("GET /api/v1/scan/list: refused, the key of ours"));
    }

    Task<Reply> StartAsync(string scanId, string key, string portal) => PostAsync("/api/v1/scan/start", key, ScanApi.Body(scanId, portal: portal));

    Task<Reply> PostAsync(string path, string key, string? json = null) => _api.SendAsync(
        HttpMethod.Post, path, json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json"), key);

    static void AssertForbidden(Reply reply) =>
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.Forbidden, "FORBIDDEN")), reply.Text);
}
