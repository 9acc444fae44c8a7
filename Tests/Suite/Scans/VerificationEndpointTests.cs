using System.Net;

namespace HubSpotDeals.Suite.Scans;

/// <summary><c>GET /api/v1/scan/{scan_id}/verification</c> and the verdict in the status.</summary>
sealed class VerificationEndpointTests
{
    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ScanApi.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task A_scan_that_has_not_come_to_its_end_has_none_yet()
    {
        await _api.StoreAsync("going-on");
        var data = (await _api.GetAsync("/api/v1/scan/going-on/verification")).Data();
        Assert.That(data.Text("verdict"), Is.EqualTo("pending"));
        Assert.That((await _api.GetAsync("/api/v1/scan/going-on/status")).Data().Keys(), Has.None.EqualTo("verification"));
    }

    [Test]
    public async Task A_completed_scan_tells_both_sides_counts_what_differs_and_why_and_a_checksum()
    {
        var scan = await _api.StoreAsync("verified");
        await _api.SetAsync("verified", "status = 'completed', completed_at = clock_timestamp()");
        await _api.ExecuteAsync(
            """
            insert into hubspot_deals.scan_verifications (scan, verdict, hubspot_deals, stored_deals, archived_deals, failed_deals, differences, checksum)
            values (@Id, 'incomplete', 12, 11, 3, 1, @differences::json, repeat('ab', 32))
            """,
            new
            {
                scan.Id,
                differences = """[{"id":101,"onlyInHubSpot":true,"reason":"unexplained"},{"id":102,"onlyInHubSpot":true,"reason":"created"},{"id":103,"onlyInHubSpot":false,"reason":"merged"}]""",
            });

        var reply = await _api.GetAsync("/api/v1/scan/verified/verification");
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        var data = reply.Data();
        Assert.That(data.Keys(), Is.EqualTo(new[] { "scanId", "organizationId", "verdict", "verifiedAt", "counts", "missing", "new", "gone", "checksum" }));
        Assert.That(data.GetProperty("counts").GetRawText(), Is.EqualTo("""{"hubSpot":12,"stored":11,"archived":3,"failed":1}"""));
        Assert.That(data.GetProperty("missing").GetRawText(), Is.EqualTo("""[{"id":"101","reason":"unexplained"}]"""));
        Assert.That(data.GetProperty("new").GetRawText(), Is.EqualTo("""[{"id":"102","reason":"created"}]"""));
        Assert.That(data.GetProperty("gone").GetRawText(), Is.EqualTo("""[{"id":"103","reason":"merged"}]"""));
        Assert.That(data.GetProperty("checksum").Text("algorithm"), Is.EqualTo("sha256"));
        Assert.That((await _api.GetAsync("/api/v1/scan/verified/status")).Data().Text("verification"), Is.EqualTo("incomplete"));
    }

    [Test]
    public async Task A_scan_of_a_build_that_did_not_verify_says_so()
    {
        await _api.StoreAsync("old");
        await _api.SetAsync("old", "status = 'completed', completed_at = clock_timestamp()");
        var data = (await _api.GetAsync("/api/v1/scan/old/verification")).Data();
        Assert.That(data.Text("verdict"), Is.EqualTo("unverified"));
        Assert.That(data.Text("reason"), Does.Contain("before scans were verified"));
    }

    [Test]
    public async Task A_scan_that_is_not_there_is_not_found()
    {
        Assert.That((await _api.GetAsync("/api/v1/scan/nowhere/verification")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await _api.GetAsync("/api/v1/scan/no.where/verification")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }
}
