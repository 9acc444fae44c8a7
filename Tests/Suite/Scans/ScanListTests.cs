using System.Net;

namespace HubSpotDeals.Suite.Scans;

/// <summary><c>GET /api/v1/scan/list</c>.</summary>
sealed class ScanListTests
{
    const string OtherPortal = "87654321";

    static readonly string[] Statuses = ["pending", "running", "completed", "failed", "cancelled", "paused"];

    ScanApi _api = null!;

    // Twelve scans: of each portal one in each state.
    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync();
        foreach (var portal in new[] { ScanApi.Portal, OtherPortal })
        {
            foreach (var status in Statuses)
            {
                await _api.StoreAsync($"{status}-{portal}", portal);
                await _api.SetAsync($"{status}-{portal}", $"status = '{status}'");
            }
        }
    }

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task The_list_has_the_documents_shape()
    {
        var reply = await _api.GetAsync("/api/v1/scan/list");
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.Keys(), Is.EqualTo(new[] { "status", "data", "timestamp" }));
        Assert.That(reply.Data().Keys(), Is.EqualTo(new[] { "scans", "pagination" }));
        Assert.That(
            reply.Data().GetProperty("pagination").GetRawText(),
            Is.EqualTo("""{"current_page":1,"page_size":50,"total_items":12,"total_pages":1,"has_next":false,"has_previous":false}"""));
        foreach (var scan in reply.Data().GetProperty("scans").EnumerateArray())
        {
            Assert.That(scan.Keys(), Is.EqualTo(new[]
            {
                "scanId", "organizationId", "status", "totalDeals", "processedDeals", "startedAt", "completedAt", "duration",
            }));
        }
    }

    [Test]
    public async Task The_newest_scan_comes_first() => Assert.That(await IdsAsync("limit=1"), Is.EqualTo(new[] { "paused-87654321" }));

    [Test]
    public async Task A_portals_scans_are_its_own() =>
        Assert.That(await IdsAsync("organizationId=" + OtherPortal), Is.EquivalentTo(Statuses.Select(status => $"{status}-{OtherPortal}")));

    [TestCaseSource(nameof(Statuses))]
    public async Task Scans_are_filtered_by_any_of_the_six_states(string status) =>
        Assert.That(await IdsAsync("status=" + status), Is.EquivalentTo(new[] { $"{status}-{ScanApi.Portal}", $"{status}-{OtherPortal}" }));

    [Test]
    public async Task Both_filters_apply_together() => Assert.That(
        await IdsAsync($"status=failed&organizationId={ScanApi.Portal}"), Is.EqualTo(new[] { "failed-" + ScanApi.Portal }));

    [Test]
    public async Task Pages_follow_each_other_without_gap_or_repetition()
    {
        var all = await IdsAsync("");
        Assert.That(all, Has.Count.EqualTo(12));
        List<string?> paged = [.. await IdsAsync("limit=5"), .. await IdsAsync("limit=5&offset=5"), .. await IdsAsync("limit=5&offset=10")];
        Assert.That(paged, Is.EqualTo(all));

        var middle = (await _api.GetAsync("/api/v1/scan/list?limit=5&offset=5")).Data().GetProperty("pagination");
        Assert.That(
            middle.GetRawText(),
            Is.EqualTo("""{"current_page":2,"page_size":5,"total_items":12,"total_pages":3,"has_next":true,"has_previous":true}"""));
    }

    [Test]
    public async Task A_page_beyond_the_end_is_empty() => Assert.That(await IdsAsync("offset=1000"), Is.Empty);

    [Test]
    public async Task A_portal_without_scans_has_an_empty_list()
    {
        var reply = await _api.GetAsync("/api/v1/scan/list?organizationId=1");
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(reply.Data().GetProperty("scans").GetArrayLength(), Is.Zero);
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=101", "limit")]
    [TestCase("limit=ten", "limit")]
    [TestCase("offset=-1", "offset")]
    [TestCase("status=finished", "status")]
    [TestCase("status=Failed", "status")]
    [TestCase("organizationId=abc", "organizationId")]
    public async Task A_bad_parameter_is_named(string query, string name)
    {
        var reply = await _api.GetAsync("/api/v1/scan/list?" + query);
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
        Assert.That(reply.Errors.Keys, Is.EqualTo(new[] { name }));
    }

    [Test]
    public async Task An_ended_scan_tells_how_long_it_took()
    {
        await using var api = await ScanApi.StartAsync();
        await api.StoreAsync("long");
        await api.SetAsync("long", "status = 'completed', total_deals = 3, completed_at = started_at + interval '5 min 15.9 s'");

        var scan = (await api.GetAsync("/api/v1/scan/list")).Data().GetProperty("scans")[0];

        Assert.That((scan.Text("duration"), scan.GetProperty("totalDeals").GetInt64()), Is.EqualTo(("5m 15s", 3L)));
        Assert.That(scan.Text("completedAt"), Does.EndWith("Z"));
    }

    async Task<List<string?>> IdsAsync(string query) =>
        [.. (await _api.GetAsync("/api/v1/scan/list?" + query)).Data().GetProperty("scans").EnumerateArray().Select(scan => scan.Text("scanId"))];
}
