using System.Net;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Jobs.Maintenance;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Scans;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotDeals.Suite.Engines;

/// <summary>What the engine says it has to do, does and has done, to a node that is no worker.</summary>
[Category("Engine")]
sealed class JobListTests
{
    /// <summary>Engines keep whole seconds in places, and add one where a job must not start too early.</summary>
    static readonly TimeSpan Grain = TimeSpan.FromSeconds(2);

    [Test]
    [CancelAfter(120_000)]
    public async Task A_scan_s_job_is_seen_queued_then_running_on_its_node_then_succeeded(CancellationToken ct)
    {
        await using var api = await ScanApi.StartAsync();
        var engine = api.Services.GetRequiredService<JobEngine>();
        var begin = TimeProvider.System.GetUtcNow();
        Assert.That((await api.PostStartAsync("seen")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        var scan = (await api.Store.FindAsync("seen", ct))!.Id;
        var queued = (await engine.ListAsync(JobState.Queued, 10, ct)).Single();
        Assert.That(queued with { Id = "", At = default }, Is.EqualTo(new JobEntry("", JobState.Queued, scan, null, default, null, null, null)));
        Assert.That(queued.At, Is.InRange(begin - Grain, TimeProvider.System.GetUtcNow()));
        Assert.That(await engine.ListAsync(JobState.Running, 10, ct), Is.Empty);

        JobEntry? running = null;
        WorkerNode node;
        using (var held = api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Hang, Operation = @"^deals\.list$" }))
        {
            node = await WorkerNode.StartAsync(api.Database, api.Sandbox.BaseAddress, ct, ("HubSpot:RequestTimeout", "00:00:02"));
            await Eventually.BecomesAsync(
                async () => running = (await engine.ListAsync(JobState.Running, 10, ct)).SingleOrDefault(job => job.Scan == scan), Is.Not.Null, "running", ct);
            Assert.That(await engine.ListAsync(JobState.Queued, 10, ct), Is.Empty);
        }

        await using var closing = node;
        Assert.That(
            running! with { Id = "", At = default, Node = running.Node?.ToUpperInvariant() },
            Is.EqualTo(new JobEntry("", JobState.Running, scan, null, default, node.Id.ToUpperInvariant(), null, null)));
        Assert.That(running.At, Is.InRange(begin - Grain, TimeProvider.System.GetUtcNow()));

        await node.BecomesAsync("seen", ScanStatus.Completed, ct);
        JobEntry? succeeded = null;
        await Eventually.BecomesAsync(
            async () => succeeded = (await engine.ListAsync(JobState.Succeeded, 10, ct)).SingleOrDefault(job => job.Scan == scan), Is.Not.Null, "succeeded", ct);
        await Eventually.BecomesAsync(
            async () => (await engine.ListAsync(JobState.Running, 10, ct)).Select(job => job.Scan), Does.Not.Contain(scan), "it runs no longer", ct);
        Assert.That(await engine.ListAsync(JobState.Failed, 10, ct), Has.None.Property(nameof(JobEntry.Scan)).EqualTo(scan));
        Assert.That((succeeded!.State, succeeded.Node?.ToUpperInvariant(), succeeded.Reason), Is.EqualTo((JobState.Succeeded, node.Id.ToUpperInvariant(), (string?)null)));
        Assert.That(succeeded.Duration, Is.GreaterThan(TimeSpan.Zero));
        Assert.That(succeeded.At, Is.InRange(running.At, TimeProvider.System.GetUtcNow()));
        Assert.That(succeeded.At - succeeded.Duration, Is.EqualTo(running.At).Within(Grain));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task What_is_due_next_is_at_the_head_of_the_queue_however_long_it_is(CancellationToken ct)
    {
        await using var api = await ScanApi.StartAsync();
        var engine = api.Services.GetRequiredService<JobEngine>();
        int[] hours = [5, 2, 4, 1, 3];
        var scans = hours.ToDictionary(hour => hour, _ => Guid.NewGuid());
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (hour, scan) in scans)
        {
            await engine.EnqueueAsync(scan, 1, TimeSpan.FromHours(hour), ct);
        }

        var queued = await engine.ListAsync(JobState.Queued, 3, ct);
        Assert.That(queued.Select(job => job.Scan), Is.EqualTo(new Guid?[] { scans[1], scans[2], scans[3] }));
        Assert.That(queued.Select(job => job.At - now), Is.EqualTo(new[] { 1, 2, 3 }.Select(hour => TimeSpan.FromHours(hour))).Within(Grain + Grain));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_recurring_job_tells_its_next_and_its_last_run_and_is_run_now_whichever_node_is_asked(CancellationToken ct)
    {
        await using var api = await ScanApi.StartAsync();
        var engine = api.Services.GetRequiredService<JobEngine>();
        Assert.That(await engine.RunNowAsync("cleanup", ct), Is.False, "no worker has said yet what comes again");
        Assert.That(await engine.ListRecurringAsync(ct), Is.Empty);
        await using var node = await WorkerNode.StartAsync(
            api.Database, api.Sandbox.BaseAddress, ct, ("Maintenance:CleanupSchedule", "0 3 * * *"), ("Maintenance:CrashDetectionSchedule", "59 23 31 12 *"));
        await Eventually.BecomesAsync(
            async () => (await engine.ListRecurringAsync(ct)).Select(job => $"{job.Name}: {job.Schedule}"),
            Is.EqualTo(new[] { "cleanup: 0 3 * * *", "crash-detection: 59 23 31 12 *" }), "what comes again", ct);
        var before = TimeProvider.System.GetUtcNow();
        var cleanup = await CleanupAsync();
        Assert.That(cleanup.NextRun?.TimeOfDay, Is.EqualTo(TimeSpan.FromHours(3)));
        Assert.That(cleanup.NextRun, Is.InRange(before, before + TimeSpan.FromDays(1)));
        Assert.That((cleanup.LastRun, cleanup.LastState, cleanup.LastReason), Is.EqualTo(((DateTimeOffset?)null, (JobState?)null, (string?)null)));

        Assert.That(await engine.RunNowAsync("cleanup", ct), Is.True);
        await Eventually.BecomesAsync(async () => (await CleanupAsync()).LastState, Is.EqualTo(JobState.Succeeded), "it is run", ct);
        Assert.That((await CleanupAsync()).LastRun, Is.InRange(before - Grain, TimeProvider.System.GetUtcNow()));
        Assert.That((await CleanupAsync()).NextRun, Is.EqualTo(cleanup.NextRun), "its schedule stays as it is");
        Assert.That((await engine.ListAsync(JobState.Succeeded, 10, ct)).Select(job => (job.Recurring, job.Scan)), Is.EqualTo(new[] { ("cleanup", (Guid?)null) }));
        Assert.That(await engine.RunNowAsync("cleanups", ct), Is.False);

        async Task<RecurringEntry> CleanupAsync() => (await engine.ListRecurringAsync(ct)).First(job => job.Name == "cleanup");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_recurring_job_that_failed_says_why(CancellationToken ct)
    {
        await using var api = await ScanApi.StartAsync();
        var engine = api.Services.GetRequiredService<JobEngine>();
        await using var node = await WorkerNode.StartAsync(
            api.Database.ConnectionString,
            api.Sandbox.BaseAddress,
            services => services.AddSingleton(new RecurringJob("hopeless", "0 0 1 1 *", _ => throw new InvalidOperationException("no hope"))),
            ct);
        await Eventually.BecomesAsync(() => engine.RunNowAsync("hopeless", ct), Is.True, "it is known", ct);
        RecurringEntry? hopeless = null;
        await Eventually.BecomesAsync(
            async () => (hopeless = (await engine.ListRecurringAsync(ct)).First(job => job.Name == "hopeless")).LastState, Is.EqualTo(JobState.Failed), "it failed", ct);
        Assert.That(hopeless!.LastReason, Is.EqualTo("no hope"));
        var failed = (await engine.ListAsync(JobState.Failed, 10, ct)).Single();
        Assert.That((failed.Recurring, failed.Reason, failed.Node?.ToUpperInvariant()), Is.EqualTo(("hopeless", "no hope", node.Id.ToUpperInvariant())));
    }
}
