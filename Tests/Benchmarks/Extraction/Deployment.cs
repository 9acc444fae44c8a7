using HubSpotDeals.Benchmarks.Machine;
using HubSpotDeals.Infrastructure.Postgres.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HubSpotDeals.Benchmarks.Extraction;

/// <summary>The service, PostgreSQL and HubSpot's stand-in, a process each, as they are deployed; nothing of it is left behind.</summary>
sealed class Deployment : IAsyncDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hubspotdeals-benchmark-");
    EmbeddedPostgres? _postgres;

    Deployment()
    {
    }

    public NpgsqlDataSource Database { get; private set; } = null!;

    public ChildProgram Sandbox { get; private set; } = null!;

    public Uri SandboxUrl { get; private set; } = null!;

    public ChildProgram Service { get; private set; } = null!;

    public Uri ServiceUrl { get; private set; } = null!;

    /// <summary>For calls to either.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>PostgreSQL's main process.</summary>
    public int PostgresProcess => _postgres!.ProcessId ?? throw new InvalidOperationException("PostgreSQL has ended.");

    /// <summary>Starts all three; PostgreSQL with the settings of every embedded server, so commits wait for the disk.</summary>
    public static async Task<Deployment> StartAsync(CancellationToken cancellationToken)
    {
        var deployment = new Deployment();
        try
        {
            await deployment.StartAllAsync(cancellationToken);
            return deployment;
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var part in new IAsyncDisposable?[] { Service, Sandbox, Database, _postgres })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        _directory.Delete(recursive: true);
    }

    async Task StartAllAsync(CancellationToken cancellationToken)
    {
        // The portals that are measured are added later: the one it begins with is as small as can be.
        Sandbox = ChildProgram.Start("Sandbox", ["--port", "0", "--deals", "1", "--archived", "0"]);
        var ready = await Sandbox.LineAsync(line => line.StartsWith("sandbox ready ", StringComparison.Ordinal), cancellationToken);
        SandboxUrl = new Uri(ready.Split(' ')[2]);

        _postgres = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Directory = Path.Combine(_directory.FullName, "postgres") }, NullLogger.Instance, cancellationToken);
        Database = NpgsqlDataSource.Create(_postgres.ConnectionString);

        Service = ChildProgram.Start(
            "Api",
            [],
            ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
            ("ConnectionStrings__Postgres", _postgres.ConnectionString),
            ("HubSpot__BaseUrl", SandboxUrl.GetLeftPart(UriPartial.Authority)),
            ("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Information"));
        const string Listening = "Now listening on: ";
        var listening = await Service.LineAsync(line => line.Contains(Listening, StringComparison.Ordinal), cancellationToken);
        ServiceUrl = new Uri(listening[(listening.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim());
    }
}
