using HubSpotDeals.Sandbox;

namespace HubSpotDeals.Suite.Support;

/// <summary>A portal in HubSpot's stand-in, a database, and a worker between them.</summary>
sealed class Scene : IAsyncDisposable
{
    readonly SandboxServer _server;
    readonly TestDatabase _database;

    Scene(SandboxServer server, TestDatabase database, WorkerNode node)
    {
        _server = server;
        _database = database;
        Node = node;
    }

    public SandboxServer Server => _server;

    public Portal HubSpot => _server.Portals.Single();

    public WorkerNode Node { get; }

    public string PortalId => HubSpot.PortalId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public string Token => TokenOptions.DefaultFor(HubSpot.PortalId).Token;

    public static async Task<Scene> OpenAsync(PortalOptions portal, CancellationToken ct, params (string Key, string Value)[] settings)
    {
        var server = await SandboxServer.StartAsync(new SandboxOptions { Portals = [portal] }, ct);
        var database = await TestDatabase.CreateAsync(ct);
        return new Scene(server, database, await WorkerNode.StartAsync(database, server.BaseAddress, ct, settings));
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await _database.DisposeAsync();
        await _server.DisposeAsync();
    }
}
