using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HubSpotDeals.Infrastructure.Postgres.Embedded;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HubSpotDeals.Suite.Postgres.Embedded;

/// <summary>The embedded server in this process. The directory's mode is 0700, so as root PostgreSQL's user can't reach it by path.</summary>
[TestFixture]
public sealed class EmbeddedPostgresTests
{
    TemporaryDirectory _home = null!;

    [SetUp]
    public void MakeHome() => _home = new TemporaryDirectory();

    [TearDown]
    public void RemoveHome() => _home.Dispose();

    [Test]
    public async Task Data_is_kept_from_one_start_to_the_next()
    {
        await using (var first = await StartAsync())
        {
            await ExecuteAsync(first, "create table kept (text text); insert into kept values ('Grüße 🙂')");
        }

        await using var second = await StartAsync();
        Assert.That(await ScalarAsync(second, "select text from kept"), Is.EqualTo("Grüße 🙂"));
    }

    [Test]
    public async Task The_cluster_is_utf8_in_the_c_locale_with_checksums_and_listens_on_loopback_only()
    {
        await using var postgres = await StartAsync([]);
        var properties = await ScalarAsync(postgres, """
            select concat_ws(' ', pg_encoding_to_char(encoding), datcollate, datctype, current_setting('data_checksums'),
                             current_setting('listen_addresses'), current_setting('fsync'), current_setting('password_encryption'))
            from pg_database where datname = current_database()
            """);
        Assert.That(properties, Is.EqualTo("UTF8 C C on 127.0.0.1 on scram-sha-256"));
    }

