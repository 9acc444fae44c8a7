using System.Collections.Concurrent;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;
using Npgsql;

namespace HubSpotDeals.Suite.Faults;

/// <summary>Every call to the database that is made while a scan runs, made to fail in turn.</summary>
public sealed class DatabaseCallSweepTests
{
    const string Portal = "12345678";
    const int Deals = 150;

    /// <summary>A scan that waits out a lease takes ten seconds and no processor: so many wait at a time.</summary>
    const int SideBySide = 12;

    static readonly ScanConfig Config = new() { Properties = ["dealname", "amount"], BatchSize = 60 };

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(300_000)]
    public async Task Whichever_call_fails_before_or_behind_the_server_s_doing_the_scan_completes_by_itself_and_nothing_is_lost(bool behind, CancellationToken ct)
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions { Portals = [new PortalOptions { Deals = Deals, Archived = 0 }] }, ct);
        int calls;
        await using (var sweep = await Sweep.OpenAsync(server, ct))
        {
            calls = await sweep.CountAsync(ct);
        }

        Assert.That(calls, Is.GreaterThan(20), "a plan, pages, checkpoints, a verification, an ending");
        var next = new ConcurrentQueue<int>(Enumerable.Range(1, calls));
        var struck = 0;
        await Task.WhenAll(Enumerable.Range(0, SideBySide).Select(async _ =>
        {
            await using var sweep = await Sweep.OpenAsync(server, ct);
            while (next.TryDequeue(out var call))
            {
                Interlocked.Add(ref struck, await sweep.FailAsync(call, behind ? Fate.CutBehind : Fate.CutBefore, ct) ? 1 : 0);
            }
        }));
        Assert.That(struck, Is.GreaterThan(calls * 2 / 3), "the calls of a scan are about the same each time");
    }

    /// <summary>A database, a worker that reaches it through a proxy, and one scan after the other.</summary>
    sealed class Sweep : IAsyncDisposable
    {
        readonly SandboxServer _hubSpot;
        readonly TestDatabase _database;
        readonly PostgresProxy _proxy;
        readonly NpgsqlDataSource _direct;
        readonly WorkerNode _node;
        int _calls;

        Sweep(SandboxServer hubSpot, TestDatabase database, PostgresProxy proxy, WorkerNode node)
        {
            _hubSpot = hubSpot;
            _database = database;
            _proxy = proxy;
            _node = node;
            _direct = NpgsqlDataSource.Create(database.ConnectionString);
        }

        internal static async Task<Sweep> OpenAsync(SandboxServer hubSpot, CancellationToken ct)
        {
            var database = await TestDatabase.CreateAsync(ct);
            var proxy = new PostgresProxy(database.ConnectionString);
            var node = await WorkerNode.StartAsync(
                proxy.ConnectionString, hubSpot.BaseAddress, ct, ("Scans:RetryDelays", string.Join(',', Enumerable.Repeat("00:00:00.05", 6))));
            return new Sweep(hubSpot, database, proxy, node);
        }

        /// <summary>The calls of an undisturbed scan.</summary>
        internal async Task<int> CountAsync(CancellationToken ct)
        {
            // The first one opens connections and reads types besides.
            await CompletesAsync("first", ct);
            _proxy.Judge = message =>
            {
                Interlocked.Add(ref _calls, message.IsCall ? 1 : 0);
                return Task.FromResult(Fate.Pass);
            };
            await CompletesAsync("undisturbed", ct);
            return _calls;
        }

        /// <summary>Runs a scan whose nth call fails; says whether there was one.</summary>
        internal async Task<bool> FailAsync(int call, Fate fate, CancellationToken ct)
        {
            var seen = 0;
            _proxy.Judge = message => Task.FromResult(message.IsCall && Interlocked.Increment(ref seen) == call ? fate : Fate.Pass);
            await CompletesAsync($"{fate}-{call}", ct);
            return seen >= call;
        }

        async Task CompletesAsync(string scanId, CancellationToken ct)
        {
            await StartAsync(scanId, ct);
            var store = new ScanStore(_direct);
            ScanJob? scan = null;
            await Eventually.BecomesAsync(
                async () =>
                {
                    scan = await store.FindAsync(scanId, ct);
                    return $"{scan?.Status} {(scan?.Status is ScanStatus.Failed or ScanStatus.Paused ? scan.ErrorMessage : "")}";
                },
                Is.EqualTo("Completed "),
                scanId,
                ct);
            _proxy.Judge = null;
            Assert.That((scan!.ProcessedDeals, scan.FailedDeals, scan.Verdict), Is.EqualTo(((long)Deals, 0L, Verdicts.Exact)), scanId);
            await StoredDeals.AreThoseOfAsync(_direct, scan, _hubSpot.Portals.Single(), _hubSpot.Portals.Single().DealIds(), ct);
        }

        /// <summary>As a caller does whose start was not answered: once more, unless it turns out to be there.</summary>
        async Task StartAsync(string scanId, CancellationToken ct)
        {
            try
            {
                await _node.StartScanAsync(scanId, Portal, TokenOptions.DefaultFor(long.Parse(Portal, System.Globalization.CultureInfo.InvariantCulture)).Token, Config, ct);
            }
            catch (Exception trouble) when (trouble is NpgsqlException or IOException)
            {
                if (await new ScanStore(_direct).FindAsync(scanId, ct) is null)
                {
                    await StartAsync(scanId, ct);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            _proxy.Judge = null;
            await _node.DisposeAsync();
            await _direct.DisposeAsync();
            await _proxy.DisposeAsync();
            await _database.DisposeAsync();
        }
    }
}
