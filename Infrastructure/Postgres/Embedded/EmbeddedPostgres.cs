using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Embedded;

/// <summary>
/// A private PostgreSQL from the machine's own programs, for development, demonstrations and tests: a cluster in a directory
/// of its own, on loopback, that ends with its owner, however that ends, and keeps its data for the next start.
/// </summary>
/// <remarks>
/// The first process on a directory owns the server. A second one that starts while the first lives uses the same server
/// and leaves it running when it goes; when the owner goes the server goes, whoever else uses it.
/// </remarks>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    readonly EmbeddedPostgresOptions _options;
    readonly ClusterDirectory _directory;
    readonly ILogger _logger;
    readonly FileStream? _ownership;
    SupervisedProcess? _server;

    EmbeddedPostgres(EmbeddedPostgresOptions options, ClusterDirectory directory, FileStream? ownership, ILogger logger)
    {
        _options = options;
        _directory = directory;
        _ownership = ownership;
        _logger = logger;
    }

    /// <summary>For Npgsql. It names the password's file (<c>Passfile</c>), not the password.</summary>
    public string ConnectionString => ConnectionStringTo(_options.Database);

    /// <summary>The loopback port; kept by <see cref="RestartAsync"/>, chosen anew by each start.</summary>
    public int Port { get; private set; }

    /// <summary>The server's main process; null after a stop.</summary>
    public int? ProcessId => PostmasterFile.OfRunningServer(_directory.Data)?.ProcessId;

    /// <summary>Whether this process runs the server; false when it uses the one of another process.</summary>
    public bool OwnsServer => _ownership is not null;

    /// <summary>Starts the server of the directory, making the cluster if there is none, or joins the one that runs there.</summary>
    /// <exception cref="EmbeddedPostgresException">It can't be had; the message says what mends it.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, ILogger logger, CancellationToken ct)
    {
        var directory = ClusterDirectory.Open(options.Directory);
        var deadline = new Deadline(options.StartTimeout);
        while (true)
        {
            if (directory.TryOwn() is { } ownership)
            {
                var owner = new EmbeddedPostgres(options, directory, ownership, logger);
                try
                {
                    await owner.RunServerAsync(deadline, ct);
                    return owner;
                }
                catch
                {
                    await owner.DisposeAsync();
                    throw;
                }
            }

            if (PostmasterFile.OfRunningServer(directory.Data) is { IsReady: true } running)
            {
                var guest = new EmbeddedPostgres(options, directory, ownership: null, logger) { Port = running.Port };
                if (await guest.AnswersAsync(ct))
                {
                    await guest.EnsureDatabaseAsync(ct);
                    Log.Joined(logger, running.ProcessId, running.Port);
                    return guest;
                }
            }

            // Its owner starts it, or stops it, and then it is ours to start.
            await deadline.PauseAsync($"Another process holds the database in {options.Directory}, and its server does not answer.", ct);
        }
    }

    /// <summary>Ends the server as a power cut would, all sessions with it: the next start recovers. For tests.</summary>
    public async Task StopImmediateAsync(CancellationToken ct)
    {
        if (_server is { } server)
        {
            server.Tell("immediate");
            await server.Exited.WaitAsync(ct);
            await StopAsync();
        }
    }

    /// <summary>Starts the server again on the same port, ending it first if it runs. For tests.</summary>
    /// <exception cref="InvalidOperationException">Another process runs the server.</exception>
    public async Task RestartAsync(CancellationToken ct)
    {
        if (!OwnsServer)
        {
            throw new InvalidOperationException("The server belongs to another process.");
        }

        await StopAsync();
        await RunServerAsync(new Deadline(_options.StartTimeout), ct);
    }

    /// <summary>Ends the server if this process owns it: sessions are ended, what is committed is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownership is not null)
        {
            await _ownership.DisposeAsync();
        }
    }

    async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync();
            Log.Stopped(_logger, Port);
        }
    }

    async Task RunServerAsync(Deadline deadline, CancellationToken ct)
    {
        while (PostmasterFile.OfRunningServer(_directory.Data) is { } previous)
        {
            await deadline.PauseAsync(
                $"The previous PostgreSQL on {_options.Directory} (process {previous.ProcessId}) does not end.", ct);
        }

        var account = await ServerAccount.ForAsync(_directory.Data, ct);
        var binaries = await PostgresBinaries.FindAsync(_directory.Major, ct);
        _directory.RotateLog();
        var settings = ServerSettings.For(_options.Settings);
        await _directory.InitializeAsync(binaries, account, sync: settings.GetValueOrDefault("fsync") is not "off", ct);
        PostmasterFile.Disown(_directory.Data);

        var port = Port == 0 ? FreePort() : Port;
        while (!await TryRunAsync(binaries, account, settings, port, deadline, ct))
        {
            port = FreePort();
        }

        await EnsureDatabaseAsync(ct);
        _directory.AnnounceService(_options.Database, Port);
        Log.Started(_logger, binaries.Major, Port, _options.Directory);
    }

    /// <summary>One attempt on one port; false when the attempt is worth repeating, on another port.</summary>
    async Task<bool> TryRunAsync(
        PostgresBinaries binaries, ServerAccount account, IReadOnlyDictionary<string, string> settings, int port, Deadline deadline, CancellationToken ct)
    {
        string[] command =
        [
            binaries.Postgres, "-D", account.PathOf(_directory.Data), "-p", port.ToString(CultureInfo.InvariantCulture),
            .. settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" }),
        ];
        _server = SupervisedProcess.Start(account, _directory.Data, _directory.Log, firstLine: "", _options.StopTimeout, command);
        Port = port;
        while (!_server.Exited.IsCompleted)
        {
            if (PostmasterFile.OfRunningServer(_directory.Data) is { IsReady: true } && await AnswersAsync(ct))
            {
                return true;
            }

            await deadline.PauseAsync($"PostgreSQL did not become ready; its log ends: {_directory.LogTail()}", ct);
        }

        var tail = _directory.LogTail();
        if (tail.Contains("could not bind", StringComparison.Ordinal) // somebody was faster to the port
            || tail.Contains("shared memory block", StringComparison.Ordinal)) // sessions of a killed server are about to notice
        {
            await deadline.PauseAsync($"PostgreSQL did not start; its log ends: {tail}", ct);
            await _server.DisposeAsync();
            _directory.RotateLog();
            return false;
        }

        throw new EmbeddedPostgresException($"PostgreSQL did not start. {_server.ErrorOutput} Its log ends: {tail}");
    }

    async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = await ConnectAsync(ct);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    async Task EnsureDatabaseAsync(CancellationToken ct)
    {
        await using var connection = await ConnectAsync(ct);
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = _options.Database } },
        };
        if (await exists.ExecuteScalarAsync(ct) is null)
        {
            var name = new NpgsqlCommandBuilder().QuoteIdentifier(_options.Database);
            await using var create = new NpgsqlCommand($"create database {name}", connection);
            try
            {
                await create.ExecuteNonQueryAsync(ct);
            }
            catch (PostgresException beaten) when (beaten.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                // The owner and a guest that has just joined may both find it missing.
            }
        }
    }

    async Task<NpgsqlConnection> ConnectAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(ConnectionStringTo("postgres") + ";Pooling=false");
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    string ConnectionStringTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = IPAddress.Loopback.ToString(),
        Port = Port,
        Database = database,
        Username = ClusterDirectory.User,
        Passfile = _directory.PasswordFile,
    }.ConnectionString;

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>How long a start may still take.</summary>
    sealed class Deadline(TimeSpan timeout)
    {
        readonly long _begin = TimeProvider.System.GetTimestamp();

        /// <summary>Waits a moment, unless the time is up: then says why it was not enough.</summary>
        public async Task PauseAsync(string reason, CancellationToken ct)
        {
            if (TimeProvider.System.GetElapsedTime(_begin) > timeout)
            {
                throw new EmbeddedPostgresException(reason);
            }

            await Task.Delay(PollInterval, TimeProvider.System, ct);
        }
    }

    static partial class Log
    {
        [LoggerMessage(1300, LogLevel.Information, "Embedded PostgreSQL {Version} runs on port {Port}, its data in {Directory}")]
        public static partial void Started(ILogger logger, int version, int port, string directory);

        [LoggerMessage(1301, LogLevel.Information, "Using the embedded PostgreSQL (process {ProcessId}, port {Port}) of another process")]
        public static partial void Joined(ILogger logger, int processId, int port);

        [LoggerMessage(1302, LogLevel.Information, "Embedded PostgreSQL on port {Port} stopped")]
        public static partial void Stopped(ILogger logger, int port);
    }
}
