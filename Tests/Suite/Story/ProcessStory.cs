using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;
using Npgsql;

namespace HubSpotDeals.Suite.Story;

/// <summary>What tests of the service's real processes share: HubSpot's stand-in, a database, and a look at both behind the service's back.</summary>
public abstract class ProcessStory
{
    private protected const string Portal = "12345678";

    private protected static readonly string[] Properties =
    [
        "dealname", "amount", "dealstage", "pipeline", "closedate", "createdate", "hs_lastmodifieddate", "hubspot_owner_id", "dealtype",
        "hs_priority", "hs_forecast_probability", "description", "hs_next_step", "num_associated_contacts", "hs_is_closed",
        "hs_deal_stage_probability", "deal_currency_code",
    ];

    // Not the stand-in's usual one, which is the documentation's example as well and stands in the API's description.
    private protected const string Token = "pat-na1-5ec2e7aa-0d0d-4c4c-8b8b-7e57c0ffee01";

    private protected SandboxServer Server { get; private set; } = null!;

    private protected Portal HubSpot => Server.Portals.Single();

    private protected TestDatabase Database { get; private set; } = null!;

    private protected NpgsqlDataSource Sql { get; private set; } = null!;

    [TearDown]
    public async Task CloseAsync()
    {
        await Sql.DisposeAsync();
        await Database.DisposeAsync();
        await Server.DisposeAsync();
    }

    private protected async Task OpenAsync(int deals, TimeSpan latency, CancellationToken ct)
    {
        Server = await SandboxServer.StartAsync(
            new SandboxOptions { Portals = [new PortalOptions
            {
                Deals = deals,
                Archived = 0,
                Tokens = [TokenOptions.DefaultFor(PortalOptions.DefaultPortalId) with { Token = Token }],
            }], Latency = latency * ServiceProcess.RequestsInFlight }, ct);
        Database = await TestDatabase.CreateAsync(ct);
        Sql = NpgsqlDataSource.Create(Database.ConnectionString);
        DefaultTypeMap.MatchNamesWithUnderscores = true;
    }

    private protected Task<ServiceProcess> StartServiceAsync(CancellationToken ct) => ServiceProcess.StartAsync(Database, Server.BaseAddress, ct);

    private protected async Task<ScanJob> ScanAsync(string scanId, CancellationToken ct) => (await new ScanStore(Sql).FindAsync(scanId, ct))!;

    private protected async Task<string> StatusAsync(string scanId) => (await ScanAsync(scanId, CancellationToken.None)).Status.Text();

    private protected Task CompletedAsync(string scanId, CancellationToken ct) =>
        Eventually.BecomesAsync(() => StatusAsync(scanId), Is.EqualTo("completed"), $"the state of {scanId}", ct);

    private protected async Task IsExactAsync(string scanId, CancellationToken ct)
    {
        var scan = await ScanAsync(scanId, ct);
        Assert.That(scan.ProcessedDeals, Is.EqualTo(HubSpot.CountDeals()));
        Assert.That(scan.FailedDeals, Is.Zero);
        await StoredDeals.AreThoseOfAsync(Sql, scan, HubSpot, HubSpot.DealIds(), ct);
    }

    private protected async Task ExecuteAsync(string sql)
    {
        await using var connection = await Sql.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    private protected async Task<List<T>> QueryAsync<T>(string sql)
    {
        await using var connection = await Sql.OpenConnectionAsync();
        return [.. await connection.QueryAsync<T>(sql)];
    }
}
