using HubSpotDeals.Benchmarks.Machine;
using HubSpotDeals.Infrastructure.Postgres.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HubSpotDeals.Benchmarks.Extraction;

/// <summary>The service, PostgreSQL and HubSpot's stand-in, a process each, as they are deployed; nothing of it is left behind.</summary>
sealed class Deployment : IAsyncDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hubspotdeals-benchmark-");
    readonly List<(ChildProgram Process, Uri Url)> _nodes = [];
    readonly IReadOnlyList<(string Name, string Value)> _settings;
    EmbeddedPostgres? _postgres;

    Deployment(IReadOnlyList<(string Name, string Value)> settings) => _settings = settings;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public ChildProgram Sandbox { get; private set; } = null!;

    public Uri SandboxUrl { get; private set; } = null!;

    /// <summary>The first node of the service.</summary>
    public ChildProgram Service => Nodes[0].Process;

    /// <summary>Where it listens.</summary>
    public Uri ServiceUrl => Nodes[0].Url;

    /// <summary>All nodes of the service.</summary>
    public IReadOnlyList<(ChildProgram Process, Uri Url)> Nodes => _nodes;

    /// <summary>For calls to either.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>PostgreSQL's main process.</summary>
    public int PostgresProcess => _postgres!.ProcessId ?? throw new InvalidOperationException("PostgreSQL has ended.");

    /// <summary>HubSpot as if it had no limits; its stand-in has none unless a portal is given some.</summary>
    public static IReadOnlyList<(string Name, string Value)> Unlimited { get; } =
        [("HubSpot__RequestsPer10Seconds", "100000"), ("HubSpot__SearchRequestsPerSecond", "10000")];

    /// <summary>Starts all three; PostgreSQL with the settings of every embedded server, so commits wait for the disk.</summary>
    public static Task<Deployment> StartAsync(CancellationToken cancellationToken) => StartAsync(nodes: 1, Unlimited, cancellationToken);

    /// <summary>Starts all three, with several nodes of the service, set up as given.</summary>
    public static async Task<Deployment> StartAsync(int nodes, IReadOnlyList<(string Name, string Value)> settings, CancellationToken cancellationToken)
    {
        var deployment = new Deployment(settings);
        try
        {
            await deployment.StartAllAsync(nodes, cancellationToken);
            return deployment;
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>The node that is this process; null: none is, any more.</summary>
    public int? NodeOf(int processId) => _nodes.FindIndex(node => node.Process.Id == processId) is >= 0 and var node ? node : null;

    /// <summary>Kills a node, so that it has no time for anything.</summary>
    public async Task KillNodeAsync(int node) => await _nodes[node].Process.DisposeAsync();

    /// <summary>Starts a killed node again, at another address.</summary>
    public async Task ReviveNodeAsync(int node, CancellationToken cancellationToken) => _nodes[node] = await StartNodeAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var part in _nodes.Select(node => (IAsyncDisposable?)node.Process).Concat([Sandbox, Database, _postgres]))
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        _directory.Delete(recursive: true);
    }

    async Task StartAllAsync(int nodes, CancellationToken cancellationToken)
    {
        // The portals that are measured are added later: the one it begins with is as small as can be.
        Sandbox = ChildProgram.Start("Sandbox", ["--port", "0", "--deals", "1", "--archived", "0"]);
        var ready = await Sandbox.LineAsync(line => line.StartsWith("sandbox ready ", StringComparison.Ordinal), cancellationToken);
        SandboxUrl = new Uri(ready.Split(' ')[2]);

        _postgres = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Directory = Path.Combine(_directory.FullName, "postgres") }, NullLogger.Instance, cancellationToken);
        Database = NpgsqlDataSource.Create(_postgres.ConnectionString);

        for (var node = 0; node < nodes; node++)
        {
            _nodes.Add(await StartNodeAsync(cancellationToken));
        }
    }

    async Task<(ChildProgram Process, Uri Url)> StartNodeAsync(CancellationToken cancellationToken)
    {
        var service = ChildProgram.Start(
            "Api",
            [],
            [
                ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
                ("ConnectionStrings__Postgres", _postgres!.ConnectionString),
                ("HubSpot__BaseUrl", SandboxUrl.GetLeftPart(UriPartial.Authority)),
                ("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Information"),
                .. _settings,
            ]);
        try
        {
            const string Listening = "Now listening on: ";
            var listening = await service.LineAsync(line => line.Contains(Listening, StringComparison.Ordinal), cancellationToken);
            return (service, new Uri(listening[(listening.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim()));
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }
}