    [Test]
    public async Task A_connection_without_the_password_is_refused()
    {
        await using var postgres = await StartAsync();
        var guess = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Passfile = null, Password = "guess", Pooling = false };
        await using var connection = new NpgsqlConnection(guess.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Token));
        Assert.That(refused!.SqlState, Is.EqualTo(PostgresErrorCodes.InvalidPassword));
    }

    [Test]
    public async Task Settings_are_those_given()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["fsync"] = "off", ["cluster_name"] = "it's a test" };
        await using var postgres = await StartAsync(settings);
        Assert.That(await ScalarAsync(postgres, "select current_setting('fsync') || current_setting('cluster_name')"), Is.EqualTo("offit's a test"));
    }

    [Test]
    public async Task Two_clusters_run_side_by_side()
    {
        using var otherHome = new TemporaryDirectory();
        await using var one = await StartAsync();
        await using var other = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { Directory = otherHome.Path }, NullLogger.Instance, Token);
        await ExecuteAsync(one, "create table only_in_one ()");
        Assert.That(await ScalarAsync(other, "select count(*) from pg_tables where tablename = 'only_in_one'"), Is.Zero);
    }

    [Test]
    public async Task Only_the_owner_can_read_the_directory_and_the_password()
    {
        await using var postgres = await StartAsync();
        const UnixFileMode Others = (UnixFileMode)0b111_111;
        Assert.Multiple(() =>
        {
            foreach (var name in new[] { "", "pgpass", "data" })
            {
                Assert.That(new FileInfo(Path.Combine(PostgresHome, name)).UnixFileMode & Others, Is.EqualTo(UnixFileMode.None), name);
            }
        });
    }

    [Test]
    public async Task The_server_is_not_root_and_has_no_capability_of_root()
    {
        await using var postgres = await StartAsync();
        var status = await File.ReadAllLinesAsync($"/proc/{postgres.ProcessId}/status", Token);
        var users = status.Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1..];
        var capabilities = status.Where(line => line.StartsWith("Cap", StringComparison.Ordinal) && !line.StartsWith("CapBnd", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(users, Has.None.EqualTo("0"));
            Assert.That(capabilities.Select(line => line.Split('\t')[1]), Is.All.EqualTo("0000000000000000"));
        });
    }

    [Test]
    public async Task What_was_committed_survives_an_immediate_stop()
    {
        await using var postgres = await StartAsync();
        await ExecuteAsync(postgres, "create table kept (i int); insert into kept select generate_series(1, 1000)");
        var (port, process) = (postgres.Port, postgres.ProcessId);
        await postgres.StopImmediateAsync(Token);
        Assert.That(postgres.ProcessId, Is.Null);
        await postgres.RestartAsync(Token);
        Assert.Multiple(() =>
        {
            Assert.That(postgres.Port, Is.EqualTo(port));
            Assert.That(postgres.ProcessId, Is.Not.Null.And.Not.EqualTo(process));
        });
        Assert.That(await ScalarAsync(postgres, "select count(*) from kept"), Is.EqualTo(1000));
    }

    [Test]
    public async Task A_port_that_somebody_else_took_is_replaced()
    {
        await using var postgres = await StartAsync();
        await postgres.StopImmediateAsync(Token);
        using var somebody = new TcpListener(IPAddress.Loopback, postgres.Port);
        somebody.Start();
        await postgres.RestartAsync(Token);
        Assert.That(await ScalarAsync(postgres, "select 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_dead_servers_number_that_now_belongs_to_another_process_stops_no_start()
    {
        await using var postgres = await StartAsync();
        await postgres.StopImmediateAsync(Token);
        var pidFile = Path.Combine(PostgresHome, "data", "postmaster.pid");
        // What an immediate stop removes and SIGKILL leaves; the number is that of a process of the server's user or of ours.
        await File.WriteAllTextAsync(pidFile, string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessId}\n/elsewhere\n1700000000\n{postgres.Port}\n\n127.0.0.1\n  1234567    654321\nready   \n"), Token);
        await postgres.RestartAsync(Token);
        Assert.That(await ScalarAsync(postgres, "select 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_an_interrupted_initdb_left_is_cleared_away()
    {
        Directory.CreateDirectory(Path.Combine(PostgresHome, "data.unfinished-abc", "base"));
        await using var postgres = await StartAsync();
        Assert.That(Directory.EnumerateDirectories(PostgresHome).Select(Path.GetFileName), Is.EqualTo(["data"]));
    }

    [Test]
    public async Task A_cluster_of_a_version_that_is_not_installed_is_left_alone_and_the_mend_is_named()
    {
        Directory.CreateDirectory(Path.Combine(PostgresHome, "data"));
        File.WriteAllText(Path.Combine(PostgresHome, "data", "PG_VERSION"), "9\n");
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync());
        Assert.That(refused!.Message, Does.Contain("PostgreSQL 9").And.Contain("apt-get install -y postgresql-9"));
    }

    [Test]
    public async Task A_server_that_refuses_a_setting_says_so()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["shared_buffers"] = "much" };
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(settings));
        Assert.That(refused!.Message, Does.Contain("shared_buffers"));
    }

    [TestCase(new[] { 13, 17, 15 }, null, 17)]
    [TestCase(new[] { 13, 17, 15 }, 15, 15)]
    [TestCase(new[] { 12, 14 }, null, 14)]
    public void The_newest_version_makes_a_cluster_and_the_same_one_runs_it(int[] installed, int? cluster, int chosen) =>
        Assert.That(PostgresBinaries.Choose([.. installed.Select(Installed)], cluster).Major, Is.EqualTo(chosen));

    [TestCase(new int[0])]
    [TestCase(new[] { 9, 12 })]
    public void Where_no_version_will_do_the_command_that_installs_one_is_named(int[] installed)
    {
        var missing = Assert.Throws<EmbeddedPostgresException>(() => PostgresBinaries.Choose([.. installed.Select(Installed)], clusterMajor: null));
        Assert.That(missing!.Message, Does.Contain("sudo apt-get install -y postgresql").And.Contain("ConnectionStrings__Postgres"));
    }

    static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    string PostgresHome => Path.Combine(_home.Path, "it's a deep place", "postgres");

    Task<EmbeddedPostgres> StartAsync(Dictionary<string, string>? settings = null)
    {
        var options = new EmbeddedPostgresOptions { Directory = PostgresHome, Settings = settings ?? QuickSettings };
        return EmbeddedPostgres.StartAsync(options, NullLogger.Instance, Token);
    }

    /// <summary>What is written in a test need not outlive the machine.</summary>
    static readonly Dictionary<string, string> QuickSettings = new(StringComparer.Ordinal) { ["fsync"] = "off" };

    static PostgresBinaries Installed(int major) => new($"/usr/lib/postgresql/{major}/bin", major);

    static async Task ExecuteAsync(EmbeddedPostgres postgres, string sql) => await ScalarAsync(postgres, sql);

    static async Task<object?> ScalarAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
