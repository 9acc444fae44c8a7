using System.Net;
using System.Net.Sockets;
using System.Text;
using HubSpotDeals.Suite.Http;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Auth;

/// <summary>Where keys are configured, nothing under <c>/api/v1</c> is done for those who have none.</summary>
sealed class KeyTests
{
    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync(settings: KeyHolders.Settings);
        await _api.StoreAsync("a-scan");
    }

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    static readonly TestCaseData<string?>[] NoKeys =
    [
        Of("none", null),
        Of("an empty one", ""),
        Of("an unknown one", "key-of-nobody"),
        Of("another case", KeyHolders.Ours.ToUpperInvariant()),
        Of("a letter short", KeyHolders.Ours[..^1]),
        Of("a letter more", KeyHolders.Ours + "x"),
        Of("two in one", $"{KeyHolders.Ours}, {KeyHolders.Ours}"),
        Of("its hash", KeyHolders.HashOf(KeyHolders.Ours)),
        Of("too long a one", KeyHolders.Longest + "k"),
    ];

    static TestCaseData<string?> Of(string reason, string? key) => new TestCaseData<string?>(key).SetArgDisplayNames(reason);

    [TestCaseSource(nameof(NoKeys))]
    public async Task No_route_answers_a_caller_without_a_key_of_ours(string? key)
    {
        var routes = await ApiRoutes.OfAsync(_api, "a-scan");
        Assert.That(routes, Is.Not.Empty);
        foreach (var route in routes)
        {
            AssertUnauthorized(await _api.SendAsync(route.Method, route.Path, route.Content, key), $"{route}");
        }

        Assert.That((await _api.Store.FindAsync("a-scan", CancellationToken.None))!.Status.ToString(), Is.EqualTo("Pending"));
    }

    [TestCase("GET", "/api/v1/scan/nowhere/at/all")]
    [TestCase("GET", "/api/v1")]
    [TestCase("GET", "/API/V1/scan/list")]
    [TestCase("DELETE", "/api/v1/scan/list")]
    [TestCase("OPTIONS", "/api/v1/scan/list")]
    [TestCase("GET", "/api/v1/scan/no.scan/status")]
    [TestCase("GET", "/api/v1/scan/list?limit=0")]
    public async Task What_there_is_and_what_is_wrong_is_told_only_to_those_who_have_a_key(string method, string path) =>
        AssertUnauthorized(await _api.SendAsync(HttpMethod.Parse(method), path), path);

    [Test]
    public async Task A_head_without_a_key_is_refused_as_its_get()
    {
        var head = await _api.SendAsync(HttpMethod.Head, "/api/v1/scan/list");
        Assert.That((head.Status, head.Headers["WWW-Authenticate"], head.Text), Is.EqualTo((HttpStatusCode.Unauthorized, "ApiKey realm=\"HubSpotDeals\"", "")));
    }

    [TestCase("GET", "/api/v1/scan/a-scan/status", HttpStatusCode.OK)]
    [TestCase("HEAD", "/api/v1/scan/a-scan/status", HttpStatusCode.OK)]
    [TestCase("OPTIONS", "/api/v1/scan/list", HttpStatusCode.NoContent)]
    [TestCase("DELETE", "/api/v1/scan/list", HttpStatusCode.MethodNotAllowed)]
    [TestCase("GET", "/api/v1/scan/nowhere/at/all", HttpStatusCode.NotFound)]
    public async Task With_a_key_the_door_is_not_noticed(string method, string path, HttpStatusCode status)
    {
        foreach (var key in new[] { KeyHolders.Everybodys, KeyHolders.Ours, KeyHolders.Longest })
        {
            Assert.That((await _api.SendAsync(HttpMethod.Parse(method), path, key: key)).Status, Is.EqualTo(status));
        }
    }

    [Test]
    public async Task No_route_is_left_that_does_not_know_whose_rows_it_touches()
    {
        foreach (var route in await ApiRoutes.OfAsync(_api, "unknown"))
        {
            var reply = await _api.SendAsync(route.Method, route.Path, route.Content, KeyHolders.Everybodys);
            Assert.That(reply.Status, Is.Not.EqualTo(HttpStatusCode.InternalServerError).And.Not.EqualTo(HttpStatusCode.Unauthorized), $"{route} {reply.Text}");
        }
    }

    [TestCase("/health")]
    [TestCase("/health/live")]
    [TestCase("/health/ready")]
    [TestCase("/docs/index.html")]
    [TestCase("/swagger.json")]
    public async Task Outside_of_the_api_no_key_is_needed(string path)
    {
        Assert.That((await _api.GetAsync(path)).Status, Is.EqualTo(HttpStatusCode.OK).Or.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That((await _api.SendAsync(HttpMethod.Get, path, key: "key-of-nobody")).Status, Is.Not.EqualTo(HttpStatusCode.Unauthorized));
    }

    // HttpClient would join the one and mend the other.
    [TestCase("GET /api/v1/scan/list", "X-Api-Key: " + KeyHolders.Ours + "\r\nX-Api-Key: " + KeyHolders.Ours, "401")]
    [TestCase("GET /api/v1/scan/list", "X-Api-Key: " + KeyHolders.Ours + "\r\nx-api-key: key-of-nobody", "401")]
    [TestCase("GET /api/v1/scan/list", "X-Api-Key: k\u00e9y", "401")]
    [TestCase("GET /api/v1/scan/list", "X-API-KEY:   " + KeyHolders.Ours + "  ", "200")]
    [TestCase("GET //api/v1/scan/list", "X-Nothing: x", "404")]
    [TestCase("GET /./api/v1/scan/list", "X-Nothing: x", "401")]
    [TestCase("GET /docs/../api/v1/scan/list", "X-Nothing: x", "401")]
    [TestCase("GET /%61pi/v1/scan/list", "X-Nothing: x", "401")]
    [TestCase("GET /api%2Fv1/scan/list", "X-Nothing: x", "404")]
    [TestCase("GET /api/v1%2Fscan/list", "X-Nothing: x", "404")]
    [TestCase("GET http://x/api/v1/scan/list", "X-Nothing: x", "401")]
    public async Task No_spelling_gets_past_the_door(string request, string header, string status) =>
        Assert.That(await RawAsync($"{request} HTTP/1.1\r\n{header}"), Does.StartWith("HTTP/1.1 " + status));

    [Test]
    public async Task No_key_or_hash_is_repeated_anywhere()
    {
        string[] keys = [KeyHolders.Ours, "a-guess-that-is-nobodys-key"];
        foreach (var key in keys)
        {
            foreach (var route in await ApiRoutes.OfAsync(_api, "unknown"))
            {
                AssertTellsNoSecret((await _api.SendAsync(route.Method, route.Path, route.Content, key)).Text);
            }
        }

        AssertTellsNoSecret((await _api.GetAsync("/swagger.json")).Text);
        AssertTellsNoSecret(string.Join('\n', _api.Logs.Lines));
        Assert.That(_api.Logs.Lines, Has.Some.Contains("refused, no key of ours"));

        void AssertTellsNoSecret(string text)
        {
            foreach (var secret in keys.Concat(keys.Select(KeyHolders.HashOf)))
            {
                Assert.That(text, Does.Not.Contain(secret).IgnoreCase);
            }
        }
    }

    static void AssertUnauthorized(Reply reply, string what)
    {
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.Unauthorized, "UNAUTHORIZED")), what);
        Assert.That(reply.Headers["WWW-Authenticate"], Is.EqualTo("ApiKey realm=\"HubSpotDeals\""), what);
        Assert.That(reply.Details().Keys(), Is.EqualTo(new[] { "suggestion" }), what);
        Assert.That(reply.Details().Text("suggestion"), Does.Contain("X-Api-Key"), what);
    }

    async Task<string> RawAsync(string head)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_api.Address.Host, _api.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head + "\r\nHost: x\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
