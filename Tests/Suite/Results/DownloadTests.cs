using System.Net;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
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
    public async Task Json_is_one_array_of_the_objects_that_the_results_have()
    {
        await (await StoredScan.PlanAsync(_api, "as-json")).AddAsync(from: 1, to: 2_500);
        var reply = await _api.GetAsync("/api/v1/results/as-json/download/json");
        Assert.That((reply.Status, reply.ContentType), Is.EqualTo((HttpStatusCode.OK, "application/json")));
        Assert.That(reply.Headers["Content-Disposition"], Is.EqualTo("attachment; filename=\"as-json.json\""));
        var file = reply.Json.EnumerateArray().Select(deal => deal.GetRawText()).ToList();
        var pages = new List<string>();
        for (var offset = 0; offset < 2_500; offset += 1_000)
        {
            var page = (await _api.GetAsync($"/api/v1/results/as-json/result?limit=1000&offset={offset}")).Data().GetProperty("results");
            pages.AddRange(page.EnumerateArray().Select(deal => deal.GetRawText()));
        }

        Assert.That(file, Is.EqualTo(pages));
    }

    [Test]
    public async Task Excel_is_a_workbook_with_a_row_for_each_deal()
    {
        await (await StoredScan.PlanAsync(_api, "as-excel")).AddAsync(from: 1, to: 2_500);
        using var response = await _api.OpenAsync("/api/v1/results/as-excel/download/excel");
        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
        Assert.That(response.Content.Headers.ContentDisposition!.ToString(), Is.EqualTo("attachment; filename=\"as-excel.xlsx\""));
        await using var body = await response.Content.ReadAsStreamAsync();
        using var file = new MemoryStream();
        await body.CopyToAsync(file);
        using var workbook = SpreadsheetDocument.Open(file, isEditable: false);
        Assert.That(workbook.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Row>().Count(), Is.EqualTo(2_501));
    }

    [TestCase("csv", "text/csv", ".csv")]
    [TestCase("json", "application/json", ".json")]
    [TestCase("excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")]
    public async Task Head_tells_of_the_file_without_sending_it(string format, string type, string extension)
    {
        var scanId = "asked-about-" + format;
        await (await StoredScan.PlanAsync(_api, scanId)).AddAsync(from: 1, to: 1);
        var reply = await _api.SendAsync(HttpMethod.Head, $"/api/v1/results/{scanId}/download/{format}");
        Assert.That((reply.Status, reply.ContentType, reply.Text), Is.EqualTo((HttpStatusCode.OK, type, "")));
        Assert.That(reply.Headers["Content-Disposition"], Is.EqualTo($"attachment; filename=\"{scanId}{extension}\""));
    }

    [Test]
    public async Task A_running_scans_deals_can_be_downloaded()
    {
        await (await StoredScan.PlanAsync(_api, "half")).AddAsync(from: 1, to: 10);
        Assert.That((await _api.GetAsync("/api/v1/results/half/download/csv")).Text.Split("\r\n"), Has.Length.EqualTo(12));
    }

    [TestCase("csv")]
    [TestCase("json")]
    [TestCase("excel")]
    public async Task A_caller_who_leaves_half_way_stops_the_query_and_does_no_harm(string format)
    {
        var scanId = "left-" + format;
        await (await StoredScan.PlanAsync(_api, scanId)).AddAsync(from: 1, to: 200_000);
        using (var response = await _api.OpenAsync($"/api/v1/results/{scanId}/download/{format}"))
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }

        await Eventually.BecomesAsync(
            () => _api.Logs.Lines.Count(line => line.Contains("Request finished", StringComparison.Ordinal) && line.Contains($"/{scanId}/download", StringComparison.Ordinal)),
            Is.EqualTo(1), "the download ended", CancellationToken.None);
        await Eventually.BecomesAsync(BusySessionsAsync, Is.Zero, "no session is at work for it", CancellationToken.None);
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

    async Task<long> BusySessionsAsync()
    {
        await using var command = _api.Source.CreateCommand(
            "select count(*) from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
