using System.Net;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Suite.Scans;
using Microsoft.AspNetCore.Builder;

namespace HubSpotDeals.Suite.Engines;

/// <summary>The engine's own dashboard, where it has one.</summary>
[Category("Engine")]
sealed class DashboardTests
{
    [Test]
    public async Task It_is_at_the_path_if_there_is_one_shows_what_is_queued_and_keeps_the_connection_string_to_itself()
    {
        var isThere = false;
        await using var api = await ScanApi.StartAsync(clock: null, add: null, app =>
        {
            // From elsewhere: who may see it is not the dashboard's to decide.
            app.Use((context, next) =>
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.7");
                return next(context);
            });
            isThere = app.MapJobDashboard("/engine");
        });
        Assert.That((await api.PostStartAsync("shown")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(isThere, Is.EqualTo(JobEngine.Name == "Hangfire"), "only Hangfire brings one");
        using var client = new HttpClient { BaseAddress = api.Address };
        using var home = await client.GetAsync("/engine");
        using var queue = await client.GetAsync("/engine/jobs/enqueued/default");
        Assert.That((home.StatusCode, queue.StatusCode), Is.EqualTo(isThere ? (HttpStatusCode.OK, HttpStatusCode.OK) : (HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
        if (isThere)
        {
            Assert.That(await queue.Content.ReadAsStringAsync(), Does.Contain(nameof(RunScanJob)));
            var page = await home.Content.ReadAsStringAsync();
            Assert.That(page, Does.Contain("href=\"/\""), "the way back");
            Assert.That(page, Does.Not.Contain(api.Source.ConnectionString.Split("Database=")[1].Split(';')[0]), "the database's name");
        }
    }
}
