using System.Net;
using System.Net.Sockets;
using System.Text;
using HubSpotDeals.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Suite.Http;

/// <summary>Whatever goes wrong in a request, the caller gets the envelope, and only what is the caller's business.</summary>
sealed class ErrorEdgeTests
{
    const string Secret = "pat-na1-secret-of-the-exception";

    ToyApi _api = null!;

    readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [OneTimeSetUp]
    public async Task Start() => _api = await ToyApi.StartAsync(app =>
    {
        app.MapGet("/good", () => Answer.Ok(new { Name = "Zoë <&> 🦔" }, "Done"));
        app.MapPost("/post-only", () => Answer.Accepted(new { }, "Promised"));
        app.MapGet("/unforeseen", string () => throw new InvalidOperationException(Secret));
        app.MapGet("/unwritable", () => Answer.Ok(new { At = new DateTime(2024, 1, 1) }));
        app.MapGet("/database-away", async () =>
        {
            // A port that was free a moment ago: refused as a stopped PostgreSQL refuses.
            await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={FreePort()};Username=u;Password=p;Timeout=5");
            await connection.OpenAsync();
        });
        app.MapGet("/database-says/{state}", string (string state) => throw new InvalidOperationException(
            "wrapped", new PostgresException("text of the database", "FATAL", "FATAL", state)));
        app.MapGet("/half", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/csv";
            await context.Response.WriteAsync("a,b\n1,");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException(Secret);
        });
        app.MapGet("/wait", async (HttpContext context) =>
        {
            _waiting.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            }
            finally
            {
                _left.SetResult();
            }
        });
        app.MapGet("/endless", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/csv";
            while (true)
            {
                context.RequestAborted.ThrowIfCancellationRequested();
                await context.Response.WriteAsync("1,2,3\n", context.RequestAborted);
            }
        });
        app.MapGet("/limited", () => Answer.Error(
            ApiError.RateLimitExceeded, new { RetryAfter = 60, Limit = 100, Window = "10 seconds" }, TimeSpan.FromSeconds(59.2)));
        app.MapGet("/scan/{scan_id}/status", (RouteScanId scanId) => Answer.Ok(new { ScanId = scanId.Value }));
        app.MapGet("/bare/{status:int}", (int status) => TypedResults.StatusCode(status));
        app.MapGet("/own", () => TypedResults.Json(new { error = "its own shape" }, statusCode: 404));
    });

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task A_good_answer_has_the_documents_members_in_its_order()
    {
        var reply = await _api.GetAsync("/good");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(reply.ContentType, Is.EqualTo("application/json; charset=utf-8"));
        Assert.That(reply.Json.GetProperty("data").GetProperty("name").GetString(), Is.EqualTo("Zoë <&> 🦔"));
        Assert.That(reply.Headers["X-Content-Type-Options"], Is.EqualTo("nosniff"));
        Assert.That(reply.Text, Does.Match(
            """^{"status":"success","message":"Done","data":{"name":"Zoë <&> \\uD83E\\uDD94"},"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"}$"""));
    }

    [Test]
    public async Task A_message_that_the_document_does_not_show_is_left_out()
    {
        var reply = await _api.GetAsync("/scan/a-scan_1/status");
        Assert.That(reply.Text, Does.StartWith("""{"status":"success","data":{"scanId":"a-scan_1"},"timestamp":"""));
    }

    [Test]
    public async Task An_unknown_address_is_not_found()
    {
        var reply = await _api.GetAsync("/api/v1/nowhere");
        AssertError(reply, ApiError.NotFound);
        Assert.That(reply.Text, Does.StartWith("""{"status":"error","error_code":"NOT_FOUND","message":"""));
    }

    [Test]
    public async Task A_wrong_method_is_told_which_ones_there_are()
    {
        var get = await _api.SendAsync(HttpMethod.Delete, "/good");
        AssertError(get, ApiError.MethodNotAllowed);
        Assert.That(get.Headers["Allow"], Is.EqualTo("GET, HEAD, OPTIONS"));

        var post = await _api.GetAsync("/post-only");
        AssertError(post, ApiError.MethodNotAllowed);
        Assert.That(post.Headers["Allow"], Is.EqualTo("POST, OPTIONS"));
    }

    [Test]
    public async Task Options_lists_the_methods_and_nothing_else()
    {
        var reply = await _api.SendAsync(HttpMethod.Options, "/good");
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(reply.Headers["Allow"], Is.EqualTo("GET, HEAD, OPTIONS"));
        Assert.That(reply.Text, Is.Empty);

        AssertError(await _api.SendAsync(HttpMethod.Options, "/nowhere"), ApiError.NotFound);
    }

    [TestCase("/good")]
    [TestCase("/nowhere")]
    [TestCase("/scan/a.b/status")]
    [TestCase("/unforeseen")]
    public async Task Head_is_get_without_the_body(string path)
    {
        var get = await _api.GetAsync(path);
        var head = await _api.SendAsync(HttpMethod.Head, path);

        Assert.That(head.Status, Is.EqualTo(get.Status));
        Assert.That(head.ContentType, Is.EqualTo(get.ContentType));
        Assert.That(head.Headers["Content-Length"], Is.EqualTo(get.Headers["Content-Length"]));
        Assert.That(head.Text, Is.Empty);
    }

    [Test]
    public async Task Head_of_a_download_does_not_make_the_download()
    {
        var head = await _api.SendAsync(HttpMethod.Head, "/endless");
        Assert.That(head.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(head.ContentType, Is.EqualTo("text/csv"));
    }

    [Test]
    public async Task Head_of_what_cannot_be_got_is_refused()
    {
        var head = await _api.SendAsync(HttpMethod.Head, "/post-only");
        Assert.That(head.Status, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(head.Headers["Allow"], Is.EqualTo("POST, OPTIONS"));
    }

    [Test]
    public async Task An_unforeseen_failure_tells_only_the_id_of_its_log_line()
    {
        var reply = await _api.GetAsync("/unforeseen");

        AssertError(reply, ApiError.InternalError);
        Assert.That(reply.Text, Does.Not.Contain(Secret).And.Not.Contain("InvalidOperation").And.Not.Contain(" at "));
        var correlationId = reply.Json.GetProperty("details").GetProperty("correlationId").GetString()!;
        var lines = _api.Log.AtLeast(LogLevel.Error).Where(line => line.Contains(correlationId, StringComparison.Ordinal)).ToList();
        Assert.That(lines, Has.Count.EqualTo(1));
        Assert.That(lines[0], Does.Contain(nameof(InvalidOperationException)));
    }

    [Test]
    public async Task An_answer_that_cannot_be_written_is_a_whole_error_not_half_an_answer() =>
        AssertError(await _api.GetAsync("/unwritable"), ApiError.InternalError);

    [Test]
    public async Task A_database_that_is_away_is_told_with_a_time_to_come_back()
    {
        var reply = await _api.GetAsync("/database-away");

        AssertError(reply, ApiError.ServiceUnavailable);
        Assert.That(reply.Headers["Retry-After"], Is.EqualTo("5"));
        Assert.That(reply.Text, Does.Not.Contain("127.0.0.1"));
    }

    [TestCase(PostgresErrorCodes.AdminShutdown)]
    [TestCase(PostgresErrorCodes.CrashShutdown)]
    [TestCase(PostgresErrorCodes.CannotConnectNow)]
    [TestCase(PostgresErrorCodes.TooManyConnections)]
    [TestCase(PostgresErrorCodes.ConnectionFailure)]
    public async Task A_database_that_restarts_or_is_full_is_away(string state) =>
        AssertError(await _api.GetAsync("/database-says/" + state), ApiError.ServiceUnavailable);

    [TestCase(PostgresErrorCodes.UndefinedTable)]
    [TestCase(PostgresErrorCodes.SyntaxError)]
    [TestCase(PostgresErrorCodes.UniqueViolation)]
    public async Task A_mistake_in_a_query_to_the_database_is_our_fault_and_not_its_absence(string state) =>
        AssertError(await _api.GetAsync("/database-says/" + state), ApiError.InternalError);

    [Test]
    public Task An_answer_that_fails_half_way_is_cut_off_and_never_looks_whole() =>
        Assert.ThatAsync(() => _api.GetAsync("/half"), Throws.InstanceOf<HttpRequestException>());

    [Test]
    public async Task A_caller_who_goes_away_is_no_error()
    {
        using var impatience = new CancellationTokenSource();
        var request = _api.Client.GetAsync("/wait", impatience.Token);
        await _waiting.Task;
        await impatience.CancelAsync();
        await Assert.ThatAsync(() => request, Throws.InstanceOf<OperationCanceledException>());
        await _left.Task;
        await _api.Log.WaitForAsync("/wait: the caller went away");
        Assert.That(_api.Log.AtLeast(LogLevel.Warning).Where(line => line.Contains("/wait", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Details_and_the_time_to_wait_are_sent_as_the_document_shows()
    {
        var reply = await _api.GetAsync("/limited");
        AssertError(reply, ApiError.RateLimitExceeded);
        Assert.That(reply.Headers["Retry-After"], Is.EqualTo("60"));
        Assert.That(reply.Text, Does.Contain("\"details\":{\"retryAfter\":60,\"limit\":100,\"window\":\"10 seconds\"}"));
    }

    [TestCase("a.b")]
    [TestCase("a%20b")]
    [TestCase("a%2Fb")]
    [TestCase("a%0A")]
    [TestCase("%FF")]
    [TestCase("sc%C3%A4n")]
    [TestCase("%F0%9F%A6%94")]
    [TestCase("a;drop%20table%20deals")]
    [TestCase("'or'1'='1")]
    [TestCase("..%2F..%2Fetc")]
    [TestCase("...")]
    [TestCase("%D9%A1%D9%A2")]
    public async Task A_scan_id_that_no_scan_can_have_is_refused(string id) =>
        AssertError(await _api.GetAsync($"/scan/{id}/status"), ApiError.InvalidScanId);

    [Test]
    public async Task A_scan_id_may_have_255_characters_and_no_more()
    {
        var longest = new string('a', 255);
        Assert.That((await _api.GetAsync($"/scan/{longest}/status")).Status, Is.EqualTo(HttpStatusCode.OK));
        AssertError(await _api.GetAsync($"/scan/{longest}a/status"), ApiError.InvalidScanId);
    }

    [TestCase("GET /scan/%00/status HTTP/1.1")]
    [TestCase("GET /scan/a%00b/status HTTP/1.1")]
    public async Task A_nul_in_the_path_is_refused_by_the_server_itself(string requestLine) =>
        Assert.That(await RawAsync(requestLine), Does.StartWith("HTTP/1.1 400"));

    [Test]
    public async Task Options_of_the_whole_server_does_not_fail() =>
        Assert.That(await RawAsync("OPTIONS * HTTP/1.1"), Does.Match("^HTTP/1.1 (204|404)"));

    [TestCase(401, "UNAUTHORIZED")]
    [TestCase(403, "FORBIDDEN")]
    [TestCase(404, "NOT_FOUND")]
    [TestCase(413, "PAYLOAD_TOO_LARGE")]
    [TestCase(415, "UNSUPPORTED_MEDIA_TYPE")]
    [TestCase(429, "RATE_LIMIT_EXCEEDED")]
    [TestCase(500, "INTERNAL_ERROR")]
    [TestCase(503, "SERVICE_UNAVAILABLE")]
    [TestCase(400, "VALIDATION_ERROR")]
    public async Task A_bare_status_gets_the_envelope(int status, string code)
    {
        var reply = await _api.GetAsync($"/bare/{status}");
        Assert.That((int)reply.Status, Is.EqualTo(status));
        Assert.That(reply.ErrorCode, Is.EqualTo(code));
    }

    [Test]
    public async Task An_error_that_another_group_shaped_itself_is_left_alone() =>
        Assert.That((await _api.GetAsync("/own")).Text, Is.EqualTo("""{"error":"its own shape"}"""));

    static void AssertError(Reply reply, ApiError error)
    {
        Assert.That((int)reply.Status, Is.EqualTo(error.Status), reply.Text);
        Assert.That(reply.ContentType, Is.EqualTo("application/json; charset=utf-8"));
        Assert.That(reply.ErrorCode, Is.EqualTo(error.Code));
        Assert.That(reply.Json.GetProperty("message").GetString(), Is.EqualTo(error.Message));
        Assert.That(reply.Json.GetProperty("timestamp").GetString(), Does.Match("Z$"));
    }

    /// <summary>Sends a request line as it is: HttpClient would mend it.</summary>
    async Task<string> RawAsync(string requestLine)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_api.Address.Host, _api.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(requestLine + "\r\nHost: x\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
