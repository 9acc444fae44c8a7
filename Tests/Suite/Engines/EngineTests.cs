using System.Net;
using System.Text.Json;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Scans;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotDeals.Suite.Engines;

/// <summary>
/// What the service asks of whichever job engine is compiled in. What happens to scans when nodes die, stop, sleep or are steered is told
/// in the stories, and what comes again in the maintenance tests: all of them run with either engine.
/// </summary>
[Category("Engine")]
sealed class EngineTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task What_was_queued_while_no_worker_was_there_is_run_when_one_comes(CancellationToken ct)
    {
        await using var api = await ScanApi.StartAsync();
        Assert.That((await api.PostStartAsync("early")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        await using var node = await WorkerNode.StartAsync(api.Database, api.Sandbox.BaseAddress, ct);
        Assert.That((await node.BecomesAsync("early", ScanStatus.Completed, ct)).ProcessedDeals, Is.EqualTo(10));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task An_epoch_of_a_scan_is_queued_once_however_often_it_is_handed_over(CancellationToken ct)
    {
        await using var api = await ScanApi.StartAsync();
        var engine = api.Services.GetRequiredService<JobEngine>();
        var (scan, other) = (Guid.NewGuid(), Guid.NewGuid());
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => engine.EnqueueAsync(scan, 1, TimeSpan.Zero, ct)));
        await engine.EnqueueAsync(scan, 1, TimeSpan.FromHours(1), ct);
        await engine.EnqueueAsync(other, 1, TimeSpan.FromHours(1), ct);
        Assert.That(await EngineTables.CountQueuedAsync(api.Source, ct), Is.EqualTo(2));
        await engine.EnqueueAsync(scan, 2, TimeSpan.Zero, ct);
        Assert.That(await EngineTables.CountQueuedAsync(api.Source, ct), Is.EqualTo(3), "another epoch is another run");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Workers_of_one_database_share_the_scans(CancellationToken ct)
    {
        // So slow that one worker, with one scan at a time, can't have them all before the other has looked.
        await using var server = await SandboxServer.StartAsync(
            new SandboxOptions { Latency = TimeSpan.FromMilliseconds(300), Portals = [new PortalOptions { Deals = 100, Archived = 0 }] }, ct);
        await using var database = await TestDatabase.CreateAsync(ct);
        await using var first = await WorkerNode.StartAsync(database, server.BaseAddress, ct, ("Scans:Concurrency", "1"));
        await using var second = await WorkerNode.StartAsync(database, server.BaseAddress, ct, ("Scans:Concurrency", "1"));
        var portal = server.Portals.Single().PortalId;
        string[] names = ["one", "two", "three", "four", "five", "six"];
        foreach (var name in names)
        {
            await first.StartScanAsync(name, $"{portal}", TokenOptions.DefaultFor(portal).Token, new ScanConfig(), ct);
        }

        HashSet<string?> nodes = [];
        foreach (var name in names)
        {
            var scan = await first.BecomesAsync(name, ScanStatus.Completed, ct);
            var runs = (await ScanEvent.ReadAsync(first.Database, scan.Id, after: 0, ct))
                .Select(happened => JsonDocument.Parse(happened.Data).RootElement)
                .Where(data => data.TryGetProperty("status", out var status) && status.GetString() == "running")
                .Select(data => data.Text("node"))
                .ToList();
            Assert.That(runs, Has.Count.EqualTo(1), "each is run once");
            nodes.Add(runs[0]);
        }

        Assert.That(nodes, Has.Count.EqualTo(2));
    }
}
