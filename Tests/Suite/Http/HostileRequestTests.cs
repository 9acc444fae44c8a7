using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HubSpotDeals.Suite.Results;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Http;

/// <summary>
/// Every endpoint of the API against whatever may come in: a documented 4xx (or an answer, where the input can be one), never a 5xx,
/// and nothing of the service's inside in it. What the bodies' members can be is <see cref="StartScanFuzzTests"/>.
/// </summary>
sealed class HostileRequestTests
{
    static readonly string[] Texts =
    [
        "", " ", "0", "-1", "1.5", "1e3", "0x10", "+1", "٣", "NaN", "null", "true", "[]", "{}", "99999999999999999999999999", "9223372036854775808",
        "-9223372036854775809", "2147483648", "%00", "a%00b", "%0d%0aX-Evil:%201", "%ff%fe", "%c0%ae", "%E2%80%AE", "%F0%9F%A6%94", "%ed%a0%80",
        "';DROP TABLE hubspot_deals.scan_jobs;--", "1 OR 1=1", "1;select pg_sleep(9)", "$(id)", "{{7*7}}", "${jndi:ldap://x}", "<script>alert(1)</script>",
        "..%2f..%2fetc%2fpasswd", "%2e%2e%2f", "..", ".", "~", "*", "deals,failed_deals", "deals\"", "deals;", "hubspot_deals.scan_jobs", "DEALS",
    ];

    static readonly string[] Bodies =
    [
        "", " ", "null", "1", "\"x\"", "[]", "[{}]", "{", "{}", "{\"a\":1}", "{\"daysOld\":1,\"daysOld\":2}", "{\"config\":{}}", "{\"config\":null}",
        "{\"daysOld\":\"1; drop table x\"}", "\0", "{\"daysOld\":1e999}", "{\"organizationId\":\"\\u0000\"}", "{\"daysOld\":1,\"organizationId\":\"../..\"}",
    ];

