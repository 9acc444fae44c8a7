using System.Globalization;
using System.Net;
using System.Text;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Story;

/// <summary>The promises that the service lives by, against its real processes: what a kill, a sleep, a stop and a cancel leave behind.</summary>
[Category("Engine")]
public sealed class FaultTests : ProcessStory
{
    [Test]
    [Category("Campaign")]
    [CancelAfter(400_000)]
    public async Task A_service_killed_twenty_times_within_one_scan_stores_every_deal_once_with_every_value(CancellationToken ct)
    {
        const int Kills = 20;
        var seed = Environment.TickCount;
        await TestContext.Out.WriteLineAsync($"seed {seed.ToString(CultureInfo.InvariantCulture)}");
        var random = new Random(seed);
        // Slow enough that twenty lives of the service are needed: the kills come before the end, whatever the machine does.
        await OpenAsync(deals: 30_000, latency: TimeSpan.FromMilliseconds(5), ct);

        var service = await StartServiceAsync(ct);
        try
        {
            Assert.That((await service.StartScanAsync("killed", Portal, Token, Properties, ct)).Status, Is.EqualTo(HttpStatusCode.Accepted));
            for (var kill = 1; kill <= Kills; kill++)
            {
                // Each life reads some pages, and dies at some instant of the next: reading, parsing, in the COPY, in the commit.
                var pages = Server.Log.Total + random.Next(1, 14);
                await Eventually.BecomesAsync(() => Server.Log.Total, Is.GreaterThanOrEqualTo(pages), "requests to HubSpot", ct);
                await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 20), TimeProvider.System, ct);
                Assert.That(await StatusAsync("killed"), Is.EqualTo("running").Or.EqualTo("pending"), "the scan ended before its kills");
                await service.KillAsync();
                await service.DisposeAsync();
                service = await StartServiceAsync(ct);
            }

