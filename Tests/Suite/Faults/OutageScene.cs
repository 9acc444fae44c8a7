using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Embedded;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HubSpotDeals.Suite.Faults;

/// <summary>A worker on a PostgreSQL of the test's own, with a proxy between, and a portal to be scanned.</summary>
sealed class OutageScene : IAsyncDisposable
{
    const string ScanId = "through-it-all";
    const string Portal = "12345678";

    readonly TemporaryDirectory _home;
    readonly SandboxServer _hubSpot;
    readonly PostgresProxy _proxy;
    WorkerNode? _node;

    OutageScene(TemporaryDirectory home, EmbeddedPostgres postgres, SandboxServer hubSpot)
    {
        _home = home;
        Postgres = postgres;
        _hubSpot = hubSpot;
        _proxy = new PostgresProxy(postgres.ConnectionString);
    }

    internal EmbeddedPostgres Postgres { get; }

    internal SandboxServer HubSpot => _hubSpot;

    internal static async Task<OutageScene> OpenAsync(int deals, CancellationToken ct, params (string Name, string Value)[] settings)
    {
        var home = new TemporaryDirectory();
        // It is killed in earnest: what it says is stored must be on the disk.
        var postgres = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Directory = home.Path, Settings = settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal) },
            NullLogger.Instance, ct);
        var hubSpot = await SandboxServer.StartAsync(new SandboxOptions { Portals = [new PortalOptions { Deals = deals, Archived = 0 }] }, ct);
        return new OutageScene(home, postgres, hubSpot);
    }

    /// <summary>Starts the worker; it patiently tries again.</summary>
    internal async Task<WorkerNode> StartNodeAsync(CancellationToken ct) => _node = await WorkerNode.StartAsync(
        _proxy.ConnectionString, _hubSpot.BaseAddress, ct, ("HubSpot:RequestTimeout", "00:00:03"), ("Scans:RetryDelays", string.Join(',', Enumerable.Repeat("00:00:00.3", 200))));

    /// <summary>Starts the scan, on a worker that is started if there is none.</summary>
    internal async Task StartAsync(ScanConfig config, CancellationToken ct) =>
        await (_node ?? await StartNodeAsync(ct)).StartScanAsync(ScanId, Portal, TokenOptions.DefaultFor(_hubSpot.Portals.Single().PortalId).Token, config, ct);

    /// <summary>Runs the scan, kills the server at the message that the test chooses, starts it again, and holds the result against the portal.</summary>
    internal async Task DiesAtAsync(Func<ClientMessage, Fate> moment, ScanConfig config, CancellationToken ct)
    {
        await StartNodeAsync(ct);
        var dies = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _proxy.Judge = async message =>
        {
            var fate = dies.Task.IsCompleted ? Fate.Pass : moment(message);
            if (fate == Fate.Pass)
            {
                return fate;
            }

            if (fate == Fate.CutBefore)
            {
                await Postgres.StopImmediateAsync(CancellationToken.None);
            }

            dies.TrySetResult();
            return fate;
        };
        await StartAsync(config, ct);
        await dies.Task.WaitAsync(ct);
        await Postgres.StopImmediateAsync(ct); // where the message was to come through first
        await Postgres.RestartAsync(ct);
        await CompletesWholeAsync(ct);
    }

    /// <summary>Ends the worker's idle sessions and takes every connection that the server has to give.</summary>
    internal async Task<IReadOnlyList<NpgsqlConnection>> TakeAllConnectionsAsync(CancellationToken ct)
    {
        var taken = new List<NpgsqlConnection>();
        var own = new NpgsqlConnectionStringBuilder(Postgres.ConnectionString) { Pooling = false }.ConnectionString;
        for (var isFull = false; !isFull;)
        {
            var connection = new NpgsqlConnection(own);
            try
            {
                await connection.OpenAsync(ct);
                taken.Add(connection);
            }
            catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                await connection.DisposeAsync();
                // Sessions that the worker has at hand come free, and are taken before it asks for others.
                isFull = await taken[0].ExecuteScalarAsync<long>(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and state = 'idle' and pid <> pg_backend_pid() and not pid = any(@own) and wait_event = 'ClientRead' and query not like '%listen%'",
                    new { own = taken.Select(session => session.ProcessID).ToArray() }) == 0;
            }
        }

        return taken;
    }

    /// <summary>The scan completes, and has every deal once.</summary>
    internal async Task CompletesWholeAsync(CancellationToken ct)
    {
        await Eventually.BecomesAsync(() => ReadAsync("status", ct), Is.EqualTo("completed"), "the scan", ct);
        await using var database = NpgsqlDataSource.Create(Postgres.ConnectionString);
        var scan = (await new ScanStore(database).FindAsync(ScanId, ct))!;
        var portal = _hubSpot.Portals.Single();
        Assert.That((scan.ProcessedDeals, scan.Verdict), Is.EqualTo(((long)portal.CountDeals(), Verdicts.Exact)));
        await StoredDeals.AreThoseOfAsync(database, scan, portal, portal.DealIds(), ct);
    }

    /// <summary>A column of the scan's row, as text; what the database says while it says nothing.</summary>
    internal async Task<string> ReadAsync(string column, CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Postgres.ConnectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(ct);
            return await ReadAsync(connection, column, ct);
        }
        catch (NpgsqlException away)
        {
            return away.Message;
        }
    }

    /// <summary>The same, by a connection that is open.</summary>
    internal static async Task<string> ReadAsync(NpgsqlConnection connection, string column, CancellationToken ct) =>
        await connection.ExecuteScalarAsync<string>(new CommandDefinition(
            $"select {column}::text from hubspot_deals.scan_jobs where scan_id = @ScanId", new { ScanId }, cancellationToken: ct)) ?? "";

    internal async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(Postgres.ConnectionString);
        await connection.OpenAsync(ct);
        await connection.ExecuteAsync(sql);
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Judge = null;
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        await _proxy.DisposeAsync();
        await _hubSpot.DisposeAsync();
        await using (var pooled = new NpgsqlConnection(Postgres.ConnectionString))
        {
            NpgsqlConnection.ClearPool(pooled);
        }

        await Postgres.DisposeAsync();
        _home.Dispose();
    }
}
