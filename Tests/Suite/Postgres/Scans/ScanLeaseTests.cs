using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Postgres.Scans;

public sealed class ScanLeaseTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task Of_many_workers_at_once_one_gets_the_lease(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("one", ct);
        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => ScanLease.TryAcquireAsync(database.Source, scan.Id, $"node-{n}", ct)));

        Assert.That(leases.Count(lease => lease is not null), Is.EqualTo(1));
        Assert.That((await database.Scans.FindAsync("one", ct))!.Status, Is.EqualTo(ScanStatus.Running));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Of_many_workers_at_once_one_gets_a_lease_that_has_run_out_and_the_epoch_rises(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("one", ct);
        var former = await database.AcquireAsync(scan, ct);
        await database.ExecuteAsync("update hubspot_deals.scan_jobs set lease_until = clock_timestamp() - interval '1 millisecond'");
        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => ScanLease.TryAcquireAsync(database.Source, scan.Id, $"node-{n}", ct)));

        Assert.That(leases.OfType<ScanLease>().Select(lease => lease.Epoch), Is.EqualTo([former.Epoch + 1]));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_lease_that_is_renewed_is_kept_whether_its_session_lives_or_not(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("one", ct);
        var lease = await database.AcquireAsync(scan, ct);
        Assert.That(await ScanLease.TryAcquireAsync(database.Source, scan.Id, "other", ct), Is.Null, "just taken");
        await MissBeatsAsync(database);
        await lease.RenewAsync(new RunProgress(0, 0, null), ct);
        Assert.That(await ScanLease.TryAcquireAsync(database.Source, scan.Id, "other", ct), Is.Null, "just renewed");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_lease_whose_owner_missed_its_beats_goes_when_the_owner_s_session_ends_and_not_before(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("one", ct);
        await using (var session = await database.OpenOwnAsync(ct))
        {
            await session.ExecuteAsync(
                """
                insert into hubspot_deals.nodes (id, roles, host, process_id, version, backend_pid, backend_start)
                select 'node-1', 'Worker', 'here', 1, '1.0.0', pid, backend_start from pg_stat_activity where pid = pg_backend_pid()
                """);
            await database.AcquireAsync(scan, ct);
            await MissBeatsAsync(database);
            Assert.That(await ScanLease.TryAcquireAsync(database.Source, scan.Id, "other", ct), Is.Null, "its session lives");
            await database.ExecuteAsync("select pg_terminate_backend(backend_pid) from hubspot_deals.nodes");
        }

        ScanLease? taken = null;
        await Eventually.BecomesAsync(
            async () => (taken ??= await ScanLease.TryAcquireAsync(database.Source, scan.Id, "other", ct)) is not null, Is.True, "taken", ct);
        Assert.That(taken!.Epoch, Is.EqualTo(2));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_session_of_another_process_with_the_same_number_is_no_sign_of_life(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("one", ct);
        await using var session = await database.Source.OpenConnectionAsync(ct);
        await session.ExecuteAsync(
            """
            insert into hubspot_deals.nodes (id, roles, host, process_id, version, backend_pid, backend_start)
            select 'node-1', 'Worker', 'here', 1, '1.0.0', pid, backend_start - interval '1 hour' from pg_stat_activity where pid = pg_backend_pid()
            """);
        await database.AcquireAsync(scan, ct);
        await MissBeatsAsync(database);
        Assert.That(await ScanLease.TryAcquireAsync(database.Source, scan.Id, "other", ct), Is.Not.Null);
    }

    [TestCase("status = 'pending', run_after = clock_timestamp() + interval '1 hour'")]
    [TestCase("status = 'completed'")]
    [TestCase("status = 'failed'")]
    [TestCase("status = 'cancelled'")]
    [TestCase("status = 'paused'")]
    public async Task A_scan_that_is_not_due_is_not_taken(string state)
    {
        await using var database = await ControlDatabase.CreateAsync(CancellationToken.None);
        var scan = await database.StartAsync("one", CancellationToken.None);
        await database.ExecuteAsync("update hubspot_deals.scan_jobs set " + state);
        Assert.That(await ScanLease.TryAcquireAsync(database.Source, scan.Id, "node", CancellationToken.None), Is.Null);
        Assert.That(await ScanLease.TryAcquireAsync(database.Source, Guid.NewGuid(), "node", CancellationToken.None), Is.Null, "there is no such scan");
    }

    static readonly Dictionary<string, Func<ScanLease, Task>> Verbs = new(StringComparer.Ordinal)
    {
        ["renew"] = lease => lease.RenewAsync(new RunProgress(5, 5, 5), CancellationToken.None),
        ["complete"] = lease => lease.CompleteAsync(CancellationToken.None),
        ["fail"] = lease => lease.FailAsync("why", CancellationToken.None),
        ["pause"] = lease => lease.PauseAsync("why", CancellationToken.None),
        ["hand back"] = lease => lease.HandBackAsync(CancellationToken.None),
        ["retry later"] = lease => lease.RetryLaterAsync("why", TimeSpan.FromHours(1), 2, CancellationToken.None),
    };

    [Test]
    public async Task Every_verb_of_a_lease_that_is_lost_says_so_and_changes_nothing(
        [ValueSource(nameof(VerbNames))] string verb, [Values("lapsed", "taken", "cancelled")] string loss)
    {
        await using var database = await ControlDatabase.CreateAsync(CancellationToken.None);
        var scan = await database.StartAsync("one", CancellationToken.None);
        var lease = await database.AcquireAsync(scan, CancellationToken.None);
        if (loss == "cancelled")
        {
            await database.Control.CancelAsync("one", CancellationToken.None);
        }
        else
        {
            await database.ExecuteAsync("update hubspot_deals.scan_jobs set lease_until = clock_timestamp() - interval '1 millisecond'");
            if (loss == "taken")
            {
                await database.AcquireAsync(scan, CancellationToken.None, "node-2");
            }
        }

        var before = await database.ScalarAsync<string>("select j::text from hubspot_deals.scan_jobs j");
        Assert.That(() => Verbs[verb](lease), Throws.TypeOf<LeaseLostException>());
        Assert.That(await database.ScalarAsync<string>("select j::text from hubspot_deals.scan_jobs j"), Is.EqualTo(before));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_scan_that_is_to_be_tried_later_keeps_the_reason_and_waits(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("one", ct);
        var lease = await database.AcquireAsync(scan, ct);
        await lease.RetryLaterAsync("HubSpot is down", TimeSpan.FromHours(1), 2, ct);

        var waiting = (await database.Scans.FindAsync("one", ct))!;
        Assert.That((waiting.Status, waiting.ErrorMessage, waiting.FailedAttempts), Is.EqualTo((ScanStatus.Pending, "HubSpot is down", 2)));
        Assert.That(await ScanLease.TryAcquireAsync(database.Source, scan.Id, "node-2", ct), Is.Null, "not yet");
        await database.ExecuteAsync("update hubspot_deals.scan_jobs set run_after = clock_timestamp()");
        Assert.That((await database.AcquireAsync(scan, ct)).Epoch, Is.EqualTo(lease.Epoch + 1));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_former_owner_that_hangs_in_a_transaction_is_ended_and_idle_sessions_are_left_alone(CancellationToken ct)
    {
        await using var database = await ControlDatabase.CreateAsync(ct);
        var scan = await database.StartAsync("one", ct);
        var lease = await database.AcquireAsync(scan, ct);
        await using var hanging = await database.Source.OpenConnectionAsync(ct);
        await using var idle = await database.Source.OpenConnectionAsync(ct);
        foreach (var session in new[] { hanging, idle })
        {
            await session.ExecuteAsync("select set_config('application_name', @SessionName, false)", new { lease.SessionName });
        }

        await hanging.ExecuteAsync("begin; create table public.locked (n int)");
        await lease.HandBackAsync(ct);
        await database.AcquireAsync(scan, ct, "node-2");

        Assert.That(async () => await hanging.ExecuteScalarAsync<int>("select 1"), Throws.InstanceOf<Npgsql.NpgsqlException>());
        // Such a session is in a pool, under the name that its last user gave it: whoever gets it next must find it alive.
        Assert.That(await idle.ExecuteScalarAsync<int>("select 1"), Is.EqualTo(1));
    }

    static string[] VerbNames => [.. Verbs.Keys];

    static Task<int> MissBeatsAsync(ControlDatabase database) =>
        database.ExecuteAsync("update hubspot_deals.scan_jobs set lease_renewed_at = clock_timestamp() - interval '3 seconds'");
}
