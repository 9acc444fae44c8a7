using System.Diagnostics;
using System.Globalization;
using HubSpotDeals.Infrastructure.Postgres.Embedded;
using Microsoft.Extensions.Logging;

namespace HubSpotDeals.Suite.Support;

/// <summary>A process of its own that owns, or uses, the embedded PostgreSQL of a directory until it is told to leave or killed.</summary>
public sealed class PostgresOwner : IAsyncDisposable
{
    const string Ready = "ready ";

    readonly Process _process;
    readonly List<string> _output = [];

    PostgresOwner(Process process) => _process = process;

    /// <summary>Everything that the process has said, its log at the finest level included.</summary>
    public IReadOnlyList<string> Output => _output;

    public string ConnectionString { get; private set; } = "";

    /// <summary>Starts the process, through another program (<c>setpriv</c>, to change who it is) where there is a prefix.</summary>
    public static PostgresOwner Begin(string directory, params string[] prefix)
    {
        string[] command = [.. prefix, Environment.ProcessPath!, typeof(PostgresOwner).Assembly.Location, "own-postgres", directory];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        return new PostgresOwner(Process.Start(start)!);
    }

    /// <summary>Starts the process and waits until its server answers.</summary>
    public static async Task<PostgresOwner> StartAsync(string directory, CancellationToken ct, params string[] prefix)
    {
        var owner = Begin(directory, prefix);
        while (await owner._process.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            owner._output.Add(line);
            if (line.StartsWith(Ready, StringComparison.Ordinal))
            {
                owner.ConnectionString = line[Ready.Length..];
                return owner;
            }
        }

        var error = await owner._process.StandardError.ReadToEndAsync(ct);
        throw new InvalidOperationException($"The owner of PostgreSQL ended: {string.Join('\n', owner._output)}\n{error}");
    }

    /// <summary>SIGKILL: nothing in the process gets to run any more.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        _process.Kill();
        await _process.WaitForExitAsync(ct);
    }

    /// <summary>Tells the process to leave and waits until it has.</summary>
    public async Task LeaveAsync()
    {
        _process.StandardInput.Close();
        _output.AddRange((await _process.StandardOutput.ReadToEndAsync()).Split('\n'));
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await LeaveAsync();
        }

        _process.Dispose();
    }

    /// <summary>What the process does.</summary>
    internal static async Task<int> HoldAsync(string directory)
    {
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddSimpleConsole());
        await using var postgres = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Directory = directory }, loggers.CreateLogger<PostgresOwner>(), CancellationToken.None);
        await System.Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Ready}{postgres.ConnectionString}"));
        await System.Console.In.ReadToEndAsync();
        return 0;
    }
}
