using System.Net;
using System.Net.Sockets;
using HubSpotDeals.Api.Health;
using HubSpotDeals.Suite.Http;
using HubSpotDeals.Suite.Scans;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace HubSpotDeals.Suite.Health;

/// <summary><c>/health</c>, <c>/health/live</c> and <c>/health/ready</c>.</summary>
sealed class HealthTests
{
    TestDatabase _database = null!;

    [OneTimeSetUp]
    public async Task CreateDatabase() => _database = await TestDatabase.CreateAsync(CancellationToken.None);

    [OneTimeTearDown]
    public async Task DropDatabase() => await _database.DisposeAsync();

    [Test]
    public async Task A_healthy_service_says_so_in_the_documents_shape()
    {
        await using var api = await StartAsync(_database.ConnectionString);

        var reply = await api.GetAsync("/health");

        Assert.That((reply.Status, reply.ContentType), Is.EqualTo((HttpStatusCode.OK, "application/json; charset=utf-8")), reply.Text);
        var health = reply.Json;
        Assert.That(health.Keys(), Is.EqualTo(new[] { "status", "timestamp", "service", "version", "checks", "details" }));
        Assert.That(health.Text("status"), Is.EqualTo("healthy"));
        Assert.That((health.Text("service"), health.Text("version")), Is.EqualTo(("HubSpot Deals ETL Service", "1.0.0")));
        Assert.That(health.Text("timestamp"), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"));
        Assert.That(health.GetProperty("checks").Keys(), Is.EqualTo(new[] { "database", "dlt_pipeline", "disk_space" }));
        Assert.That((health.GetProperty("checks").Text("database"), health.GetProperty("checks").Text("dlt_pipeline")), Is.EqualTo(("healthy", "healthy")));
        var details = health.GetProperty("details");
        Assert.That(details.Keys(), Is.EqualTo(new[] { "database", "disk_space" }));
        Assert.That(details.GetProperty("database").Keys(), Is.EqualTo(new[] { "connected", "responseTime" }));
        Assert.That(details.GetProperty("database").Text("responseTime"), Does.Match(@"^\d+ms$"));
        Assert.That(details.GetProperty("disk_space").Text("available"), Does.Match("^[0-9]+ (GB|MB)$"));
        Assert.That(details.GetProperty("disk_space").Text("usage"), Does.Match("^[0-9]+%$"));
    }

    [Test]
    public async Task A_database_that_is_away_makes_the_service_unhealthy()
    {
        await using var api = await StartAsync($"Host=127.0.0.1;Port={FreePort()};Database=none;Username=nobody;Password=hidden");

        var reply = await api.GetAsync("/health");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(reply.Json.Text("status"), Is.EqualTo("unhealthy"));
        Assert.That(reply.Json.GetProperty("checks").Text("database"), Is.EqualTo("unhealthy: connection failed"));
        Assert.That(reply.Json.GetProperty("checks").Text("dlt_pipeline"), Is.EqualTo("healthy"));
        var database = reply.Json.GetProperty("details").GetProperty("database");
        Assert.That(database.Keys(), Is.EqualTo(new[] { "connected", "error" }));
        Assert.That(database.GetProperty("connected").GetBoolean(), Is.False);
        Assert.That(reply.Text, Does.Not.Contain("hidden"));
    }

    [Test]
    public async Task A_database_that_does_not_answer_is_waited_for_five_seconds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var clock = new TestClock();
        await using var api = await StartAsync(
            $"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Database=none;Username=nobody;Timeout=0", clock);

        var asking = api.GetAsync("/health");
        using var connection = await silent.AcceptSocketAsync();
        clock.Advance(await clock.WhenTimerAsync(due => due == TimeSpan.FromSeconds(5)));
        var reply = await asking;

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(reply.Json.GetProperty("checks").Text("database"), Is.EqualTo("unhealthy: connection timeout"));
        Assert.That(
            reply.Json.GetProperty("details").GetProperty("database").GetRawText(),
            Is.EqualTo("""{"connected":false,"error":"Connection timeout after 5 seconds"}"""));
    }

    [TestCase(HealthStatus.Healthy, HttpStatusCode.OK, "healthy")]
    [TestCase(HealthStatus.Degraded, HttpStatusCode.OK, "degraded: as it says")]
    [TestCase(HealthStatus.Unhealthy, HttpStatusCode.ServiceUnavailable, "unhealthy: as it says")]
    public async Task The_job_engine_speaks_for_itself(HealthStatus status, HttpStatusCode code, string text)
    {
        await using var api = await StartAsync(_database.ConnectionString, add: services => services.AddHealthChecks()
            .AddCheck("jobs", () => new HealthCheckResult(status, "as it says"))
            .AddCheck("another", () => HealthCheckResult.Unhealthy("none of our business")));

        foreach (var path in new[] { "/health", "/health/ready" })
        {
            var reply = await api.GetAsync(path);
            Assert.That((reply.Status, reply.Json.GetProperty("checks").Text("dlt_pipeline")), Is.EqualTo((code, text)), path);
        }
    }

    [Test]
    public async Task A_node_that_only_answers_requests_is_healthy_without_running_jobs()
    {
        await using var api = await ScanApi.StartAsync();
        var reply = await api.GetAsync("/health");
        Assert.That((reply.Status, reply.Json.GetProperty("checks").Text("dlt_pipeline")), Is.EqualTo((HttpStatusCode.OK, "healthy")), reply.Text);
    }

    [Test]
    public async Task A_process_is_alive_whatever_the_database_does()
    {
        await using var api = await StartAsync($"Host=127.0.0.1;Port={FreePort()};Database=none;Username=nobody");
        var reply = await api.GetAsync("/health/live");
        Assert.That((reply.Status, reply.Json.Text("status")), Is.EqualTo((HttpStatusCode.OK, "healthy")));
    }

    [Test]
    public async Task A_process_is_ready_while_the_database_answers()
    {
        await using var ready = await StartAsync(_database.ConnectionString);
        Assert.That((await ready.GetAsync("/health/ready")).Status, Is.EqualTo(HttpStatusCode.OK));

        await using var notReady = await StartAsync($"Host=127.0.0.1;Port={FreePort()};Database=none;Username=nobody");
        var reply = await notReady.GetAsync("/health/ready");
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(reply.Json.Keys(), Is.EqualTo(new[] { "status", "timestamp", "checks" }));
        Assert.That(reply.Json.GetProperty("checks").Text("database"), Is.EqualTo("unhealthy: connection failed"));
    }

    [TestCase("/health")]
    [TestCase("/health/live")]
    [TestCase("/health/ready")]
    public async Task Health_is_never_kept_by_a_cache(string path)
    {
        await using var api = await StartAsync(_database.ConnectionString);
        var reply = await api.GetAsync(path);
        Assert.That((reply.Headers["Cache-Control"], reply.Headers["X-Content-Type-Options"]), Is.EqualTo(("no-store", "nosniff")));
    }

    static Task<ToyApi> StartAsync(string database, TimeProvider? clock = null, Action<IServiceCollection>? add = null) =>
        ToyApi.StartAsync(app => app.MapHealth(), services =>
        {
            services.AddSingleton(clock ?? TimeProvider.System);
            services.AddSingleton(NpgsqlDataSource.Create(database));
            services.AddHealth();
            add?.Invoke(services);
        });

    /// <summary>A port that nobody listens on.</summary>
    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
