using System.Globalization;
using Hangfire;
using Hangfire.States;
using Hangfire.Storage.Monitoring;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Engines;

/// <summary>What Hangfire's dashboard shows of the job that runs a scan.</summary>
[Category("Engine")]
sealed class ScanParametersTests
{
    static readonly PortalOptions Portal = new() { Deals = 3_000, Archived = 0 };

    [Test]
    [CancelAfter(120_000)]
    public async Task Its_parameters_say_how_far_the_scan_has_come_while_it_runs_and_when_it_has_ended(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(Portal, ct, ("HubSpot:MaxConcurrentRequests", "1"), ("HubSpot:RequestTimeout", "00:00:03"));
        string job;
        using (scene.Server.AddFault(new FaultRule { Kind = FaultKind.Hang, Operation = @"^deals\.list$", Path = "limit=100&", Skip = 12 }))
        {
            var scan = await scene.Node.StartScanAsync("watched", $"{scene.HubSpot.PortalId}", scene.Token, new ScanConfig(), ct);
            job = await FindAsync(scene, JobState.Running, scan, ct);
            await Eventually.BecomesAsync(() => Read(scene, job).Properties, Contains.Item(KeyValuePair.Create("Deals", "1200")), "the pages before", ct);
            var now = (await scene.Node.Scans.FindAsync("watched", ct))!;
            Assert.That(now.Status, Is.EqualTo(ScanStatus.Running));
            await Eventually.BecomesAsync(
                () => Read(scene, job).Properties,
                Is.SupersetOf(new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["ScanId"] = "watched",
                    ["TotalDeals"] = "3000",
                    ["Page"] = "12",
                    ["Cursor"] = now.Cursor,
                    ["LastDealId"] = now.LastId!.Value.ToString(CultureInfo.InvariantCulture),
                }),
                "all of it",
                ct);
            await Eventually.BecomesAsync(() => Read(scene, job).Properties.Keys, Does.Contain("Rate"), "how fast it is", ct);
        }

        var done = await scene.Node.BecomesAsync("watched", ScanStatus.Completed, ct);
        await Eventually.BecomesAsync(() => Read(scene, job).History[0].StateName, Is.EqualTo(SucceededState.StateName), "the job's end", ct);
        Assert.That(Read(scene, job).Properties, Is.SupersetOf(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Deals"] = "3000",
            ["Page"] = "30",
            ["LastDealId"] = done.LastId!.Value.ToString(CultureInfo.InvariantCulture),
        }));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_retry_is_the_same_job_which_waited_with_the_reason_and_counts_its_retries(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(Portal, ct, ("HubSpot:MaxConcurrentRequests", "1"), ("Scans:RetryDelays", "00:00:00.1,00:00:00.1"));
        scene.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 503, Operation = @"^deals\.list$", Path = "limit=100&", Skip = 12, Times = 2 });
        await scene.Node.StartScanAsync("stumbles", $"{scene.HubSpot.PortalId}", scene.Token, new ScanConfig { MaxRetries = 0 }, ct);
        var scan = await scene.Node.BecomesAsync("stumbles", ScanStatus.Completed, ct);
        var job = await FindAsync(scene, JobState.Succeeded, scan, ct);
        var details = Read(scene, job);
        Assert.That(details.Properties, Contains.Item(KeyValuePair.Create("RetryCount", "2")));
        Assert.That(details.History.Count(state => state.StateName == ProcessingState.StateName), Is.EqualTo(3));
        Assert.That(
            details.History.Where(state => state.StateName == ScheduledState.StateName).Select(state => state.Reason),
            Has.Exactly(2).Items.And.All.Contain("HubSpot is not available"));
    }

    static async Task<string> FindAsync(Scene scene, JobState state, ScanJob scan, CancellationToken ct)
    {
        JobEntry? found = null;
        await Eventually.BecomesAsync(
            async () => found = (await scene.Node.Engine.ListAsync(state, 10, ct)).SingleOrDefault(job => job.Scan == scan.Id), Is.Not.Null, $"{state}", ct);
        return found!.Id;
    }

    static JobDetailsDto Read(Scene scene, string job) => scene.Node.Part<JobStorage>().GetMonitoringApi().JobDetails(job);
}
