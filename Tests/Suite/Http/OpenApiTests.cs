using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Scans.Start;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace HubSpotDeals.Suite.Http;

/// <summary>The API describes itself, truly and validly, and shows it without the internet.</summary>
sealed class OpenApiTests
{
    static readonly DateTimeOffset Noon = new(2024, 12, 7, 12, 0, 0, TimeSpan.Zero);

    ToyApi _api = null!;
    string _json = null!;
    JsonElement _document;

    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ToyApi.StartAsync(Map, services => services.AddApiDocument());
        _json = (await _api.GetAsync("/swagger.json")).Text;
        _document = JsonDocument.Parse(_json).RootElement;
    }

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public void It_is_valid_openapi_3_of_this_service()
    {
        Assert.That(_document.GetProperty("openapi").GetString(), Does.StartWith("3."));
        Assert.That(_document.GetProperty("info").GetProperty("title").GetString(), Is.EqualTo("HubSpot Deals ETL Service"));
        Assert.That(_document.GetProperty("info").GetProperty("version").GetString(), Is.EqualTo("1.0.0"));

        var read = OpenApiDocument.Parse(_json, "json");
        Assert.That(read.Diagnostic!.Errors, Is.Empty);
        Assert.That(read.Diagnostic.Warnings, Is.Empty);
    }

    [Test]
    public void Every_reference_leads_somewhere()
    {
        var references = Found(_json, "\"\\$ref\": *\"#/(?<it>[^\"]+)\"").Distinct(StringComparer.Ordinal).ToList();
        Assert.That(references, Is.Not.Empty);
        foreach (var reference in references)
        {
            Assert.DoesNotThrow(() => reference.Split('/').Aggregate(_document, (at, step) => at.GetProperty(step)), reference);
        }
    }

    [Test]
    public void Every_parameter_of_a_path_is_declared()
    {
        foreach (var path in _document.GetProperty("paths").EnumerateObject())
        {
            var named = Found(path.Name, "{(?<it>[^}]+)}");
            foreach (var operation in path.Value.EnumerateObject())
            {
                var declared = operation.Value.TryGetProperty("parameters", out var parameters)
                    ? parameters.EnumerateArray().Where(p => p.GetProperty("in").ValueEquals("path")).Select(p => p.GetProperty("name").GetString())
                    : [];
                Assert.That(declared, Is.EquivalentTo(named), path.Name);
            }
        }
    }

    [Test]
    public async Task The_example_of_a_body_is_taken_by_the_endpoint()
    {
        var example = Operation("/api/v1/scan/start", "post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example");
        var reply = await _api.PostAsync("/api/v1/scan/start", example.GetRawText());
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Accepted), reply.Text);
    }

    [Test]
    public void A_body_says_what_it_demands()
    {
        var config = Operation("/api/v1/scan/start", "post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json")
            .GetProperty("schema").GetProperty("properties").GetProperty("config");
        Assert.That(Texts(config.GetProperty("required")), Is.EqualTo(new[] { "scanId", "organizationId", "type", "auth" }));
        Assert.That(config.GetProperty("properties").GetProperty("scanId").GetProperty("maxLength").GetInt32(), Is.EqualTo(255));
        var batchSize = config.GetProperty("properties").GetProperty("options").GetProperty("properties").GetProperty("batchSize");
        Assert.That(
            (batchSize.GetProperty("minimum").GetInt32(), batchSize.GetProperty("maximum").GetInt32(), batchSize.GetProperty("default").GetInt32()),
            Is.EqualTo((1, 100, 100)));
    }

    [Test]
    public void An_answer_shows_the_envelope_and_an_example_in_it()
    {
        var answer = Operation("/api/v1/scan/start", "post").GetProperty("responses").GetProperty("202").GetProperty("content").GetProperty("application/json");
        Assert.That(
            JsonSerializer.Serialize(answer.GetProperty("example")),
            Is.EqualTo("""{"status":"success","message":"Deal extraction started successfully","data":{"scanId":"a","startedAt":"2024-12-07T12:00:00Z"},"timestamp":"2024-12-07T10:30:00Z"}"""));
        var schema = Schema(answer);
        Assert.That(Texts(schema.GetProperty("required")), Is.EquivalentTo(new[] { "status", "data", "timestamp" }));
        Assert.That(schema.GetProperty("properties").GetProperty("timestamp").GetProperty("format").GetString(), Is.EqualTo("date-time"));
    }

    [TestCase("/api/v1/scan/start", "post", "400", "INVALID_DATE_RANGE", "VALIDATION_ERROR")]
    [TestCase("/api/v1/scan/start", "post", "409", "SCAN_ALREADY_RUNNING")]
    [TestCase("/api/v1/scan/start", "post", "413", "PAYLOAD_TOO_LARGE")]
    [TestCase("/api/v1/scan/start", "post", "415", "UNSUPPORTED_MEDIA_TYPE")]
    [TestCase("/api/v1/scan/start", "post", "422", "HUBSPOT_AUTH_FAILED")]
    [TestCase("/api/v1/scan/start", "post", "500", "INTERNAL_ERROR")]
    [TestCase("/api/v1/scan/start", "post", "503", "SERVICE_UNAVAILABLE")]
    [TestCase("/api/v1/scan/{scan_id}/status", "get", "400", "INVALID_SCAN_ID")]
    [TestCase("/api/v1/scan/{scan_id}/status", "get", "404", "SCAN_NOT_FOUND")]
    [TestCase("/api/v1/scan/list", "get", "400", "VALIDATION_ERROR")]
    [TestCase("/api/v1/results/{scan_id}/download/{format}", "get", "400", "INVALID_FORMAT", "INVALID_SCAN_ID")]
    public void Each_error_status_lists_its_codes_and_shows_their_envelope(string path, string method, string status, params string[] codes)
    {
        var response = Operation(path, method).GetProperty("responses").GetProperty(status);
        var content = response.GetProperty("content").GetProperty("application/json");
        Assert.That(content.GetProperty("examples").EnumerateObject().Select(example => example.Name), Is.EquivalentTo(codes));
        Assert.That(codes, Has.All.Matches<string>(code => response.GetProperty("description").GetString()!.Contains($"`{code}`", StringComparison.Ordinal)));
        Assert.That(Texts(Schema(content).GetProperty("required")), Is.EquivalentTo(new[] { "status", "error_code", "message", "timestamp" }));
    }

    [Test]
    public void A_query_parameter_says_its_range_and_its_values()
    {
        var parameters = Operation("/api/v1/scan/list", "get").GetProperty("parameters").EnumerateArray()
            .ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("schema"), StringComparer.Ordinal);
        Assert.That(parameters["limit"].GetProperty("maximum").GetInt32(), Is.EqualTo(100));
        Assert.That(parameters["limit"].GetProperty("default").GetInt32(), Is.EqualTo(50));
        Assert.That(Texts(parameters["status"].GetProperty("enum")), Is.EqualTo(new[] { "pending", "running" }));
    }

    [Test]
    public void A_file_says_its_content_types_and_a_bare_answer_its_own_shape()
    {
        var file = Operation("/api/v1/results/{scan_id}/download/{format}", "get").GetProperty("responses").GetProperty("200");
        Assert.That(file.GetProperty("content").EnumerateObject().Select(type => type.Name), Is.EqualTo(new[] { "text/csv", "application/json" }));

        var unhealthy = Operation("/health", "get").GetProperty("responses").GetProperty("503").GetProperty("content").GetProperty("application/json");
        Assert.That(unhealthy.GetProperty("example").GetProperty("status").GetString(), Is.EqualTo("unhealthy"));
    }

    [Test]
    public void What_is_written_for_the_code_s_readers_stays_out_of_it() =>
        Assert.That(_json, Does.Not.Contain("as it came").And.Not.Contain("StartScanValidator"));

    [Test]
    public async Task Its_pages_are_served_whole_and_ask_nothing_of_the_internet()
    {
        var page = await _api.GetAsync("/docs");
        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(page.ContentType, Does.StartWith("text/html"));
        Assert.That(page.Text, Does.Contain("HubSpot Deals ETL Service"));

        var parts = Found(page.Text, "(src|href)=\"(?<it>[^\"]+)\"").ToList();
        Assert.That(parts, Has.Some.EndsWith(".js").And.Some.EndsWith(".css"));
        foreach (var part in parts)
        {
            Assert.That(part, Does.Not.Contain("//"), "an address elsewhere");
            Assert.That((await _api.GetAsync("/docs/" + part)).Status, Is.EqualTo(HttpStatusCode.OK), part);
        }

        var settings = string.Concat(await Task.WhenAll(parts.Where(part => part.EndsWith("index.js", StringComparison.Ordinal)).Select(async part => (await _api.GetAsync("/docs/" + part)).Text)));
        Assert.That(settings, Does.Contain("/swagger.json").And.Not.Contain("validator.swagger.io"));
    }

    static void Map(WebApplication app)
    {
        app.UseApiDocument();
        app.MapPost("/api/v1/scan/start", (StartScanRequest request) => Answer.Accepted(new Started(request.ScanId, Noon), "Started"))
            .WithSummary("Start Deal Extraction")
            .Takes<StartScanBody>(StartScanBody.Example)
            .Answers(202, "Extraction started successfully", new Started("a", Noon), "Deal extraction started successfully")
            .Refuses(ApiError.InvalidDateRange, ApiError.ScanAlreadyRunning, ApiError.HubSpotAuthFailed);
        app.MapGet("/api/v1/scan/{scan_id}/status", (RouteScanId scanId) => Answer.Ok(new Started(scanId.Value, Noon)))
            .Answers(200, "Status retrieved successfully", new Started("a", Noon))
            .Refuses(ApiError.ScanNotFound);
        app.MapGet("/api/v1/scan/list", () => Answer.Ok(new Listed([], Pagination.Of(0, 50, 0))))
            .QueryText("status", "Filter by status", isRequired: false, "pending", "running")
            .QueryNumber("limit", "Number of results per page", min: 1, max: 100, fallback: 50)
            .Answers(200, "Scans retrieved successfully", new Listed(["a"], Pagination.Of(1, 50, 0)));
        app.MapGet("/api/v1/results/{scan_id}/download/{format}", (RouteScanId scanId, string format) => TypedResults.Text(scanId.Value, format))
            .AnswersFile("The file", "text/csv", "application/json")
            .Refuses(ApiError.InvalidFormat, ApiError.ScanNotFound);
        app.MapGet("/health", () => TypedResults.Json(new Health("healthy")))
            .AnswersBare(200, "Service is healthy", new Health("healthy"))
            .AnswersBare(503, "Service is unhealthy", new Health("unhealthy"));
    }

    JsonElement Operation(string path, string method) => _document.GetProperty("paths").GetProperty(path).GetProperty(method);

    JsonElement Schema(JsonElement content) => content.GetProperty("schema").GetProperty("$ref").GetString()!
        .Split('/').Skip(1).Aggregate(_document, (at, step) => at.GetProperty(step));

    static IEnumerable<string> Found(string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)).Select(match => match.Groups["it"].Value);

    static IEnumerable<string?> Texts(JsonElement array) => array.EnumerateArray().Select(item => item.GetString());

    sealed record Started(string ScanId, DateTimeOffset StartedAt);

    sealed record Health(string Status);

    sealed record Listed(IReadOnlyList<string> Scans, Pagination Pagination);
}
