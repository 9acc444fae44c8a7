using System.Net;
using HubSpotDeals.Api.Stats;
using HubSpotDeals.Suite.Scans;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Stats;

/// <summary><c>GET /stats</c>.</summary>
sealed class StatsTests
{
    [Test]
    public async Task It_tells_of_the_process_the_scans_and_the_machine_in_the_documents_shape()
    {
        var clock = new TestClock();
        await using var api = await ScanApi.StartAsync(clock);
        foreach (var (status, count) in new[] { ("completed", 4), ("running", 1), ("failed", 1), ("cancelled", 1), ("pending", 1) })
        {
            for (var i = 0; i < count; i++)
            {
                var scan = await api.StoreAsync($"{status}-{i}");
                await api.ExecuteAsync("insert into hubspot_deals.scan_segments (scan, segment, source, deals) values (@Id, 0, 'list', 1500)", new { scan.Id });
                await api.SetAsync($"{status}-{i}", $"status = '{status}', completed_at = started_at + interval '285 s'");
            }
        }

        clock.Advance(new TimeSpan(7, 3, 24, 59));
        var reply = await api.GetAsync("/stats");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.Keys(), Is.EqualTo(new[] { "status", "data", "timestamp" }));
        var data = reply.Data();
        Assert.That(data.Keys(), Is.EqualTo(new[] { "service", "scans", "deals", "performance", "system" }));
        Assert.That(data.GetProperty("service").Keys(), Is.EqualTo(new[] { "name", "version", "uptime", "startedAt" }));
        Assert.That(data.GetProperty("service").Text("uptime"), Is.EqualTo("7 days, 3 hours, 24 minutes"));
        Assert.That(data.GetProperty("scans").GetRawText(), Is.EqualTo("""{"total":8,"running":1,"completed":4,"failed":1,"cancelled":1}"""));
        Assert.That(data.GetProperty("deals").GetRawText(), Is.EqualTo("""{"totalExtracted":12000,"averagePerScan":1500}"""));
        Assert.That(
            data.GetProperty("performance").GetRawText(),
            Is.EqualTo("""{"averageScanDuration":"4m 45s","averageDealsPerSecond":5.26,"successRate":50.0}"""));
        var system = data.GetProperty("system");
        Assert.That(system.Keys(), Is.EqualTo(new[] { "memoryUsage", "cpuUsage", "diskUsage", "activeConnections" }));
        Assert.That(system.Text("memoryUsage"), Does.Match(@"^[1-9]\d* (MB|GB)$"));
        Assert.That(system.Text("cpuUsage"), Does.Match(@"^\d{1,3}%$"));
        Assert.That(system.Text("diskUsage"), Does.Match(@"^\d{1,3}%$"));
        Assert.That(system.GetProperty("activeConnections").GetInt64(), Is.Positive);
    }

    [Test]
    public async Task A_service_without_scans_has_figures_of_nothing()
    {
        await using var api = await ScanApi.StartAsync();
        var data = (await api.GetAsync("/stats")).Data();
        Assert.That(data.GetProperty("performance").GetRawText(), Is.EqualTo("""{"averageScanDuration":null,"averageDealsPerSecond":0.0,"successRate":0.0}"""));
        Assert.That(data.GetProperty("service").Text("uptime"), Is.EqualTo("0 minutes"));
    }

    [TestCase(0, "0 minutes")]
    [TestCase(1, "1 minute")]
    [TestCase(60, "1 hour, 0 minutes")]
    [TestCase(1_441, "1 day, 0 hours, 1 minute")]
    public void An_uptime_is_spelled_in_words(int minutes, string text) => Assert.That(UptimeText.Of(TimeSpan.FromMinutes(minutes)), Is.EqualTo(text));
}
