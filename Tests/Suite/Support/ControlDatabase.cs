using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Migrations;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HubSpotDeals.Suite.Support;

/// <summary>A database with the service's own tables and nobody at work on it: a test plays the workers.</summary>
sealed class ControlDatabase : IAsyncDisposable
{
    readonly TestDatabase _database;

    ControlDatabase(TestDatabase database)
    {
        _database = database;
        Source = NpgsqlDataSource.Create(database.ConnectionString);
    }

    internal NpgsqlDataSource Source { get; }

    internal ScanStore Scans => new(Source);

    internal ScanControl Control => new(Source);

    internal ScanRemoval Removal => new(Source, TimeProvider.System);

    /// <summary>A session that may be killed: it is in no pool.</summary>
    internal async Task<NpgsqlConnection> OpenOwnAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    internal static async Task<ControlDatabase> CreateAsync(CancellationToken ct)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        var control = new ControlDatabase(await TestDatabase.CreateAsync(ct));
        await new Migrator(control.Source, NullLogger<Migrator>.Instance).ApplyAsync([MigrationSet.Control], ct);
        return control;
    }

    /// <summary>Starts a scan of the portal.</summary>
    internal async Task<ScanJob> StartAsync(string scanId, CancellationToken ct, string portal = "77", ScanConfig? config = null) =>
        (await Scans.StartAsync(scanId, portal, config ?? new ScanConfig(), static _ => [1, 2, 3], ct)).Scan;

    /// <summary>Takes a scan that must be there to be taken.</summary>
    internal async Task<ScanLease> AcquireAsync(ScanJob scan, CancellationToken ct, string node = "node-1") =>
        await ScanLease.TryAcquireAsync(Source, scan.Id, node, ct) ?? throw new AssertionException($"{scan.ScanId} can't be taken");

    /// <summary>Starts, takes and plans a scan of the list endpoint.</summary>
    internal async Task<PlannedScan> PlanAsync(
        string scanId, IReadOnlyList<DealProperty> properties, CancellationToken ct, string portal = "77", TimeProvider? clock = null)
    {
        var scan = await StartAsync(scanId, ct, portal);
        var lease = await AcquireAsync(scan, ct);
        await new DealTables(Source, clock ?? TimeProvider.System).PlanAsync(lease, scan, properties, [SegmentSource.List], totalDeals: 10, ct);
        return new PlannedScan(await lease.ReadAsync(ct), lease);
    }

    internal async Task<int> ExecuteAsync(string sql, object? values = null)
    {
        await using var connection = await Source.OpenConnectionAsync();
        return await connection.ExecuteAsync(sql, values);
    }

    internal async Task<T?> ScalarAsync<T>(string sql, object? values = null)
    {
        await using var connection = await Source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<T>(sql, values);
    }

    internal async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? values = null)
    {
        await using var connection = await Source.OpenConnectionAsync();
        return [.. await connection.QueryAsync<T>(sql, values)];
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _database.DisposeAsync();
    }
}

/// <summary>A scan whose partition is there, and the right to write it.</summary>
sealed record PlannedScan(ScanJob Scan, ScanLease Lease);
