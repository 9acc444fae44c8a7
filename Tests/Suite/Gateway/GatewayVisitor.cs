using System.Net;
using System.Text;
using System.Text.Json;
using System.Web;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Gateway;

/// <summary>A browser session at the contacts gateway, which goes to HubSpot's consent page and back as a browser does.</summary>
sealed class GatewayVisitor : IDisposable
{
    readonly ScanApi _api;
    readonly HttpClient _client;

    internal GatewayVisitor(ScanApi api, string? token = null)
    {
        _api = api;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = api.Address };
        if (token is not null)
        {
            _client.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token);
        }
    }

    internal CookieContainer Cookies { get; } = new();

    /// <summary>The settings of a service whose app HubSpot's stand-in knows.</summary>
    internal static (string Key, string Value)[] Settings { get; } =
    [
        ("HubSpot:OAuth:ClientId", AppOptions.Default.ClientId),
        ("HubSpot:OAuth:ClientSecret", AppOptions.Default.ClientSecret),
        ("HubSpot:RetryBaseDelay", "00:00:00.010"),
    ];

    /// <summary>Connects the session, as a user who consents would.</summary>
    internal async Task ConnectAsync()
    {
        var answer = await FollowAsync(await LoginAsync(), grant: true);
        Assert.That(answer.Location, Is.EqualTo("/?hubspot_auth=success"));
    }

    /// <summary>The query of the address that users are sent to.</summary>
    internal async Task<Uri> LoginAsync() => new((await GetAsync("/api/hs/auth/login")).Json.GetProperty("authUrl").GetString()!);

    /// <summary>Goes to HubSpot's page, decides, and comes back.</summary>
    internal async Task<GatewayReply> FollowAsync(Uri consent, bool grant)
    {
        _api.Sandbox.Consent = new Consent(grant ? ConsentAnswer.Grant : ConsentAnswer.Deny);
        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var decided = await stranger.GetAsync(new Uri(_api.Sandbox.BaseAddress, "oauth/authorize" + consent.Query));
        return await GetAsync(decided.Headers.Location!.PathAndQuery);
    }

    /// <summary>The state that an address carries.</summary>
    internal static string StateOf(Uri consent) => HttpUtility.ParseQueryString(consent.Query)["state"]!;

    internal Task<GatewayReply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    internal Task<GatewayReply> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    internal async Task<GatewayReply> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }

        using var answer = await _client.SendAsync(request);
        return new GatewayReply(
            answer.StatusCode,
            await answer.Content.ReadAsStringAsync(),
            answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>An answer as it came.</summary>
sealed record GatewayReply(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    internal JsonElement Json => JsonDocument.Parse(Text).RootElement;

    internal string? Location => Headers.GetValueOrDefault("Location");

    /// <summary>The error's code; null: it is none.</summary>
    internal string? Code => Json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? error.GetProperty("code").GetString() : null;
}
