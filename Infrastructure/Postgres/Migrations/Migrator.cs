using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Migrations;

/// <summary>Brings the database to the tables that this build knows: numbered SQL files, each applied once, under a lock.</summary>
/// <remarks>
/// Files are embedded resources named <c>NNNN_what_it_does.sql</c> below a <c>Migrations</c> folder. A file that has been applied
/// anywhere is never edited: its checksum is compared at each start, because two databases that only look alike are worse than a
/// service that refuses to start.
/// </remarks>
public sealed partial class Migrator(NpgsqlDataSource database, ILogger<Migrator> logger)
{
    // Any constant of our own: all nodes of all versions must agree on it.
    const long Lock = 0x4875_6253_706f_7401;

    /// <summary>Applies what is missing of each set, in order; another node that starts meanwhile waits for it.</summary>
    /// <exception cref="MigrationException">The database was made by another build: newer, or with edited files.</exception>
    public async Task ApplyAsync(IReadOnlyList<MigrationSet> sets, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // Waits without a statement timeout: the node ahead may be building an index.
        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_lock(@Lock)", new { Lock }, commandTimeout: 0, cancellationToken: cancellationToken));
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(
                """
                create schema if not exists hubspot_deals;
                create table if not exists hubspot_deals.schema_migrations (
                    set_name   text        not null,
                    number     integer     not null,
                    name       text        not null,
                    checksum   text        not null,
                    applied_at timestamptz not null default now(),
                    primary key (set_name, number)
                );
                """,
                cancellationToken: cancellationToken));
            foreach (var set in sets)
            {
                await ApplyAsync(connection, set, cancellationToken);
            }
        }
        finally
        {
            // Not cancellable: the connection goes back to the pool, and must not take the lock with it.
            await connection.ExecuteAsync("select pg_advisory_unlock(@Lock)", new { Lock });
        }
    }

    async Task ApplyAsync(NpgsqlConnection connection, MigrationSet set, CancellationToken cancellationToken)
    {
        var applied = (await connection.QueryAsync<(int Number, string Name, string Checksum)>(new CommandDefinition(
            "select number, name, checksum from hubspot_deals.schema_migrations where set_name = @Name",
            new { set.Name },
            cancellationToken: cancellationToken))).ToDictionary(row => row.Number);

        var files = set.Files();
        var newest = applied.Count == 0 ? 0 : applied.Keys.Max();
        if (newest > files.Count)
        {
            throw new MigrationException(
                $"the database has migration {newest} of '{set.Name}', this build knows {files.Count}: start the newer build, or use another database");
        }

        foreach (var file in files)
        {
            if (applied.TryGetValue(file.Number, out var before))
            {
                if (before.Checksum != file.Checksum)
                {
                    throw new MigrationException(
                        $"migration {file.Number} of '{set.Name}' was applied as '{before.Name}' and has been edited since: restore the file, and put the change into a new one");
                }

                continue;
            }

            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                file.Sql, transaction: transaction, commandTimeout: 0, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                "insert into hubspot_deals.schema_migrations (set_name, number, name, checksum) values (@Set, @Number, @Name, @Checksum)",
                new { Set = set.Name, file.Number, file.Name, file.Checksum },
                transaction,
                cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            Log.Applied(logger, file.Name, set.Name);
        }
    }

    static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "migration {Name} of {Set} applied")]
        public static partial void Applied(ILogger logger, string name, string set);
    }
}

/// <summary>One series of migrations, kept by the assembly that needs its tables.</summary>
/// <param name="Name">The series' name in <c>schema_migrations</c>.</param>
/// <param name="Assembly">The assembly that embeds the files.</param>
/// <param name="Folder">The resource names' prefix, as <c>HubSpotDeals.Infrastructure.Postgres.Migrations</c>.</param>
public sealed record MigrationSet(string Name, Assembly Assembly, string Folder)
{
    /// <summary>The service's own tables.</summary>
    public static MigrationSet Control { get; } =
        new("control", typeof(Migrator).Assembly, "HubSpotDeals.Infrastructure.Postgres.Migrations");

    /// <summary>The files in the order of their numbers, which count from 1 without a gap.</summary>
    internal IReadOnlyList<MigrationFile> Files()
    {
        var files = Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder + ".", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(Read)
            .OrderBy(file => file.Number)
            .ToList();
        if (files.Count == 0 || files.Where((file, index) => file.Number != index + 1).Any())
        {
            throw new MigrationException(
                $"the migrations of '{Name}' must count from 1 without a gap, and are {string.Join(", ", files.Select(file => file.Number))}");
        }

        return files;
    }

    MigrationFile Read(string resource)
    {
        using var stream = Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var sql = reader.ReadToEnd();
        var name = resource[(Folder.Length + 1)..^".sql".Length];
        var number = int.Parse(name.AsSpan(0, name.IndexOf('_', StringComparison.Ordinal)), NumberStyles.None);
        return new MigrationFile(number, name, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
    }
}

sealed record MigrationFile(int Number, string Name, string Sql, string Checksum);

/// <summary>The database can't be brought to what this build needs.</summary>
public sealed class MigrationException(string message) : Exception(message);
