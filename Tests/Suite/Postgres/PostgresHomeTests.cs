using System.Net;
using System.Net.Sockets;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace HubSpotDeals.Suite.Postgres;

public sealed class PostgresHomeTests
{
    [TestCase("Host=db;Password=secret-word;Nonsense=1")]
    [TestCase("Host=db;Port=secret-word")]
    [TestCase("postgres://me:secret-word@db/deals")]
    [TestCase("Username=me;Password=secret-word")]
    public void A_connection_string_that_is_none_is_named_and_not_shown(string text) => Assert.That(
        () => OpenAsync(text, TimeProvider.System, CancellationToken.None),
        Throws.TypeOf<SetupException>().With.Message.Contains("ConnectionStrings__Postgres").And.Message.Not.Contains("secret-word"));

    [Test]
    [CancelAfter(120_000)]
    public async Task A_database_that_does_not_answer_is_waited_for_and_then_named_with_the_mend(CancellationToken ct)
    {
        // A port that nobody listens on, and that nobody is given while this test holds it.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var clock = new TestClock();
        var opening = OpenAsync($"Host=127.0.0.1;Port={((IPEndPoint)socket.LocalEndPoint!).Port};Username=me;Password=secret-word", clock, ct);
        for (var second = 0; second <= 60; second++)
        {
            await clock.WhenTimerAsync(static _ => true).WaitAsync(ct);
            Assert.That(opening.IsCompleted, Is.False, $"after {second} s");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(
            async () => await opening,
            Throws.TypeOf<SetupException>().With.Message.Contains("ConnectionStrings__Postgres").And.Message.Contains("start it").And.Message.Not.Contains("secret-word"));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_database_that_refuses_is_not_waited_for(CancellationToken ct)
    {
        await using var database = await TestDatabase.CreateAsync(ct);
        var missing = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "there_is_none" }.ConnectionString;
        Assert.That(
            async () => await OpenAsync(missing, new TestClock(), ct),
            Throws.TypeOf<SetupException>().With.Message.Contains("there_is_none"));
        await using var home = await OpenAsync(database.ConnectionString, new TestClock(), ct);
        Assert.That(home.ConnectionString, Does.Contain(database.Name));
    }

    static Task<PostgresHome> OpenAsync(string connectionString, TimeProvider clock, CancellationToken ct) => PostgresHome.OpenAsync(
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(PostgresHome.ConnectionKey, connectionString)]).Build(),
        clock, NullLogger.Instance, ct);
}
