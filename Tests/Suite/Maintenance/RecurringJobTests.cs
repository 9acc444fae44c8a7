using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Engines;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Maintenance;

/// <summary>What a worker tidies up by itself, through the job engine.</summary>
[Category("Engine")]
public sealed class RecurringJobTests
{
    const string EveryMinute = "* * * * *";

    [Test]
    [CancelAfter(180_000)]
    public async Task Old_scans_are_removed_and_crashed_ones_found_when_their_time_comes(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(
            new PortalOptions { Deals = 10, Archived = 0 }, ct,
            ("Maintenance:CleanupSchedule", EveryMinute), ("Maintenance:CleanupDaysOld", "7"), ("Maintenance:CrashTimeout", "00:10:00"));
        await SetAsync("old", "status = 'completed', completed_at = now() - interval '8 days'");
        await SetAsync("young", "status = 'completed', completed_at = now() - interval '6 days'");
        // Held by a session that lives, so that no worker takes it over: silent, but not lapsed.
        await SetAsync("crashed", "status = 'running', lease_until = now() + interval '1 day', lease_renewed_at = now() + interval '1 day', updated_at = now() - interval '11 minutes'");

        await Eventually.BecomesAsync(
            async () => (await scene.Node.Scans.ListAsync(null, null, 10, 0, ct)).Scans.Select(scan => $"{scan.ScanId} {scan.Status.Text()}").Order(StringComparer.Ordinal),
            Is.EqualTo(new[] { "crashed failed", "young completed" }),
            "what is left",
            ct);

        async Task SetAsync(string scanId, string assignments)
        {
            await scene.Node.Scans.StartAsync(scanId, "77", new ScanConfig(), static _ => [1], ct);
            await using var connection = await scene.Node.Database.OpenConnectionAsync(ct);
            await connection.ExecuteAsync($"update hubspot_deals.scan_jobs set {assignments} where scan_id = '{scanId}'");
        }
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_schedule_that_is_emptied_switches_the_job_off_and_an_hour_s_is_kept_once_for_all_workers(CancellationToken ct)
    {
        var server = await SandboxServer.StartAsync(new SandboxOptions { Portals = [new PortalOptions { Deals = 1 }] }, ct);
        await using var closing = server;
        await using var database = await TestDatabase.CreateAsync(ct);
        await using (var first = await WorkerNode.StartAsync(database, server.BaseAddress, ct))
        {
            await using var second = await WorkerNode.StartAsync(database, server.BaseAddress, ct);
            await Eventually.BecomesAsync(() => EngineTables.ReadSchedulesAsync(second.Database, ct), Is.EqualTo(EngineTables.SchedulesOf(("cleanup", "0 3 * * *"), ("crash-detection", "* * * * *"))), "the usual jobs", ct);
        }

        await using var third = await WorkerNode.StartAsync(
            database, server.BaseAddress, ct, ("Maintenance:CleanupSchedule", ""), ("Maintenance:CrashDetectionSchedule", "30 * * * *"));
        await Eventually.BecomesAsync(() => EngineTables.ReadSchedulesAsync(third.Database, ct), Is.EqualTo(EngineTables.SchedulesOf(("crash-detection", "30 * * * *"))), "the jobs as they are set now", ct);
    }

    [TestCase("* * * * *", true)]
    [TestCase("0 3 * * 1-5", true)]
    [TestCase("0 0 3 * * ?", false)]
    [TestCase("soon", false)]
    public void A_schedule_is_five_fields_of_cron(string text, bool isOne) => Assert.That(JobEngine.IsSchedule(text), Is.EqualTo(isOne));
}
