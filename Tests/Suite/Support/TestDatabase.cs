using HubSpotDeals.Infrastructure.Postgres.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HubSpotDeals.Suite.Support;

/// <summary>
/// A fresh, empty database on a real PostgreSQL, dropped on dispose. All tests share one embedded server, which the first
/// one starts; <c>TEST_POSTGRES</c>, an Npgsql connection string whose user may create databases, names another.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    static readonly SemaphoreSlim Gate = new(1, 1);
    static EmbeddedPostgres? _embedded;
    static TemporaryDirectory? _home;

    readonly string _server;

    TestDatabase(string server, string name)
    {
        _server = server;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    public string Name { get; }

    /// <summary>For Npgsql; a process of this user that is given it can connect as well.</summary>
    public string ConnectionString { get; }

    /// <summary>Creates a database with a name of its own.</summary>
    public static async Task<TestDatabase> CreateAsync(CancellationToken ct)
    {
        var database = new TestDatabase(await ServerAsync(ct), $"test_{Guid.NewGuid():N}");
        await ExecuteAsync(database._server, $"create database {database.Name}", ct);
        return database;
    }

    /// <summary>An open connection to the database, for looking at it beside the code under test.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var pooled = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(pooled);
        }

        await ExecuteAsync(_server, $"drop database if exists {Name} with (force)", CancellationToken.None);
    }

    /// <summary>Ends the shared server and removes its files; called once, after the last test.</summary>
    internal static async Task StopServerAsync()
    {
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }

        _home?.Dispose();
    }

    static async Task<string> ServerAsync(CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable("TEST_POSTGRES") is { Length: > 0 } given)
        {
            return given;
        }

        await Gate.WaitAsync(ct);
        try
        {
            _home ??= new TemporaryDirectory();
            _embedded ??= await EmbeddedPostgres.StartAsync(
                new EmbeddedPostgresOptions { Directory = _home.Path, Settings = ForgetfulServer }, NullLogger.Instance, ct);
            return _embedded.ConnectionString;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Settings of a server whose data nobody will miss after a power cut.</summary>
    static readonly Dictionary<string, string> ForgetfulServer = new(StringComparer.Ordinal)
    {
        ["fsync"] = "off",
        ["full_page_writes"] = "off",
        ["synchronous_commit"] = "off",
        // several nodes with pools of their own, in several tests
        ["max_connections"] = "300",
    };

    static async Task ExecuteAsync(string server, string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
