using System.Net;
using HubSpotDeals.Suite.Scans;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Results;

/// <summary><c>GET /api/v1/results/{scan_id}/download/{format}</c>.</summary>
sealed class DownloadTests
{
    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ScanApi.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task Csv_is_a_file_with_a_header_and_a_record_for_each_deal()
    {
        await (await StoredScan.PlanAsync(_api, "to-download")).AddAsync(from: 1, to: 2_500);

        var reply = await _api.GetAsync("/api/v1/results/to-download/download/csv");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.ContentType, Is.EqualTo("text/csv"));
        Assert.That(reply.Headers["Content-Disposition"], Is.EqualTo("attachment; filename=\"to-download.csv\""));
        var records = reply.Text.Split("\r\n");
        Assert.That(records[0], Does.StartWith("id,hs_object_id,dealname,amount,closedate,_tenant_id,"));
        Assert.That(records[1], Does.Contain($",1,\"Deal \"\"1\"\" of 12345678\",{StoredScan.ExactAmount},2024-12-31T00:00:00Z,12345678,to-download,"));
        Assert.That(records[1..^1].Select(record => record.Split(',')[1]), Is.EqualTo(Enumerable.Range(1, 2_500).Select(id => id.ToString())));
        Assert.That(records[^1], Is.Empty);
    }

    [Test]
    public async Task Head_tells_of_the_file_without_sending_it()
    {
        await (await StoredScan.PlanAsync(_api, "asked-about")).AddAsync(from: 1, to: 1);
        var reply = await _api.SendAsync(HttpMethod.Head, "/api/v1/results/asked-about/download/csv");
        Assert.That((reply.Status, reply.ContentType, reply.Text), Is.EqualTo((HttpStatusCode.OK, "text/csv", "")));
        Assert.That(reply.Headers["Content-Disposition"], Is.EqualTo("attachment; filename=\"asked-about.csv\""));
    }

    [Test]
    public async Task A_running_scans_deals_can_be_downloaded()
    {
        await (await StoredScan.PlanAsync(_api, "half")).AddAsync(from: 1, to: 10);
        Assert.That((await _api.GetAsync("/api/v1/results/half/download/csv")).Text.Split("\r\n"), Has.Length.EqualTo(12));
    }

    [Test]
    public async Task A_caller_who_leaves_half_way_does_no_harm()
    {
        await (await StoredScan.PlanAsync(_api, "left")).AddAsync(from: 1, to: 200_000);
        using (var response = await _api.OpenAsync("/api/v1/results/left/download/csv"))
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }

        await Eventually.BecomesAsync(
            () => _api.Logs.Lines.Count(line => line.Contains("Request finished", StringComparison.Ordinal) && line.Contains("/left/download", StringComparison.Ordinal)),
            Is.EqualTo(1), "the download ended", CancellationToken.None);
        Assert.That(_api.Logs.Lines, Has.None.Contains(" Error ").And.None.StartsWith("HubSpotDeals.Api.Http.ErrorEdge Warning"));
    }

    [Test]
    public async Task A_scan_without_deals_has_nothing_to_download()
    {
        await _api.StoreAsync("unplanned");
        await StoredScan.PlanAsync(_api, "empty");
        foreach (var scanId in new[] { "unplanned", "empty" })
        {
            var reply = await _api.GetAsync($"/api/v1/results/{scanId}/download/csv");
            Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.NotFound, "NOT_FOUND")));
            Assert.That(reply.Json.Text("message"), Does.StartWith("No data available"));
            Assert.That(reply.Details().Text("scanId"), Is.EqualTo(scanId));
            Assert.That(reply.Headers, Does.Not.ContainKey("Content-Disposition"));
        }
    }

    [TestCase("xml")]
    [TestCase("CSV")]
    [TestCase("csv%20")]
    public async Task An_unknown_format_is_refused_with_those_there_are(string format)
    {
        var reply = await _api.GetAsync($"/api/v1/results/nobody/download/{format}");
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "INVALID_FORMAT")));
        Assert.That(reply.Details().GetProperty("formats").EnumerateArray().Select(name => name.GetString()), Does.Contain("csv"));
    }

    [TestCase("nobody", HttpStatusCode.NotFound, "SCAN_NOT_FOUND")]
    [TestCase("no.body", HttpStatusCode.BadRequest, "INVALID_SCAN_ID")]
    public async Task A_scan_that_is_not_there_can_not_be_downloaded(string scanId, HttpStatusCode status, string code)
    {
        var reply = await _api.GetAsync($"/api/v1/results/{scanId}/download/csv");
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((status, code)));
    }
}
