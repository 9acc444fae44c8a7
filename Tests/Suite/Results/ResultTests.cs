using System.Net;
using System.Text.Json;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Results;

/// <summary><c>GET /api/v1/results/{scan_id}/result</c>.</summary>
sealed class ResultTests
{
    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync();
        await (await StoredScan.PlanAsync(_api, "stored")).AddAsync(from: 101, to: 350);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task A_page_has_the_documents_shape()
    {
        var reply = await _api.GetAsync("/api/v1/results/stored/result");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.Keys(), Is.EqualTo(new[] { "status", "data", "timestamp" }));
        Assert.That(reply.Data().Keys(), Is.EqualTo(new[] { "scanId", "tableName", "results", "pagination", "totalCount" }));
        Assert.That((reply.Data().Text("scanId"), reply.Data().Text("tableName")), Is.EqualTo(("stored", "deals")));
        Assert.That(reply.Data().GetProperty("totalCount").GetInt64(), Is.EqualTo(250));
        Assert.That(
            reply.Data().GetProperty("pagination").GetRawText(),
            Is.EqualTo("""{"current_page":1,"page_size":100,"total_items":250,"total_pages":3,"has_next":true,"has_previous":false,"next_page":2,"previous_page":null}"""));
        Assert.That(reply.Data().GetProperty("results").GetArrayLength(), Is.EqualTo(100));
    }

    [Test]
    public async Task A_row_has_the_documents_fields_and_every_digit()
    {
        var row = (await PageAsync("stored", "limit=1"))[0];
        Assert.That(row.Keys(), Is.EqualTo(new[]
        {
            "id", "hs_object_id", "dealname", "amount", "closedate", "_tenant_id", "_scan_id", "_extracted_at", "created_at", "updated_at", "_archived",
        }));
        Assert.That(row.GetProperty("id").TryGetGuid(out _), Is.True);
        Assert.That(row.Text("hs_object_id"), Is.EqualTo("101"));
        Assert.That(row.Text("dealname"), Is.EqualTo("Deal \"101\" of 12345678"));
        Assert.That(row.GetProperty("amount").GetRawText(), Is.EqualTo(StoredScan.ExactAmount));
        Assert.That(row.Text("closedate"), Is.EqualTo("2024-12-31T00:00:00Z"));
        Assert.That((row.Text("_tenant_id"), row.Text("_scan_id")), Is.EqualTo((ScanApi.Portal, "stored")));
        Assert.That(row.GetProperty("_archived").GetBoolean(), Is.False);
    }

    [Test]
    public async Task Pages_hold_every_row_once_in_the_order_of_ids()
    {
        List<string?> ids = [];
        for (var offset = 0; offset < 250; offset += 60)
        {
            ids.AddRange((await PageAsync("stored", $"limit=60&offset={offset}")).Select(row => row.Text("hs_object_id")));
        }

        Assert.That(ids, Is.EqualTo(Enumerable.Range(101, 250).Select(id => id.ToString())));
    }

    [Test]
    public async Task A_row_has_the_same_id_however_it_is_fetched() => Assert.That(
        (await PageAsync("stored", "limit=1&offset=5"))[0].GetRawText(), Is.EqualTo((await PageAsync("stored", "limit=10"))[5].GetRawText()));

    [Test]
    public async Task A_page_in_the_middle_names_its_neighbours()
    {
        var pagination = (await _api.GetAsync("/api/v1/results/stored/result?limit=100&offset=100")).Data().GetProperty("pagination");
        Assert.That(
            pagination.GetRawText(),
            Is.EqualTo("""{"current_page":2,"page_size":100,"total_items":250,"total_pages":3,"has_next":true,"has_previous":true,"next_page":3,"previous_page":1}"""));
    }

    [Test]
    public async Task A_thousand_rows_is_the_largest_page() => Assert.That(await PageAsync("stored", "limit=1000"), Has.Count.EqualTo(250));

    [TestCase("offset=250")]
    [TestCase("offset=9007199254740991")]
    public async Task A_page_beyond_the_end_is_empty(string query)
    {
        var reply = await _api.GetAsync("/api/v1/results/stored/result?" + query);
        Assert.That(reply.Data().GetProperty("results").GetArrayLength(), Is.Zero);
        Assert.That(reply.Data().GetProperty("totalCount").GetInt64(), Is.EqualTo(250));
    }

    [Test]
    public async Task A_scan_that_is_not_planned_yet_has_no_rows()
    {
        await _api.StoreAsync("fresh");
        foreach (var table in new[] { "deals", "failed_deals" })
        {
            var reply = await _api.GetAsync("/api/v1/results/fresh/result?tableName=" + table);
            Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
            Assert.That(reply.Data().GetProperty("results").GetRawText(), Is.EqualTo("[]"));
            Assert.That(reply.Data().GetProperty("totalCount").GetInt64(), Is.Zero);
        }
    }

    [Test]
    public async Task Rows_can_be_read_while_the_scan_runs()
    {
        var scan = await StoredScan.PlanAsync(_api, "growing");
        Assert.That(await PageAsync("growing", ""), Is.Empty);
        await scan.AddAsync(from: 1, to: 3);
        Assert.That(await PageAsync("growing", ""), Has.Count.EqualTo(3));
        Assert.That((await _api.GetAsync("/api/v1/scan/growing/status")).Data().Text("status"), Is.EqualTo("running"));
    }

    [Test]
    public async Task A_page_never_has_rows_beyond_the_total()
    {
        var scan = await StoredScan.PlanAsync(_api, "overtaken");
        await scan.AddAsync(from: 1, to: 2);
        // As if the worker had stored it between the look at the counters and the look at the rows.
        await scan.AddAsync(from: 3, to: 3, counted: false);

        var data = (await _api.GetAsync("/api/v1/results/overtaken/result?offset=2")).Data();

        Assert.That(data.GetProperty("results").GetArrayLength(), Is.EqualTo(1));
        Assert.That(data.GetProperty("totalCount").GetInt64(), Is.EqualTo(3));
    }

    [Test]
    public async Task Deals_that_could_not_be_stored_can_be_read_with_the_reason()
    {
        var scan = await StoredScan.PlanAsync(_api, "failing");
        await scan.AddFailedAsync("4711");
        await scan.AddFailedAsync("4712");

        var data = (await _api.GetAsync("/api/v1/results/failing/result?tableName=failed_deals&limit=1&offset=1")).Data();

        Assert.That((data.Text("tableName"), data.GetProperty("totalCount").GetInt64()), Is.EqualTo(("failed_deals", 2L)));
        var row = data.GetProperty("results")[0];
        Assert.That((row.Text("deal_id"), row.Text("reason")), Is.EqualTo(("4712", "too large")));
        Assert.That(row.GetProperty("raw").GetProperty("properties").Text("amount"), Is.EqualTo("1e9999"));
    }

    [Test]
    public async Task No_parameter_leads_to_another_portals_rows()
    {
        await (await StoredScan.PlanAsync(_api, "theirs", portal: "999")).AddAsync(from: 101, to: 101);
        var row = (await PageAsync("theirs", $"organizationId={ScanApi.Portal}&portalId={ScanApi.Portal}&schema=hubspot_deals_{ScanApi.Portal}"))[0];
        Assert.That((row.Text("_tenant_id"), row.Text("dealname")), Is.EqualTo(("999", "Deal \"101\" of 999")));

        var ours = (await PageAsync("stored", "limit=1"))[0];
        Assert.That(ours.Text("hs_object_id"), Is.EqualTo(row.Text("hs_object_id")));
        Assert.That((ours.Text("_tenant_id"), ours.Text("dealname")), Is.EqualTo((ScanApi.Portal, "Deal \"101\" of 12345678")));
        Assert.That(ours.Text("id"), Is.Not.EqualTo(row.Text("id")));

        var sneaked = await _api.GetAsync("/api/v1/results/theirs/result?tableName=hubspot_deals_12345678.deals");
        Assert.That(sneaked.ErrorCode, Is.EqualTo("UNKNOWN_TABLE"));
    }

    [TestCase("contacts")]
    [TestCase("DEALS")]
    [TestCase("deals;drop table hubspot_deals.scan_jobs")]
    public async Task An_unknown_table_is_refused_with_those_there_are(string table)
    {
        var reply = await _api.GetAsync("/api/v1/results/stored/result?tableName=" + Uri.EscapeDataString(table));
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "UNKNOWN_TABLE")));
        Assert.That(
            reply.Details().GetProperty("tables").EnumerateArray().Select(name => name.GetString()), Is.EqualTo(new[] { "deals", "failed_deals" }));
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=1001", "limit")]
    [TestCase("limit=x", "limit")]
    [TestCase("offset=-1", "offset")]
    [TestCase("offset=1.5", "offset")]
    public async Task Invalid_pagination_parameters_are_named(string query, string name)
    {
        var reply = await _api.GetAsync("/api/v1/results/stored/result?" + query);
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
        Assert.That(reply.Errors.Keys, Is.EqualTo(new[] { name }));
    }

    [TestCase("nobody", HttpStatusCode.NotFound, "SCAN_NOT_FOUND")]
    [TestCase("no.body", HttpStatusCode.BadRequest, "INVALID_SCAN_ID")]
    public async Task A_scan_that_is_not_there_has_no_results(string scanId, HttpStatusCode status, string code)
    {
        var reply = await _api.GetAsync($"/api/v1/results/{scanId}/result");
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((status, code)));
    }

    async Task<List<JsonElement>> PageAsync(string scanId, string query) =>
        [.. (await _api.GetAsync($"/api/v1/results/{scanId}/result?{query}")).Data().GetProperty("results").EnumerateArray()];

    [Test]
    public async Task A_scans_tables_are_listed_with_their_rows_and_failed_deals_only_if_there_are_some()
    {
        var stored = await StoredScan.PlanAsync(_api, "tables");
        await stored.AddAsync(1, 3);
        var reply = await _api.GetAsync("/api/v1/results/tables/tables");
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(
            reply.Data().GetRawText(),
            Is.EqualTo($$"""{"scanId":"tables","organizationId":"{{ScanApi.Portal}}","tables":[{"name":"deals","rowCount":3,"schema":"hubspot_deals_{{ScanApi.Portal}}"}]}"""));

        await stored.AddFailedAsync("7");
        var tables = (await _api.GetAsync("/api/v1/results/tables/tables")).Data().GetProperty("tables").EnumerateArray();
        Assert.That(tables.Select(table => table.Text("name")), Is.EqualTo(new[] { "deals", "failed_deals" }));
        Assert.That((await _api.GetAsync("/api/v1/results/nobody/tables")).ErrorCode, Is.EqualTo("SCAN_NOT_FOUND"));
    }
}
