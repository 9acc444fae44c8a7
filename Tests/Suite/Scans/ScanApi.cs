using System.Diagnostics.Metrics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Console;
using HubSpotDeals.Api.Gateway;
using HubSpotDeals.Api.Health;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Maintenance;
using HubSpotDeals.Api.Results;
using HubSpotDeals.Api.Scans;
using HubSpotDeals.Api.Stats;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Migrations;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Jobs.Nodes;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.HubSpot.Support;
using HubSpotDeals.Suite.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Reply = HubSpotDeals.Suite.Http.Reply;

namespace HubSpotDeals.Suite.Scans;

/// <summary>The API as it answers over HTTP, on a real database with HubSpot's stand-in behind it. Nothing runs the scans.</summary>
sealed class ScanApi : IAsyncDisposable
{
    internal const string Portal = "12345678";
    internal const string Token = "pat-na1-11111111-2222-3333-4444-555555555555";

    readonly WebApplication _app;
    readonly HttpClient _client;

    ScanApi(WebApplication app, TestDatabase database, SandboxServer sandbox, RecordedLogs logs)
    {
        _app = app;
        Database = database;
        Sandbox = sandbox;
        Logs = logs;
        _client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    internal TestDatabase Database { get; }

    internal SandboxServer Sandbox { get; }

    internal RecordedLogs Logs { get; }

    internal IServiceProvider Services => _app.Services;

    internal ScanStore Store => _app.Services.GetRequiredService<ScanStore>();

    internal IMeterFactory Meters => _app.Services.GetRequiredService<IMeterFactory>();

    internal Uri Address => _client.BaseAddress!;

    internal IEnumerable<RouteEndpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    internal NpgsqlDataSource Source => _app.Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Starts it on a fresh database.</summary>
    /// <param name="clock">What the service tells the time by; null: the machine's.</param>
    /// <param name="add">Registers, and thereby replaces, parts.</param>
    /// <param name="settings">The service's settings.</param>
    internal static Task<ScanApi> StartAsync(
        TimeProvider? clock = null, Action<IServiceCollection>? add = null, params (string Key, string Value)[] settings) =>
        StartAsync(clock, add, static _ => { }, settings);

    /// <summary>The same, with routes that are mapped besides the service's own.</summary>
    internal static async Task<ScanApi> StartAsync(
        TimeProvider? clock, Action<IServiceCollection>? add, Action<WebApplication> map, params (string Key, string Value)[] settings)
    {
        // As the service does where it opens its database.
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        var sandbox = await SandboxServer.StartAsync(
            new SandboxOptions { Portals = [new PortalOptions { Deals = 10, Archived = 0 }] }, CancellationToken.None);
        var database = await TestDatabase.CreateAsync(CancellationToken.None);
        var logs = new RecordedLogs();

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(
        [
            KeyValuePair.Create<string, string?>("HubSpot:BaseUrl", sandbox.BaseAddress.ToString()),
            .. settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)),
        ]);
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        var services = builder.Services;
        services.AddRouting();
        services.AddSingleton(clock ?? TimeProvider.System);
        services.AddSingleton(NpgsqlDataSource.Create(database.ConnectionString));
        services.AddSingleton<ScanStore>();
        services.AddSingleton<ScanControl>();
        services.AddSecrets(builder.Configuration);
        services.AddHubSpot(builder.Configuration);
        services.AddJobs(builder.Configuration, database.ConnectionString, new NodeIdentity { Roles = NodeRoles.Api });
        services.AddApiHttp();
        services.AddAccess(builder.Configuration);
        services.AddApiDocument();
        services.AddScans();
        services.AddHealth();
        services.AddStats();
        services.AddConsole();
        services.AddGateway();
        add?.Invoke(services);

        var app = builder.Build();
        app.UseConsolePages();
        app.UseGatewayErrors();
        app.UseApiErrors();
        app.UseAccess();
        app.UseApiDocument();
        app.MapScans();
        app.MapResults();
        app.MapMaintenance();
        app.MapStats();
        app.MapHealth();
        app.MapConsole();
        app.MapGateway();
        map(app);
        await new Migrator(app.Services.GetRequiredService<NpgsqlDataSource>(), NullLogger<Migrator>.Instance)
            .ApplyAsync([MigrationSet.Control, JobEngineSetup.Migrations], CancellationToken.None);
        await app.Services.GetRequiredService<SecretsSetup>().EnsureKeyAsync(CancellationToken.None);
        await app.StartAsync();
        return new ScanApi(app, database, sandbox, logs);
    }

    /// <summary>A start request's body; the filters as JSON.</summary>
    internal static string Body(string scanId, string? filters = null, string token = Token, string portal = Portal) => new JsonObject
    {
        ["config"] = new JsonObject
        {
            ["scanId"] = scanId,
            ["organizationId"] = portal,
            ["type"] = new JsonArray("deals"),
            ["auth"] = new JsonObject { ["accessToken"] = token },
            ["filters"] = JsonNode.Parse(filters ?? "{}"),
        },
    }.ToJsonString();

    internal Task<Reply> PostStartAsync(string scanId, string? filters = null, string token = Token, string portal = Portal) =>
        PostAsync("/api/v1/scan/start", Body(scanId, filters, token, portal));

    internal Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    internal Task<Reply> PostAsync(string path, string? json = null) =>
        SendAsync(HttpMethod.Post, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"));

    internal async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Api-Key", key);
        }

        using var response = await _client.SendAsync(request);
        return await Reply.OfAsync(response);
    }

    /// <summary>The answer's stream as it comes, its headers being there.</summary>
    internal Task<HttpResponseMessage> OpenAsync(string path) => _client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);

    /// <summary>The scan's events as they come, until the stream ends or is given up.</summary>
    internal async IAsyncEnumerable<SseItem<string>> WatchAsync(
        string scanId, string? lastEventId = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/scan/{scanId}/events");
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(ct))
        {
            yield return item;
        }
    }

    /// <summary>A scan in the database as if it had been started.</summary>
    internal async Task<ScanJob> StoreAsync(string scanId, string portal = Portal) =>
        (await Store.StartAsync(scanId, portal, new ScanConfig(), static _ => [1], CancellationToken.None)).Scan;

    /// <summary>Changes a scan's row as a worker would.</summary>
    internal Task SetAsync(string scanId, string assignments) =>
        ExecuteAsync($"update hubspot_deals.scan_jobs set {assignments} where scan_id = @scanId", new { scanId });

    internal async Task ExecuteAsync(string sql, object? values = null)
    {
        await using var connection = await Source.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, values);
    }

    /// <summary>Every row of every table of the service's own, as text.</summary>
    internal async Task<string> DumpAsync()
    {
        await using var connection = await Source.OpenConnectionAsync();
        var tables = await connection.QueryAsync<string>(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')");
        var dump = new StringBuilder();
        foreach (var table in tables)
        {
            foreach (var row in await connection.QueryAsync<string>($"select t::text from {table} t"))
            {
                dump.AppendLine(row);
            }
        }

        return dump.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await Sandbox.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>Reading answers.</summary>
static class Answers
{
    internal static JsonElement Data(this Reply reply) => reply.Json.GetProperty("data");

    internal static JsonElement Details(this Reply reply) => reply.Json.GetProperty("details");

    internal static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();

    internal static IEnumerable<string> Keys(this JsonElement element) => element.EnumerateObject().Select(member => member.Name);
}
