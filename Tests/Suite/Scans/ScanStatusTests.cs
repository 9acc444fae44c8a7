using System.Net;
using System.Text;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Suite.Scans;

/// <summary><c>GET /api/v1/scan/{scan_id}/status</c> and <c>POST …/cancel</c>.</summary>
sealed class ScanStatusTests
{
    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ScanApi.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task A_status_has_the_documents_shape()
    {
        var scan = await _api.StoreAsync("shape");
        await RunAsync(scan);

        var reply = await _api.GetAsync("/api/v1/scan/shape/status");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.Keys(), Is.EqualTo(new[] { "status", "data", "timestamp" }));
        var data = reply.Data();
        Assert.That(data.Keys(), Is.EqualTo(new[]
        {
            "id", "scanId", "organizationId", "status", "progress", "timing", "checkpoint", "errorMessage", "createdAt", "updatedAt",
        }));
        Assert.That(data.GetProperty("progress").Keys(), Is.EqualTo(new[]
        {
            "totalDeals", "processedDeals", "failedDeals", "percentComplete", "dealsPerSecond",
        }));
        Assert.That(data.GetProperty("timing").Keys(), Is.EqualTo(new[]
        {
            "startedAt", "completedAt", "elapsedSeconds", "estimatedRemainingSeconds",
        }));
        Assert.That(data.GetProperty("checkpoint").Keys(), Is.EqualTo(new[] { "lastProcessedId", "cursor", "pageNumber" }));
    }

    [Test]
    public async Task A_running_scan_tells_how_far_it_is()
    {
        var scan = await _api.StoreAsync("running");
        await RunAsync(scan);

        var data = (await _api.GetAsync("/api/v1/scan/running/status")).Data();

        Assert.That(data.GetProperty("id").GetGuid(), Is.EqualTo(scan.Id));
        Assert.That(data.Text("status"), Is.EqualTo("running"));
        Assert.That(
            data.GetProperty("progress").GetRawText(),
            Is.EqualTo("""{"totalDeals":1500,"processedDeals":750,"failedDeals":5,"percentComplete":50.0,"dealsPerSecond":12.5}"""));
        Assert.That(data.GetProperty("timing").GetProperty("estimatedRemainingSeconds").GetInt64(), Is.EqualTo(60));
        Assert.That(data.GetProperty("timing").Text("completedAt"), Is.Null);
        Assert.That(data.GetProperty("checkpoint").GetRawText(), Is.EqualTo(
            $$"""{"lastProcessedId":"12345678901","cursor":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes("12345678902"))}}","pageNumber":8}"""));
        Assert.That(data.Text("errorMessage"), Is.Null);
        Assert.That(data.Text("createdAt"), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"));
    }

    [Test]
    public async Task A_pending_scan_has_no_checkpoint_and_no_count_yet()
    {
        await _api.StoreAsync("pending");
        var data = (await _api.GetAsync("/api/v1/scan/pending/status")).Data();
        Assert.That(data.Text("status"), Is.EqualTo("pending"));
        Assert.That(data.GetProperty("checkpoint").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That(
            data.GetProperty("progress").GetRawText(),
            Is.EqualTo("""{"totalDeals":0,"processedDeals":0,"failedDeals":0,"percentComplete":0.0,"dealsPerSecond":0.0}"""));
        Assert.That(data.GetProperty("timing").GetProperty("estimatedRemainingSeconds").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
    }

    [Test]
    public async Task A_planned_scan_has_no_checkpoint_before_its_first_page()
    {
        var scan = await _api.StoreAsync("planned");
        await _api.ExecuteAsync("insert into hubspot_deals.scan_segments (scan, segment, source) values (@Id, 0, 'list')", new { scan.Id });
        Assert.That(
            (await _api.GetAsync("/api/v1/scan/planned/status")).Data().GetProperty("checkpoint").ValueKind,
            Is.EqualTo(System.Text.Json.JsonValueKind.Null));
    }

    [Test]
    public async Task A_completed_scan_is_at_its_end()
    {
        var scan = await _api.StoreAsync("done");
        await RunAsync(scan);
        await _api.ExecuteAsync("update hubspot_deals.scan_segments set cursor = null, done = true where scan = @Id", new { scan.Id });
        await _api.SetAsync("done", "status = 'completed', total_deals = 755, completed_at = started_at + interval '61.7 s'");

        var data = (await _api.GetAsync("/api/v1/scan/done/status")).Data();

        Assert.That(data.GetProperty("progress").GetProperty("percentComplete").GetRawText(), Is.EqualTo("100.0"));
        Assert.That(data.GetProperty("timing").GetProperty("elapsedSeconds").GetRawText(), Is.EqualTo("61"));
        Assert.That(data.GetProperty("timing").GetProperty("estimatedRemainingSeconds").GetInt64(), Is.Zero);
        Assert.That(data.GetProperty("checkpoint").Text("cursor"), Is.Null);
        Assert.That(data.GetProperty("checkpoint").Text("lastProcessedId"), Is.EqualTo("12345678901"));
    }

    [Test]
    public async Task A_scan_that_stopped_says_why()
    {
        await _api.StoreAsync("stopped");
        await _api.SetAsync("stopped", "status = 'paused', error_message = 'the access token has expired'");
        var data = (await _api.GetAsync("/api/v1/scan/stopped/status")).Data();
        Assert.That((data.Text("status"), data.Text("errorMessage")), Is.EqualTo(("paused", "the access token has expired")));
    }

    [TestCase("GET", "status")]
    [TestCase("POST", "cancel")]
    public async Task A_scan_that_is_not_there_is_not_found(string method, string verb)
    {
        var reply = await _api.SendAsync(new HttpMethod(method), $"/api/v1/scan/nobody/{verb}");
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.NotFound, "SCAN_NOT_FOUND")));
        Assert.That(reply.Json.Text("message"), Is.EqualTo("Scan ID not found"));
        Assert.That(reply.Details().Text("scanId"), Is.EqualTo("nobody"));
    }

    [TestCase("GET", "a%20b", "status")]
    [TestCase("POST", "a.b", "cancel")]
    [TestCase("GET", "%C3%BC", "status")]
    public async Task A_scan_id_that_can_be_none_is_invalid(string method, string scanId, string verb)
    {
        var reply = await _api.SendAsync(new HttpMethod(method), $"/api/v1/scan/{scanId}/{verb}");
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "INVALID_SCAN_ID")));
    }

    [TestCase("pending")]
    [TestCase("running")]
    public async Task A_scan_in_progress_is_cancelled_and_keeps_what_it_stored(string status)
    {
        var scanId = "cancel-" + status;
        await RunAsync(await _api.StoreAsync(scanId));
        await _api.SetAsync(scanId, $"status = '{status}'");

        var reply = await _api.PostAsync($"/api/v1/scan/{scanId}/cancel");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.Text("message"), Is.EqualTo("Extraction cancelled successfully"));
        Assert.That(reply.Data().Keys(), Is.EqualTo(new[] { "scanId", "status", "processedDeals", "cancelledAt" }));
        Assert.That((reply.Data().Text("scanId"), reply.Data().Text("status")), Is.EqualTo((scanId, "cancelled")));
        Assert.That(reply.Data().GetProperty("processedDeals").GetInt64(), Is.EqualTo(750));
        Assert.That(reply.Data().Text("cancelledAt"), Does.EndWith("Z"));
        Assert.That((await _api.GetAsync($"/api/v1/scan/{scanId}/status")).Data().Text("status"), Is.EqualTo("cancelled"));
    }

    [TestCase("completed")]
    [TestCase("failed")]
    [TestCase("cancelled")]
    [TestCase("paused")]
    public async Task A_scan_that_is_not_in_progress_can_not_be_cancelled(string status)
    {
        var scanId = "ended-" + status;
        await _api.StoreAsync(scanId);
        await _api.SetAsync(scanId, $"status = '{status}'");

        var reply = await _api.PostAsync($"/api/v1/scan/{scanId}/cancel");

        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "SCAN_NOT_CANCELLABLE")));
        Assert.That(reply.Details().Text("currentStatus"), Is.EqualTo(status));
        Assert.That((await _api.Store.FindAsync(scanId, CancellationToken.None))!.Status.Text(), Is.EqualTo(status));
    }

    /// <summary>What the document's example shows: 750 of 1,500 deals in 8 pages, 5 failed, 12.5 a second.</summary>
    async Task RunAsync(ScanJob scan)
    {
        await _api.ExecuteAsync(
            """
            insert into hubspot_deals.scan_segments (scan, segment, source, cursor, last_id, pages, deals, failed, updated_at)
            values (@Id, 0, 'list', 'behind', 11111111111, 3, 250, 5, now() - interval '1 s'),
                   (@Id, 1, 'list', '12345678902', 12345678901, 5, 500, 0, now())
            """,
            new { scan.Id });
        await _api.SetAsync(scan.ScanId, "status = 'running', total_deals = 1500, deals_per_second = 12.5");
    }
}
