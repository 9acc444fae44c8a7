using System.Net;
using System.Text.Json;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Scans;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotDeals.Suite.Engines;

/// <summary>What the engine is told of a run's end, and does about it.</summary>
[Category("Engine")]
sealed class RunEndingTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task A_scan_that_failed_is_a_failed_job_with_its_reason_and_without_its_token_and_is_run_once(CancellationToken ct)
    {
        await using var api = await ScanApi.StartAsync();
        var engine = api.Services.GetRequiredService<JobEngine>();
        api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 400, Operation = @"^deals\.list$" });
        Assert.That((await api.PostStartAsync("hopeless")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        await using var node = await WorkerNode.StartAsync(api.Database, api.Sandbox.BaseAddress, ct, ("Scans:RetryDelays", "00:00:00"));
        var scan = await node.BecomesAsync("hopeless", ScanStatus.Failed, ct);
        JobEntry? failed = null;
        await Eventually.BecomesAsync(
            async () => failed = (await engine.ListAsync(JobState.Failed, 10, ct)).SingleOrDefault(job => job.Scan == scan.Id), Is.Not.Null, "failed", ct);
        Assert.That(scan.ErrorMessage, Is.Not.Empty);
        Assert.That(failed!.Reason, Is.EqualTo(scan.ErrorMessage));
        Assert.That(failed.Node?.ToUpperInvariant(), Is.EqualTo(node.Id.ToUpperInvariant()));
        Assert.That(await engine.ListAsync(JobState.Queued, 10, ct), Is.Empty, "it is not tried again");
        Assert.That(await CountRunsAsync(node, scan, ct), Is.EqualTo(1));
        Assert.That(await api.DumpAsync(), Does.Contain("HubSpot refused").And.Not.Contain(ScanApi.Token));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_retry_is_queued_with_its_reason_and_goes_on_from_the_checkpoint(CancellationToken ct)
    {
        await using var scene = await OpenAsync("00:00:03", ct);
        await scene.Node.StartScanAsync("stumbles", $"{scene.HubSpot.PortalId}", scene.Token, new ScanConfig { MaxRetries = 0 }, ct);
        JobEntry? retry = null;
        await Eventually.BecomesAsync(
            async () => retry = (await scene.Node.Engine.ListAsync(JobState.Queued, 10, ct)).SingleOrDefault(job => job.Reason is not null), Is.Not.Null, "the retry", ct);
        var waiting = (await scene.Node.Scans.FindAsync("stumbles", ct))!;
        Assert.That((retry!.Scan, retry.Reason), Is.EqualTo((waiting.Id, waiting.ErrorMessage)));
        Assert.That(waiting.Status, Is.EqualTo(ScanStatus.Pending));
        Assert.That(waiting.ProcessedDeals, Is.EqualTo(1_200), "the pages before are stored");
        Assert.That(retry.At, Is.GreaterThan(new DateTimeOffset(waiting.RunAfter!.Value) - TimeSpan.FromMilliseconds(500)), "it is not tried before it is due");

        var scan = await scene.Node.BecomesAsync("stumbles", ScanStatus.Completed, ct);
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, scene.HubSpot.DealIds(), ct);
        Assert.That(PagesOf(scene), Is.Unique.And.Count.EqualTo(30), "no page is read twice");
        Assert.That(await CountRunsAsync(scene.Node, scan, ct), Is.EqualTo(2));
        await Eventually.BecomesAsync(
            async () => (await scene.Node.Engine.ListAsync(JobState.Succeeded, 10, ct)).Select(job => job.Scan), Does.Contain(scan.Id), "succeeded", ct);
        Assert.That((await scene.Node.Engine.ListAsync(JobState.Succeeded, 10, ct)).Count(job => job.Scan == scan.Id), Is.EqualTo(1), "nobody else was sent");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_retry_that_the_engine_lost_is_found_and_goes_on_from_the_checkpoint(CancellationToken ct)
    {
        await using var scene = await OpenAsync("00:00:03", ct);
        await scene.Node.StartScanAsync("forgotten", $"{scene.HubSpot.PortalId}", scene.Token, new ScanConfig { MaxRetries = 0 }, ct);
        await Eventually.BecomesAsync(
            async () => (await scene.Node.Engine.ListAsync(JobState.Queued, 10, ct)).Select(job => job.Reason), Has.One.Not.Null, "the retry", ct);
        await EngineTables.ForgetQueuedAsync(scene.Node.Database, ct);
        Assert.That((await scene.Node.Scans.FindAsync("forgotten", ct))!.Status, Is.EqualTo(ScanStatus.Pending), "it was forgotten before it was due");
        var scan = await scene.Node.BecomesAsync("forgotten", ScanStatus.Completed, ct);
        await StoredDeals.AreThoseOfAsync(scene.Node.Database, scan, scene.HubSpot, scene.HubSpot.DealIds(), ct);
        Assert.That(PagesOf(scene), Is.Unique.And.Count.EqualTo(30), "no page is read twice");
    }

    /// <summary>A portal of thirty pages, read as one chain; the thirteenth is refused once.</summary>
    static async Task<Scene> OpenAsync(string delay, CancellationToken ct)
    {
        var scene = await Scene.OpenAsync(
            new PortalOptions { Deals = 3_000, Archived = 0 }, ct, ("Scans:RetryDelays", delay), ("HubSpot:MaxConcurrentRequests", "1"));
        scene.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 503, Operation = @"^deals\.list$", Path = "limit=100&", Skip = 12, Times = 1 });
        return scene;
    }

    static List<string> PagesOf(Scene scene) =>
    [
        .. scene.Server.Log.Requests
            .Where(request => request is { Operation: "deals.list", Status: 200 } && request.Target.Contains("limit=100&", StringComparison.Ordinal))
            .Select(request => request.Target),
    ];

    static async Task<int> CountRunsAsync(WorkerNode node, ScanJob scan, CancellationToken ct) =>
        (await ScanEvent.ReadAsync(node.Database, scan.Id, after: 0, ct))
            .Select(happened => JsonDocument.Parse(happened.Data).RootElement)
            .Count(data => data.TryGetProperty("status", out var status) && status.GetString() == "running");
}
