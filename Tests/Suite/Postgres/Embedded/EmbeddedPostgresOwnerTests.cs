using System.Diagnostics;
using System.Globalization;
using HubSpotDeals.Infrastructure.Postgres.Embedded;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HubSpotDeals.Suite.Postgres.Embedded;

/// <summary>Whose the embedded server is, seen from outside: owners are processes of their own, and are killed.</summary>
[TestFixture]
public sealed class EmbeddedPostgresOwnerTests
{
    // As in a container that was given Docker's default capabilities.
    const string ContainersCapabilities =
        "-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap";

    TemporaryDirectory _home = null!;

    [SetUp]
    public void MakeHome() => _home = new TemporaryDirectory();

    [TearDown]
    public void RemoveHome() => _home.Dispose();

    [Test]
    public async Task A_killed_owner_leaves_no_process_and_the_next_start_finds_its_data()
    {
        await using var owner = await PostgresOwner.StartAsync(_home.Path, Token);
        await ExecuteAsync(owner.ConnectionString, "create table kept (i int); insert into kept values (42)");
        var family = Family(Postmaster());
        Assert.That(family, Has.Count.GreaterThan(5), "supervisor, postmaster and its helpers");
        await owner.KillAsync(Token);

        // At once: the old server is still shutting down.
        await using var next = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Directory = _home.Path }, NullLogger.Instance, Token);
        Assert.That(await ScalarAsync(next.ConnectionString, "select i from kept"), Is.EqualTo(42));
        await Eventually.BecomesAsync(() => family.Where(IsAlive), Is.Empty, "processes of the killed owner's server", Token);
    }

    [Test]
    public async Task A_killed_supervisor_takes_the_server_along()
    {
        await using var owner = await PostgresOwner.StartAsync(_home.Path, Token);
        var family = Family(Postmaster());
        using var supervisor = Process.GetProcessById(family[0]);
        supervisor.Kill();
        await Eventually.BecomesAsync(() => family.Where(IsAlive), Is.Empty, "processes of the killed supervisor's server", Token);
    }

    [Test]
    public async Task A_killed_server_is_started_again_with_its_data()
    {
        await using (var postgres = await StartAsync())
        {
            await ExecuteAsync(postgres.ConnectionString, "create table kept (i int); insert into kept values (42)");
            using var postmaster = Process.GetProcessById(Postmaster());
            postmaster.Kill();
            await Eventually.BecomesAsync(() => postgres.ProcessId, Is.Null, "the killed server's process", Token);
        }

        await using var next = await StartAsync();
        Assert.That(await ScalarAsync(next.ConnectionString, "select i from kept"), Is.EqualTo(42));
    }

    [Test]
    public async Task An_owner_killed_while_the_cluster_is_made_does_not_spoil_the_next_start()
    {
        var begun = PostgresOwner.Begin(_home.Path);
        await using (begun)
        {
            // initdb is at work from the moment its directory is there until that has become the cluster.
            await Eventually.BecomesAsync(
                () => Directory.EnumerateFiles(_home.Path, "PG_VERSION", SearchOption.AllDirectories), Is.Not.Empty, "initdb's first files", Token);
            await begun.KillAsync(Token);
        }

        Assert.That(Directory.Exists(Path.Combine(_home.Path, "data")), Is.False, "the kill came too late to interrupt anything");
        await using var next = await StartAsync();
        Assert.That(await ScalarAsync(next.ConnectionString, "select 1"), Is.EqualTo(1));
        Assert.That(Directory.EnumerateDirectories(_home.Path).Select(Path.GetFileName), Is.EqualTo(["data"]));
    }

    [Test]
    public async Task A_second_process_uses_the_same_server_and_leaves_it_running()
    {
        await using var postgres = await StartAsync();
        await using (var guest = await PostgresOwner.StartAsync(_home.Path, Token))
        {
            Assert.That(guest.ConnectionString, Is.EqualTo(postgres.ConnectionString));
        }

        Assert.That(await ScalarAsync(postgres.ConnectionString, "select 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Of_several_processes_that_start_at_once_one_owns_the_server_and_all_use_it()
    {
        var owners = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PostgresOwner.StartAsync(_home.Path, Token)));
        try
        {
            Assert.That(owners.Select(owner => owner.ConnectionString).Distinct(StringComparer.Ordinal), Has.Exactly(1).Items);
        }
        finally
        {
            foreach (var owner in owners)
            {
                await owner.DisposeAsync();
            }
        }
    }

    [Test]
    public async Task The_password_is_in_no_log_and_on_no_command_line()
    {
        await using var owner = await PostgresOwner.StartAsync(_home.Path, Token);
        var password = (await File.ReadAllTextAsync(Path.Combine(_home.Path, "pgpass"), Token)).Trim().Split(':')[^1];
        Assert.That(password, Has.Length.EqualTo(32));
        var commandLines = Family(Postmaster()).Select(id => File.ReadAllText($"/proc/{id}/cmdline"));
        Assert.That(commandLines, Has.None.Contains(password).And.Some.Contains("supervise.sh"));
        await owner.LeaveAsync();

        var written = Directory.EnumerateFiles(_home.Path, "*.log").Select(File.ReadAllText).Concat(owner.Output).ToList();
        Assert.That(written, Has.Some.Contains("ready to accept connections").And.Some.Contains("Embedded PostgreSQL"));
        Assert.That(written, Has.None.Contains(password));
    }

    /// <summary>Words before the command that make its process another user, and that user's id; those that this user may become.</summary>
    public static IEnumerable<TestCaseData> Users()
    {
        yield return new TestCaseData((object)Array.Empty<string>()).SetArgDisplayNames("the one who runs the tests");
        if (Environment.IsPrivilegedProcess)
        {
            // dac_override lets it reach the checkout and its directory below, which may lie where only root can go.
            yield return new TestCaseData((object)new[]
            {
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
            }).SetArgDisplayNames("an ordinary user");
            yield return new TestCaseData((object)new[] { "setpriv", "--bounding-set", ContainersCapabilities, "--inh-caps=-all" })
                .SetArgDisplayNames("root in a container");
        }
    }

    [TestCaseSource(nameof(Users))]
    public async Task Every_kind_of_user_can_start_stop_and_start_again(string[] prefix)
    {
        using var below = new TemporaryDirectory();
        var directory = Path.Combine(below.Path, "postgres");
        foreach (var _ in new[] { "first", "second" })
        {
            await using var owner = await PostgresOwner.StartAsync(directory, Token, prefix);
        }

        Assert.That(Directory.Exists(Path.Combine(directory, "data", "base")), Is.True);
    }

    static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    Task<EmbeddedPostgres> StartAsync() =>
        EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Directory = _home.Path }, NullLogger.Instance, Token);

    int Postmaster() => int.Parse(File.ReadLines(Path.Combine(_home.Path, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>A postmaster's supervisor and everything below it, the supervisor first.</summary>
    static List<int> Family(int postmaster)
    {
        var parents = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).ToDictionary(id => id, ParentOf);
        List<int> family = [parents[postmaster]!.Value];
        for (var generation = family; generation.Count > 0; family.AddRange(generation))
        {
            generation = [.. parents.Where(child => child.Value is { } parent && generation.Contains(parent)).Select(child => child.Key)];
        }

        return family;
    }

    static bool IsAlive(int processId) => StatusOf(processId) is [not "Z", ..];

    static int? ParentOf(int processId) =>
        StatusOf(processId) is { Length: > 1 } status ? int.Parse(status[1], CultureInfo.InvariantCulture) : null;

    /// <summary>State, parent and so on; null when there is no such process.</summary>
    static string[]? StatusOf(int processId)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{processId}/stat");
            return status[(status.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    static async Task ExecuteAsync(string connectionString, string sql) => await ScalarAsync(connectionString, sql);

    static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