    ScanApi _api = null!;
    List<(string Method, string Path, string[] Query)> _operations = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync(settings: Gateway.GatewayVisitor.Settings);
        await (await StoredScan.PlanAsync(_api, "there")).AddAsync(1, 3);
        // The stream of a scan's events ends with a scan that has completed; that of another is for watching, not for reading to its end.
        await _api.SetAsync("there", "status = 'completed', completed_at = clock_timestamp()");
        var paths = JsonDocument.Parse((await _api.GetAsync("/swagger.json")).Text).RootElement.GetProperty("paths");
        _operations =
        [
            .. paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => (
                operation.Name.ToUpperInvariant(),
                path.Name,
                operation.Value.TryGetProperty("parameters", out var parameters)
                    ? parameters.EnumerateArray().Where(parameter => parameter.Text("in") == "query").Select(parameter => parameter.Text("name")!).ToArray()
                    : []))),
        ];
        Assert.That(_operations, Has.Count.GreaterThan(15), "the API's own description names what there is");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        var failures = _api.Logs.Lines.Where(line => line.Split(' ') is [_, "Error" or "Critical", ..]).ToList();
        await _api.DisposeAsync();
        Assert.That(failures, Is.Empty);
    }

    [Test]
    public async Task Whatever_stands_in_a_path_is_answered_or_refused()
    {
        foreach (var (method, path, _) in _operations.Where(operation => operation.Path.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var text in Texts.Append(new string('a', 255)).Append(new string('a', 256)).Append(new string('a', 4_000)))
            {
                var at = path.Replace("{scan_id}", Escaped(text), StringComparison.Ordinal).Replace("{format}", "csv", StringComparison.Ordinal).Replace("{id}", Escaped(text), StringComparison.Ordinal);
                await AssertCivilAsync(method, at, body: null);
                await AssertCivilAsync(method, path.Replace("{scan_id}", "there", StringComparison.Ordinal).Replace("{format}", Escaped(text), StringComparison.Ordinal), body: null, mayChange: false);
            }
        }
    }

    [Test]
    public async Task Whatever_stands_in_a_query_is_answered_or_refused()
    {
        foreach (var (method, path, query) in _operations)
        {
            var at = path.Replace("{scan_id}", "there", StringComparison.Ordinal).Replace("{format}", "csv", StringComparison.Ordinal);
            foreach (var name in query)
            {
                foreach (var text in Texts.Append(new string('9', 5_000)))
                {
                    await AssertCivilAsync(method, $"{at}?{name}={Escaped(text)}", body: null);
                    await AssertCivilAsync(method, $"{at}?{name}={Escaped(text)}&{name}=1", body: null);
                }

                await AssertCivilAsync(method, $"{at}?{name}", body: null);
            }

            await AssertCivilAsync(method, $"{at}?{string.Join('&', Enumerable.Range(0, 1_000).Select(i => $"x{i}=1"))}", body: null, mayChange: false);
        }
    }

    [Test]
    public async Task Whatever_body_comes_with_whatever_type_is_answered_or_refused()
    {
        foreach (var (method, path, _) in _operations.Where(operation => operation.Method != "DELETE"))
        {
            var at = path.Replace("{scan_id}", "nobody", StringComparison.Ordinal).Replace("{format}", "csv", StringComparison.Ordinal);
            foreach (var type in (string?[])["application/json", "application/json; charset=utf-16", "text/plain", "multipart/form-data", "rubbish", null])
            {
                foreach (var body in Bodies.Append(new string('[', 50_000)).Append("{\"a\":\"" + new string('x', 2 << 20) + "\"}"))
                {
                    await AssertCivilAsync(method, at, body, type);
                }
            }
        }
    }

    [Test]
    public async Task Every_method_at_every_path_is_answered_or_refused()
    {
        foreach (var path in _operations.Select(operation => operation.Path).Distinct(StringComparer.Ordinal))
        {
            var at = path.Replace("{scan_id}", "nobody", StringComparison.Ordinal).Replace("{format}", "csv", StringComparison.Ordinal);
            foreach (var method in (string[])["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X"])
            {
                await AssertCivilAsync(method, at, body: null);
            }

            await AssertCivilAsync("GET", at + "/", body: null);
            await AssertCivilAsync("GET", at + "/more", body: null);
            await AssertCivilAsync("GET", at.ToUpperInvariant(), body: null);
            await AssertCivilAsync("GET", at.Replace("/", "//", StringComparison.Ordinal)[1..], body: null);
        }
    }

    [TestCase("GET /api/v1/scan/list?limit=%zz HTTP/1.1\r\nHost: x\r\n\r\n")]
    [TestCase("GET /api/v1/scan/a%00b/status HTTP/1.1\r\nHost: x\r\n\r\n")]
    [TestCase("GET /api/v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n")]
    [TestCase("GET  /api HTTP/1.1\r\nHost: x\r\n\r\n")]
    [TestCase("POST /api/v1/maintenance/cleanup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: -5\r\n\r\n")]
    [TestCase("POST /api/v1/maintenance/cleanup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [TestCase("POST /api/v1/scan/start HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [TestCase("\0\0\0\0\r\n\r\n")]
    [CancelAfter(30_000)]
    public async Task A_request_that_is_hardly_HTTP_is_refused(string request, CancellationToken ct)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_api.Address.Host, _api.Address.Port, ct);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), ct);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        Assert.That(await reader.ReadLineAsync(ct), Does.StartWith("HTTP/1.1 4"));
    }

    static string Escaped(string text) => text.Contains('%', StringComparison.Ordinal) ? text : Uri.EscapeDataString(text);

    /// <param name="method">The request's.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">Its body; null: none.</param>
    /// <param name="type">Its body's type; null: none said.</param>
    /// <param name="mayChange">Whether it is sent although it may be a good request that changes what other requests need.</param>
    async Task AssertCivilAsync(string method, string path, string? body, string? type = null, bool mayChange = true)
    {
        if (!mayChange && method is not "GET")
        {
            return;
        }

        using var content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null)
        {
            content?.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        var reply = await _api.SendAsync(new HttpMethod(method), path, content);
        var what = $"{method} {path[..Math.Min(path.Length, 200)]} {type} {body?[..Math.Min(body.Length, 60)]}: {reply.Text}";
        Assert.That((int)reply.Status, Is.LessThan(500), what);
        // What is no request at all (a NUL in its line, a line of more than 8 KB) the server refuses before the service hears of it.
        if (reply is { Status: HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong, Text: "" } && (path.Contains("%00", StringComparison.Ordinal) || path.Length > 8_000))
        {
            return;
        }

        if ((int)reply.Status >= 400 && method != "HEAD")
        {
            Assert.That(reply.ContentType, Does.StartWith("application/json"), what);
            if (reply.Json.TryGetProperty("error", out var error))
            {
                // The contacts gateway's own form.
                Assert.That(error.Text("code"), Does.Match("^[A-Z_]+$"), what);
            }
            else
            {
                Assert.That(reply.Json.Text("status"), Is.EqualTo("error"), what);
                Assert.That(reply.ErrorCode, Does.Match("^[A-Z_]+$"), what);
            }

            Assert.That(reply.Text, Does.Not.Contain("   at ").And.Not.Contain("Npgsql").And.Not.Contain("PostgresException"), what);
        }
    }
}
