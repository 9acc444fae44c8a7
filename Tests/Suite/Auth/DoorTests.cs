using System.Net;
using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Suite.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Suite.Auth;

/// <summary>An endpoint that was added without a thought of portals is shut, and says so to whoever added it.</summary>
sealed class DoorTests
{
    ToyApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ToyApi.StartAsync(
        app =>
        {
            app.UseAccess();
            app.MapGet("/api/v1/forgetful", () => Answer.Ok(new { rows = "of everybody" }));
            app.MapGet("/api/v1/forgetful/{id}", (string id) => Answer.Ok(new { id }));
            app.MapGet("/api/v1/maybe/{scan_id?}", () => Answer.Ok(new { rows = "of everybody" }));
            app.MapGet("/api/v1/careful", (Caller caller) => Answer.Ok(new { portals = caller.Within(null) is null ? "all" : "some" }));
            app.MapGet("/api/v1/scan/{scan_id}/new", (RouteScanId scanId) => Answer.Ok(new { scanId = scanId.Value }));
            app.MapGet("/elsewhere", () => Answer.Ok(new { rows = "none" }));
            app.MapGet("/astray", (Caller caller) => Answer.Ok(new { caller.Name }));
        },
        services => services
            .AddSingleton(NpgsqlDataSource.Create("Host=nobody-looks-a-scan-up-here"))
            .AddSingleton<ScanStore>()
            .AddAccess(new ConfigurationBuilder().Build()));

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [TestCase("/api/v1/forgetful")]
    [TestCase("/api/v1/forgetful/12345678")]
    [TestCase("/api/v1/maybe")]
    [TestCase("/api/v1/maybe/a-scan")]
    public async Task An_endpoint_that_does_not_know_whose_rows_it_touches_is_shut_even_without_keys(string path)
    {
        var reply = await _api.GetAsync(path);
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.InternalServerError, "INTERNAL_ERROR")));
        Assert.That(_api.Log.AtLeast(LogLevel.Error), Has.Some.Contains("let its handler take a Caller"));
    }

    [TestCase("/api/v1/careful")]
    [TestCase("/api/v1/scan/a-scan/new")]
    [TestCase("/elsewhere")]
    public async Task One_that_does_is_open_as_long_as_no_keys_are_configured(string path) =>
        Assert.That((await _api.GetAsync(path)).Status, Is.EqualTo(HttpStatusCode.OK));

    [Test]
    public async Task A_caller_is_nobody_where_no_door_was_passed() =>
        Assert.That((await _api.GetAsync("/astray")).ErrorCode, Is.EqualTo("INTERNAL_ERROR"));
}
