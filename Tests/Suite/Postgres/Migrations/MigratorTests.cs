using System.Reflection;
using System.Text;
using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Migrations;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HubSpotDeals.Suite.Postgres.Migrations;

public sealed class MigratorTests
{
    // Fails if it is applied twice, and leaves a row each time that it is applied.
    static readonly MigrationSet Toys = Set(("0001_first.sql", "create table public.toys (n int); insert into public.toys values (1);"), ("0002_second.sql", "insert into public.toys values (2);"));

    [Test]
    [CancelAfter(120_000)]
    public async Task Nodes_that_start_at_once_on_an_empty_database_apply_each_file_once(CancellationToken ct)
    {
        await using var database = await TestDatabase.CreateAsync(ct);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Migrator(source).ApplyAsync([MigrationSet.Control, Toys], ct)));

        Assert.That(await ReadAsync<int>(source, "select n from public.toys order by n"), Is.EqualTo([1, 2]));
        Assert.That(
            await ReadAsync<string>(source, "select name from hubspot_deals.schema_migrations where set_name = 'toys' order by number"),
            Is.EqualTo(["0001_first", "0002_second"]));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_file_that_was_edited_after_it_was_applied_is_refused_with_the_mend(CancellationToken ct)
    {
        await using var database = await TestDatabase.CreateAsync(ct);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await Migrator(source).ApplyAsync([Toys], ct);
        var edited = Set(("0001_first.sql", "create table public.toys (n bigint)"), ("0002_second.sql", "select 1"), ("0003_third.sql", "insert into public.toys values (3)"));

        Assert.That(
            () => Migrator(source).ApplyAsync([edited], ct),
            Throws.TypeOf<MigrationException>().With.Message.Contains("0001_first").And.Message.Contains("restore the file"));
        Assert.That(await ReadAsync<int>(source, "select n from public.toys order by n"), Is.EqualTo([1, 2]), "nothing behind it was applied");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_database_of_a_newer_build_is_refused_with_the_mend(CancellationToken ct)
    {
        await using var database = await TestDatabase.CreateAsync(ct);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await Migrator(source).ApplyAsync([Toys], ct);
        var older = Set(("0001_first.sql", "create table public.toys (n int); insert into public.toys values (1);"));

        Assert.That(
            () => Migrator(source).ApplyAsync([older], ct),
            Throws.TypeOf<MigrationException>().With.Message.Contains("migration 2").And.Message.Contains("start the newer build"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_file_that_fails_leaves_nothing_and_is_tried_again_by_the_next_start(CancellationToken ct)
    {
        await using var database = await TestDatabase.CreateAsync(ct);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        var broken = Set(("0001_first.sql", "create table public.toys (n int); select 1 / 0;"));

        Assert.That(() => Migrator(source).ApplyAsync([broken], ct), Throws.TypeOf<PostgresException>());
        Assert.That(await ReadAsync<string>(source, "select to_regclass('public.toys')::text"), Is.EqualTo(new string?[] { null }));
        // Within a deadline of its own: a lock that the failure left behind would be waited for without one.
        await Migrator(source).ApplyAsync([Toys], ct).WaitAsync(TimeSpan.FromSeconds(30), ct);
        Assert.That(await ReadAsync<int>(source, "select n from public.toys order by n"), Is.EqualTo([1, 2]));
    }

    [TestCase("0001_a.sql", "0003_c.sql")]
    [TestCase("0002_b.sql")]
    [TestCase("0001_a.sql", "0001_b.sql")]
    [TestCase]
    public async Task Numbers_that_do_not_count_from_one_without_a_gap_are_refused(params string[] names)
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        var set = Set([.. names.Select(name => (name, "select 1"))]);
        Assert.That(
            () => Migrator(source).ApplyAsync([set], CancellationToken.None),
            Throws.TypeOf<MigrationException>().With.Message.Contains("without a gap"));
    }

    static Migrator Migrator(NpgsqlDataSource source) => new(source, NullLogger<Migrator>.Instance);

    static MigrationSet Set(params (string Name, string Sql)[] files) => new("toys", new Embedding(files), "Toys");

    static async Task<List<T>> ReadAsync<T>(NpgsqlDataSource source, string sql)
    {
        await using var connection = await source.OpenConnectionAsync();
        return [.. await connection.QueryAsync<T>(sql)];
    }

    /// <summary>An assembly that embeds these files.</summary>
    sealed class Embedding((string Name, string Sql)[] files) : Assembly
    {
        public override string[] GetManifestResourceNames() => [.. files.Select(file => "Toys." + file.Name), "Others.0001_other.sql"];

        public override Stream? GetManifestResourceStream(string name) =>
            new MemoryStream(Encoding.UTF8.GetBytes(Array.Find(files, file => "Toys." + file.Name == name).Sql));
    }
}
