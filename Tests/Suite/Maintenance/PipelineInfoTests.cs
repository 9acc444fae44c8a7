using System.Net;
using System.Text.Json;
using HubSpotDeals.Suite.Scans;
using Npgsql;

namespace HubSpotDeals.Suite.Maintenance;

/// <summary><c>GET /api/v1/pipeline/info</c>.</summary>
sealed class PipelineInfoTests
{
    [Test]
    public async Task It_says_where_deals_go_and_what_has_run_without_user_or_password()
    {
        await using var api = await ScanApi.StartAsync();
        var connection = new NpgsqlConnectionStringBuilder(api.Database.ConnectionString);
        Assert.That((await api.GetAsync("/api/v1/pipeline/info")).Data().GetProperty("state").GetRawText(), Is.EqualTo("""{"lastRun":null,"totalRuns":0}"""));
        await api.StoreAsync("one");
        await api.SetAsync("one", "status = 'completed', started_at = '2024-12-07T10:30:00Z', completed_at = '2024-12-07T10:35:00Z'");

        var reply = await api.GetAsync("/api/v1/pipeline/info");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        var data = reply.Data();
        Assert.That(data.Keys(), Is.EqualTo(new[] { "pipelineName", "destination", "workingDirectory", "database", "version", "state" }));
        Assert.That((data.Text("pipelineName"), data.Text("destination"), data.Text("version")), Is.EqualTo(("hubspot_deals_pipeline", "postgres", "1.0.0")));
        Assert.That(data.Text("workingDirectory"), Is.EqualTo(Environment.CurrentDirectory));
        Assert.That(
            data.GetProperty("database").GetRawText(),
            Is.EqualTo($$"""{"host":{{JsonSerializer.Serialize(connection.Host)}},"port":{{connection.Port}},"database":"{{connection.Database}}","schema":"hubspot_deals"}"""));
        Assert.That(data.GetProperty("state").GetRawText(), Is.EqualTo("""{"lastRun":"2024-12-07T10:35:00Z","totalRuns":1}"""));
    }
}
