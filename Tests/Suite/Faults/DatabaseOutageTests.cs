using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Support;
using Npgsql;

namespace HubSpotDeals.Suite.Faults;

/// <summary>A PostgreSQL that dies, has no connection left or no room, while a scan runs.</summary>
public sealed class DatabaseOutageTests
{
    const int Deals = 3_000;

    static readonly ScanConfig Config = new() { Properties = ["dealname", "amount", "closedate"] };

    [Test]
    [CancelAfter(180_000)]
    public async Task A_server_that_is_killed_in_the_middle_of_a_COPY_loses_nothing(CancellationToken ct)
    {
        await using var scene = await OutageScene.OpenAsync(Deals, ct);
        var copies = 0;
        await scene.DiesAtAsync(
            message => message.Type == 'd' && Interlocked.Increment(ref copies) == 2 ? Fate.CutBefore : Fate.Pass, Config, ct);
    }

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(180_000)]
    public async Task A_server_that_is_killed_at_a_commit_loses_nothing_whether_or_not_it_had_heard_of_it(bool heard, CancellationToken ct)
    {
        await using var scene = await OutageScene.OpenAsync(Deals, ct);
        object? committing = null;
        await scene.DiesAtAsync(
            message =>
            {
                if (message.Type == 'P' && message.Says("store_checkpoints"u8))
                {
                    committing ??= message.Connection;
                }

                // The commit travels with the checkpoint: what follows has the server do both.
                return message.Type == 'S' && message.Connection == committing ? heard ? Fate.CutBehind : Fate.CutBefore : Fate.Pass;
            },
            Config,
            ct);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_server_without_a_connection_left_holds_the_scan_up_and_no_longer(CancellationToken ct)
    {
        await using var scene = await OutageScene.OpenAsync(Deals, ct, ("max_connections", "40"));
        var taken = new List<NpgsqlConnection>();
        try
        {
            using var held = scene.HubSpot.AddFault(new FaultRule { Kind = FaultKind.Hang, Operation = @"^deals\.list$", Times = 1 });
            await scene.StartAsync(Config, ct);
            await Eventually.BecomesAsync(() => held.Struck, Is.Positive, "the scan is planned", ct);
            // The node's idle sessions are ended, and whatever comes free is taken: from here on it gets no new one.
            taken.AddRange(await scene.TakeAllConnectionsAsync(ct));
            held.Dispose();
            // Not even that can be recorded. What is left of the worker's hold on the scan runs out.
            await Eventually.BecomesAsync(() => OutageScene.ReadAsync(taken[0], "(lease_until < clock_timestamp())", ct), Is.EqualTo("true"), "the lease", ct);
        }
        finally
        {
            taken.ForEach(connection => connection.Dispose());
        }

        await scene.CompletesWholeAsync(ct);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_disk_that_is_full_stops_the_scan_with_that_reason_and_room_lets_it_go_on(CancellationToken ct)
    {
        await using var scene = await OutageScene.OpenAsync(deals: 30_000, ct);
        await using var disk = await SmallDisk.OpenAsync(scene.Postgres, ct);
        await scene.ExecuteAsync($"create tablespace small location '{disk.Path}'", ct);
        await scene.ExecuteAsync("alter database hubspot_deals set default_tablespace = 'small'", ct);
        await scene.StartAsync(Config with { Properties = null }, ct);
        await Eventually.BecomesAsync(() => scene.ReadAsync("error_message", ct), Does.Contain("could not extend file").And.Contain(SmallDisk.Reason), "the reason", ct);
        Assert.That(await scene.ReadAsync("status", ct), Is.AnyOf("pending", "running"), "it waits for room");

        await disk.GrowAsync(ct);
        await scene.CompletesWholeAsync(ct);
    }
}
