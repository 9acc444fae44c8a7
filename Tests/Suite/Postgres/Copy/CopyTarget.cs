using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Suite.Support;
using Npgsql;

namespace HubSpotDeals.Suite.Postgres.Copy;

/// <summary>A database that takes encoded rows and says what it understood.</summary>
sealed class CopyTarget : IAsyncDisposable
{
    readonly TestDatabase _database;

    CopyTarget(TestDatabase database, NpgsqlConnection connection) => (_database, Connection) = (database, connection);

    public NpgsqlConnection Connection { get; }

    public static async Task<CopyTarget> CreateAsync(CancellationToken ct)
    {
        var database = await TestDatabase.CreateAsync(ct);
        var target = new CopyTarget(database, await database.OpenAsync(ct));
        await target.ExecuteAsync("set timezone = 'UTC'; set datestyle = 'ISO'", ct);
        return target;
    }

    /// <summary>Sends the rows to a table by one binary COPY.</summary>
    public async Task CopyAsync(string table, ReadOnlyMemory<byte> rows, CancellationToken ct)
    {
        await using var stream = await Connection.BeginRawBinaryCopyAsync($"copy {table} from stdin (format binary)", ct);
        await stream.WriteAsync(CopyBuffer.Header.ToArray(), ct);
        await stream.WriteAsync(rows, ct);
        await stream.WriteAsync(CopyBuffer.Trailer.ToArray(), ct);
    }

    /// <summary>The first column of every row, as text.</summary>
    public Task<string?[]> ReadAsync(string sql, CancellationToken ct) => ReadAsync(sql, [], ct);

    /// <summary>The same, with texts as the query's <c>$1</c>.</summary>
    public async Task<string?[]> ReadAsync(string sql, string[] texts, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        if (sql.Contains("$1", StringComparison.Ordinal))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = texts });
        }

        await using var reader = await command.ExecuteReaderAsync(ct);
        var values = new List<string?>();
        while (await reader.ReadAsync(ct))
        {
            values.Add(await reader.IsDBNullAsync(0, ct) ? null : reader.GetString(0));
        }

        return [.. values];
    }

    public async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _database.DisposeAsync();
    }
}
