using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Migrations;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Jobs.Nodes;
using HubSpotDeals.Jobs.Scans;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Suite.Support;

/// <summary>A worker in the test's own process, put together as the service does it, for scans that are started without HTTP.</summary>
public sealed class WorkerNode : IAsyncDisposable
{
    readonly IHost _host;

    WorkerNode(IHost host) => _host = host;

    public string Id => Part<NodeIdentity>().Id;

    public JobEngine Engine => Part<JobEngine>();

    public NpgsqlDataSource Database => _host.Services.GetRequiredService<NpgsqlDataSource>();

    public ScanStore Scans => _host.Services.GetRequiredService<ScanStore>();

    /// <summary>One of the service's parts, as this node has it.</summary>
    public T Part<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Starts a worker on the database, which it migrates.</summary>
    public static Task<WorkerNode> StartAsync(
        TestDatabase database, Uri hubSpot, CancellationToken ct, params (string Key, string Value)[] settings) =>
        StartAsync(database.ConnectionString, hubSpot, ct, settings);

    /// <summary>Starts a worker on the database that a connection string leads to, which it migrates.</summary>
    public static Task<WorkerNode> StartAsync(
        string connectionString, Uri hubSpot, CancellationToken ct, params (string Key, string Value)[] settings) =>
        StartAsync(connectionString, hubSpot, static _ => { }, ct, settings);

    /// <summary>The same, with parts that are registered besides the service's own.</summary>
    public static async Task<WorkerNode> StartAsync(
        string connectionString, Uri hubSpot, Action<IServiceCollection> add, CancellationToken ct, params (string Key, string Value)[] settings)
    {
        Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
        [
            KeyValuePair.Create<string, string?>("HubSpot:BaseUrl", hubSpot.ToString()),
            KeyValuePair.Create<string, string?>("HubSpot:RetryBaseDelay", "00:00:00.010"),
            // The stand-in has no limits unless it is given some, and then it says so itself.
            KeyValuePair.Create<string, string?>("HubSpot:RequestsPer10Seconds", "100000"),
            KeyValuePair.Create<string, string?>("HubSpot:SearchRequestsPerSecond", "10000"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(new NpgsqlDataSourceBuilder(connectionString).Build());
        builder.Services.AddSingleton<Migrator>();
        builder.Services.AddSingleton<ScanStore>();
        builder.Services.AddSecrets(builder.Configuration);
        builder.Services.AddHubSpot(builder.Configuration);
        builder.Services.AddJobs(
            builder.Configuration, connectionString, new NodeIdentity { Roles = NodeRoles.Api | NodeRoles.Worker });
        add(builder.Services);
        var host = builder.Build();
        await host.Services.GetRequiredService<Migrator>().ApplyAsync([MigrationSet.Control, JobEngineSetup.Migrations], ct);
        await host.Services.GetRequiredService<SecretsSetup>().EnsureKeyAsync(ct);
        await host.StartAsync(ct);
        return new WorkerNode(host);
    }

    /// <summary>Starts a scan as the API would.</summary>
    public async Task<ScanJob> StartScanAsync(string scanId, string portalId, string token, ScanConfig config, CancellationToken ct)
    {
        var vault = _host.Services.GetRequiredService<TokenVault>();
        var start = await Scans.StartAsync(scanId, portalId, config, id => vault.Protect(id, AccessToken.Parse(token)), ct);
        Assert.That(start.Outcome, Is.AnyOf(StartOutcome.Started, StartOutcome.Resumed));
        await _host.Services.GetRequiredService<ScanQueue>().EnqueueAsync(start.Scan, ct);
        return start.Scan;
    }

    /// <summary>Waits until the scan is in the state.</summary>
    public async Task<ScanJob> BecomesAsync(string scanId, ScanStatus status, CancellationToken ct)
    {
        ScanJob? scan = null;
        await Eventually.BecomesAsync(
            async () =>
            {
                scan = await Scans.FindAsync(scanId, ct);
                return scan?.Status;
            },
            Is.EqualTo(status),
            scanId,
            ct);
        return scan!;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