            await CompletedAsync("killed", ct);
        }
        finally
        {
            await service.DisposeAsync();
        }

        await IsExactAsync("killed", ct);
        Assert.That((await ScanAsync("killed", ct)).LeaseEpoch, Is.GreaterThan(Kills / 2), "most kills hit a life that held the lease");
    }

    [Test]
    [CancelAfter(200_000)]
    public async Task Nothing_that_a_worker_writes_after_sleeping_longer_than_its_lease_is_accepted(CancellationToken ct)
    {
        await OpenAsync(deals: 20_000, latency: TimeSpan.FromMilliseconds(20), ct);
        await using var sleeper = await StartServiceAsync(ct);
        // Who moves a checkpoint, under which name and with which epoch in force, is written down by the database itself.
        await ExecuteAsync(
            """
            create table witness (session text, epoch bigint, at timestamptz default clock_timestamp());
            create function witness() returns trigger language plpgsql as $$
            begin
                insert into witness (session, epoch)
                select current_setting('application_name'), lease_epoch from hubspot_deals.scan_jobs where id = new.scan;
                return new;
            end $$;
            create trigger witness after update of cursor, deals on hubspot_deals.scan_segments for each row execute function witness();
            """);
        await sleeper.StartScanAsync("slept", Portal, Token, Properties, ct);
        await Eventually.BecomesAsync(async () => (await ScanAsync("slept", ct)).ProcessedDeals, Is.GreaterThan(0), "stored deals", ct);

        await sleeper.SleepAsync(ct);
        var asleep = await ScanAsync("slept", ct);
        await using (var other = await StartServiceAsync(ct))
        {
            await Eventually.BecomesAsync(
                async () => (await ScanAsync("slept", ct)).LeaseEpoch, Is.GreaterThan(asleep.LeaseEpoch), "the epoch of another owner", ct);
            await sleeper.WakeAsync(ct);
            await Eventually.BecomesAsync(() => sleeper.Output, Does.Contain("is no longer this node's"), "what the woken worker says", ct);
            await CompletedAsync("slept", ct);
        }

        var strangers = await QueryAsync<string>(
            "select distinct session || ' under ' || epoch from witness where session <> 'scan ' || replace((select id::text from hubspot_deals.scan_jobs), '-', '') || ' ' || epoch");
        Assert.That(strangers, Is.Empty, "checkpoints moved by a session whose epoch was not in force");
        await IsExactAsync("slept", ct);
    }

    [Test]
    [CancelAfter(200_000)]
    public async Task A_lone_worker_that_slept_through_its_lease_takes_its_scan_anew_and_completes_it(CancellationToken ct)
    {
        await OpenAsync(deals: 10_000, latency: TimeSpan.FromMilliseconds(20), ct);
        await using var service = await StartServiceAsync(ct);
        await service.StartScanAsync("lone", Portal, Token, Properties, ct);
        await Eventually.BecomesAsync(async () => (await ScanAsync("lone", ct)).ProcessedDeals, Is.GreaterThan(0), "stored deals", ct);

        await service.SleepAsync(ct);
        var asleep = await ScanAsync("lone", ct);
        await Eventually.BecomesAsync(
            () => QueryAsync<bool>("select lease_until < clock_timestamp() from hubspot_deals.scan_jobs"), Is.EqualTo([true]), "the lease's end", ct);
        await service.WakeAsync(ct);

        await CompletedAsync("lone", ct);
        Assert.That((await ScanAsync("lone", ct)).LeaseEpoch, Is.GreaterThan(asleep.LeaseEpoch));
        await IsExactAsync("lone", ct);
    }

    [Test]
    [CancelAfter(200_000)]
    public async Task A_killed_nodes_scan_goes_on_on_another_node_within_15_seconds(CancellationToken ct)
    {
        await OpenAsync(deals: 20_000, latency: TimeSpan.FromMilliseconds(20), ct);
        await using var owner = await StartServiceAsync(ct);
        await owner.StartScanAsync("orphan", Portal, Token, Properties, ct);
        await Eventually.BecomesAsync(async () => (await ScanAsync("orphan", ct)).ProcessedDeals, Is.GreaterThan(0), "stored deals", ct);
        await using var heir = await StartServiceAsync(ct);

        await owner.KillAsync();
        var killed = await QueryAsync<DateTime>("select clock_timestamp()");
        var before = await ScanAsync("orphan", ct);
        await Eventually.BecomesAsync(
            async () => await ScanAsync("orphan", ct) is { } now && now.LeaseEpoch > before.LeaseEpoch && now.ProcessedDeals > before.ProcessedDeals,
            Is.True, "deals stored by the heir", ct);
        var took = (await QueryAsync<DateTime>("select min(updated_at) from hubspot_deals.scan_segments"))[0] - killed[0];
        await TestContext.Out.WriteLineAsync($"taken over after {took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(15)));
        await CompletedAsync("orphan", ct);
        await IsExactAsync("orphan", ct);
    }

    [Test]
    [CancelAfter(200_000)]
    public async Task A_node_that_is_told_to_stop_hands_its_scan_to_another_and_exits_cleanly(CancellationToken ct)
    {
        await OpenAsync(deals: 15_000, latency: TimeSpan.FromMilliseconds(20), ct);
        await using var leaver = await StartServiceAsync(ct);
        await leaver.StartScanAsync("handed", Portal, Token, Properties, ct);
        await Eventually.BecomesAsync(async () => (await ScanAsync("handed", ct)).ProcessedDeals, Is.GreaterThan(0), "stored deals", ct);
        await using var stayer = await StartServiceAsync(ct);

        Assert.That(await leaver.StopAsync(ct), Is.Zero);
        Assert.That(leaver.Output, Does.Contain("handed back"));
        await CompletedAsync("handed", ct);
        await IsExactAsync("handed", ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_scan_whose_process_dies_right_after_the_202_runs_when_a_process_comes_back(CancellationToken ct)
    {
        await OpenAsync(deals: 1_000, latency: TimeSpan.Zero, ct);
        await using (var service = await StartServiceAsync(ct))
        {
            Assert.That((await service.StartScanAsync("promised", Portal, Token, Properties, ct)).Status, Is.EqualTo(HttpStatusCode.Accepted));
            await service.KillAsync();
        }

        await using var next = await StartServiceAsync(ct);
        await CompletedAsync("promised", ct);
        await IsExactAsync("promised", ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_cancel_through_any_node_ends_the_scan_at_once_and_a_start_goes_on_from_its_checkpoint(CancellationToken ct)
    {
        await OpenAsync(deals: 10_000, latency: TimeSpan.FromMilliseconds(20), ct);
        await using var runner = await StartServiceAsync(ct);
        await using var other = await StartServiceAsync(ct);
        await runner.StartScanAsync("cancelled", Portal, Token, Properties, ct);
        await Eventually.BecomesAsync(async () => (await ScanAsync("cancelled", ct)).ProcessedDeals, Is.GreaterThan(0), "stored deals", ct);

        Assert.That(await other.PostAsync("api/v1/scan/cancelled/cancel", ct), Does.Contain("\"status\":\"cancelled\""));
        var stored = (await ScanAsync("cancelled", ct)).ProcessedDeals;
        await Eventually.BecomesAsync(() => runner.Output, Does.Contain("is no longer this node's"), "what the runner says", ct);
        Assert.That((await ScanAsync("cancelled", ct)).ProcessedDeals, Is.EqualTo(stored), "nothing was stored after the answer");

        Assert.That((await other.StartScanAsync("cancelled", Portal, Token, Properties, ct)).Body, Does.Contain("\"resumed\":true"));
        await CompletedAsync("cancelled", ct);
        await IsExactAsync("cancelled", ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task No_access_token_is_in_any_table_log_or_answer(CancellationToken ct)
    {
        const string Wrong = "pat-na1-99999999-8888-7777-6666-555555555555";
        await OpenAsync(deals: 3_000, latency: TimeSpan.FromMilliseconds(20), ct);
        var said = new StringBuilder();
        await using (var service = await StartServiceAsync(ct))
        {
            said.Append((await service.StartScanAsync("wrong", Portal, Wrong, Properties, ct)).Body);
            said.Append((await service.StartScanAsync("secret", Portal, Token, Properties, ct)).Body);
            await Eventually.BecomesAsync(async () => (await ScanAsync("secret", ct)).ProcessedDeals, Is.GreaterThan(0), "stored deals", ct);
            said.Append(await DumpAsync(ct)); // while the token is in use, and stored
            Server.RevokeToken(Token);
            await Eventually.BecomesAsync(() => StatusAsync("secret"), Is.EqualTo("paused"), "the state after the token has died", ct);
            foreach (var path in (string[])["api/v1/scan/secret/status", "api/v1/scan/list", "api/v1/results/secret/result", "api/v1/results/secret/download/csv", "health", "swagger.json"])
            {
                said.Append(await service.GetAsync(path, ct));
            }

            said.Append(await DumpAsync(ct));
            said.Append(service.Output);
        }

        foreach (var token in (string[])[Token, Wrong])
        {
            foreach (var spelling in (string[])[token, token[8..], Convert.ToBase64String(Encoding.UTF8.GetBytes(token)), Convert.ToHexStringLower(Encoding.UTF8.GetBytes(token))])
            {
                Assert.That(said.ToString().Contains(spelling, StringComparison.OrdinalIgnoreCase), Is.False, "a token was found");
            }
        }

        Assert.That(said.ToString(), Does.Contain($"hubspot_deals_{JobEngine.Name.ToLowerInvariant()}.").And.Contain("scan_jobs").And.Contain("dealname"), "the dump has what it is looked through for");
    }

    /// <summary>Every row of every table as text, with the tables' names.</summary>
    async Task<string> DumpAsync(CancellationToken ct)
    {
        var dump = new StringBuilder();
        foreach (var table in await QueryAsync<string>(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1"))
        {
            dump.AppendLine(table);
            foreach (var row in await QueryAsync<string>($"select t::text from {table} t"))
            {
                dump.AppendLine(row);
            }

            ct.ThrowIfCancellationRequested();
        }

        foreach (var activity in await QueryAsync<string>("select query from pg_stat_activity"))
        {
            dump.AppendLine(activity);
        }

        return dump.ToString();
    }
}
