using System.Net;
using System.Text.Json;

namespace HubSpotDeals.Suite.Scans;

/// <summary><c>GET /api/v1/scan/statistics</c>.</summary>
sealed class ScanStatisticsTests
{
    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ScanApi.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task The_documents_example_comes_out_of_scans_like_its_own()
    {
        // 10 completed of 4m 30s each, one failed, one cancelled; 18,500 deals in all.
        for (var i = 0; i < 12; i++)
        {
            var scan = await _api.StoreAsync($"s{i}", portal: "777");
            await _api.ExecuteAsync(
                "insert into hubspot_deals.scan_segments (scan, segment, source, deals) values (@Id, 0, 'list', @deals)",
                new { scan.Id, deals = i < 10 ? 1_800 : 250 });
            await _api.SetAsync($"s{i}", $"status = '{(i < 10 ? "completed" : i == 10 ? "failed" : "cancelled")}', completed_at = started_at + interval '{(i < 10 ? 270 : 9_999)} s'");
        }

        var other = await _api.StoreAsync("other", portal: "778");
        await _api.ExecuteAsync("insert into hubspot_deals.scan_segments (scan, segment, source, deals) values (@Id, 0, 'list', 5)", new { other.Id });

        var reply = await _api.GetAsync("/api/v1/scan/statistics?organizationId=777");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.Keys(), Is.EqualTo(new[] { "status", "data", "timestamp" }));
        Assert.That(reply.Data().Keys(), Is.EqualTo(new[]
        {
            "organizationId", "totalScans", "completedScans", "failedScans", "cancelledScans", "totalDealsExtracted", "averageDealsPerScan",
            "averageScanDuration", "lastScanDate", "successRate",
        }));
        Assert.That(reply.Data().GetRawText(), Does.StartWith(
            """{"organizationId":"777","totalScans":12,"completedScans":10,"failedScans":1,"cancelledScans":1,"totalDealsExtracted":18500,"averageDealsPerScan":1541,"averageScanDuration":"4m 30s","lastScanDate":"20""")
            .And.EndsWith("""Z","successRate":83.33}"""));
    }

    [Test]
    public async Task A_portal_without_scans_has_figures_of_nothing()
    {
        var data = (await _api.GetAsync("/api/v1/scan/statistics?organizationId=404")).Data();
        Assert.That(data.GetProperty("totalScans").GetInt64(), Is.Zero);
        Assert.That(data.GetProperty("successRate").GetRawText(), Is.EqualTo("0.0"));
        Assert.That(data.GetProperty("averageScanDuration").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(data.GetProperty("lastScanDate").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase("", "This field is required")]
    [TestCase("?organizationId=", "Must be a valid HubSpot Portal ID")]
    [TestCase("?organizationId=abc", "Must be a valid HubSpot Portal ID")]
    [TestCase("?organizationId=1&organizationId=2", "Must be given once; Must be a valid HubSpot Portal ID")]
    public async Task A_missing_or_bad_portal_is_refused_with_its_mend(string query, string mend)
    {
        var reply = await _api.GetAsync("/api/v1/scan/statistics" + query);
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
        Assert.That(reply.Json.GetProperty("errors").Text("organizationId"), Is.EqualTo(mend));
    }
}
