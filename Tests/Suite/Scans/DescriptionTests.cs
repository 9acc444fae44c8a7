using System.Net;
using System.Text.Json;
using Microsoft.OpenApi;

namespace HubSpotDeals.Suite.Scans;

/// <summary>What <c>/swagger.json</c> says of these endpoints is valid, and true.</summary>
sealed class DescriptionTests
{
    ScanApi _api = null!;
    string _json = null!;
    JsonElement _paths;

    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync();
        _json = (await _api.GetAsync("/swagger.json")).Text;
        _paths = JsonDocument.Parse(_json).RootElement.GetProperty("paths");
    }

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public void It_is_valid()
    {
        var read = OpenApiDocument.Parse(_json, "json");
        Assert.That(read.Diagnostic!.Errors, Is.Empty);
        Assert.That(read.Diagnostic.Warnings, Is.Empty);
    }

    [TestCase("post", "/api/v1/scan/start", "202 400 409 413 415 422 500 503")]
    [TestCase("get", "/api/v1/scan/{scan_id}/status", "200 400 404 500 503")]
    [TestCase("post", "/api/v1/scan/{scan_id}/cancel", "200 400 404 500 503")]
    [TestCase("post", "/api/v1/scan/{scan_id}/pause", "200 400 404 500 503")]
    [TestCase("post", "/api/v1/scan/{scan_id}/resume", "200 400 404 422 500 503")]
    [TestCase("delete", "/api/v1/scan/{scan_id}/remove", "200 400 404 500 503")]
    [TestCase("get", "/api/v1/scan/list", "200 400 500 503")]
    [TestCase("get", "/api/v1/scan/statistics", "200 400 500 503")]
    [TestCase("get", "/api/v1/results/{scan_id}/tables", "200 400 404 500 503")]
    [TestCase("get", "/api/v1/pipeline/info", "200 500 503")]
    [TestCase("post", "/api/v1/maintenance/cleanup", "200 400 413 415 500 503")]
    [TestCase("post", "/api/v1/maintenance/detect-crashed", "200 400 500 503")]
    [TestCase("get", "/stats", "200 500 503")]
    [TestCase("get", "/api/v1/results/{scan_id}/result", "200 400 404 500 503")]
    [TestCase("get", "/api/v1/results/{scan_id}/download/{format}", "200 400 404 500 503")]
    [TestCase("get", "/health", "200 500 503")]
    [TestCase("get", "/health/live", "200 500 503")]
    [TestCase("get", "/health/ready", "200 500 503")]
    public void An_endpoint_names_its_answers(string method, string path, string statuses)
    {
        var operation = _paths.GetProperty(path).GetProperty(method);
        Assert.That(operation.Text("summary"), Is.Not.Empty);
        // What the door may answer in the place of any of its endpoints.
        string[] door = path.StartsWith("/api/v1", StringComparison.Ordinal) ? ["401", "403", "429"] : [];
        Assert.That(operation.GetProperty("responses").Keys(), Is.EquivalentTo(statuses.Split(' ').Concat(door)));
    }

    [Test]
    public async Task A_status_answers_with_the_members_that_its_example_has()
    {
        await _api.StoreAsync("as-described");
        var example = _paths.GetProperty("/api/v1/scan/{scan_id}/status").GetProperty("get").GetProperty("responses").GetProperty("200")
            .GetProperty("content").GetProperty("application/json").GetProperty("example");
        var reply = await _api.GetAsync("/api/v1/scan/as-described/status");
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(reply.Data().Keys(), Is.EqualTo(example.GetProperty("data").Keys()));
        Assert.That(reply.Data().GetProperty("progress").Keys(), Is.EqualTo(example.GetProperty("data").GetProperty("progress").Keys()));
    }

    [Test]
    public void The_examples_figures_are_written_as_the_document_writes_them() =>
        Assert.That(_json.Replace(" ", "", StringComparison.Ordinal), Does.Contain("\"percentComplete\":50.0,").And.Contain("\"dealsPerSecond\":12.5"));
}
