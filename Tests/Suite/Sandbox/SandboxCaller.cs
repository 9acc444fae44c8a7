using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox;

namespace HubSpotDeals.Suite.Sandbox;

/// <summary>A sandbox on a real socket and a plain HTTP client that knows its token and nothing else.</summary>
sealed class SandboxCaller : IAsyncDisposable
{
    public const string Deals = "/crm/objects/2026-09/deals";
    public const string Contacts = "/crm/objects/2026-09/contacts";
    public const string Tickets = "/crm/objects/2026-09/tickets";

    readonly HttpClient _http;

    SandboxCaller(SandboxServer server)
    {
        Server = server;
        _http = new HttpClient { BaseAddress = server.BaseAddress };
        Token = TokenOptions.DefaultFor(server.Portals.First().PortalId).Token;
    }

    public SandboxServer Server { get; }

    /// <summary>Goes with every call; null: none does.</summary>
    public string? Token { get; set; }

    public Portal Portal => Server.Portals.First();

    public static async Task<SandboxCaller> StartAsync(PortalOptions portal, RateLimits? limits = null, TimeProvider? clock = null) =>
        new(await SandboxServer.StartAsync(
            new SandboxOptions { Portals = [portal], Limits = limits ?? RateLimits.None, Clock = clock ?? TimeProvider.System },
            CancellationToken.None));

    /// <summary>A small portal with tame values.</summary>
    public static Task<SandboxCaller> StartPlainAsync(int deals = 250, RateLimits? limits = null, TimeProvider? clock = null) =>
        StartAsync(new PortalOptions { Deals = deals, Archived = 25, Awkward = false }, limits, clock);

    public Task<Answer> GetAsync(string target) => SendAsync(HttpMethod.Get, target);

    public Task<Answer> PostAsync(string target, JsonNode body) => SendAsync(HttpMethod.Post, target, body.ToJsonString());

    public Task<Answer> PatchAsync(string target, JsonNode body) => SendAsync(HttpMethod.Patch, target, body.ToJsonString());

    public Task<Answer> DeleteAsync(string target) => SendAsync(HttpMethod.Delete, target);

    public Task<Answer> SearchAsync(JsonObject body) => PostAsync($"{Deals}/search", body);

    public async Task<Answer> SendAsync(HttpMethod method, string target, string? body = null)
    {
        using var request = new HttpRequestMessage(method, target);
        request.Headers.Authorization = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        // before the body: reading it parses Content-Type, and what was really sent is gone
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
    }

    /// <summary>Reads a list to its end by its cursors.</summary>
    public async Task<List<JsonNode>> ReadAllAsync(string query = "limit=100")
    {
        var all = new List<JsonNode>();
        string? after = null;
        do
        {
            var page = (await GetAsync($"{Deals}?{query}{(after is null ? "" : $"&after={after}")}")).Json;
            all.AddRange(page["results"]!.AsArray().Select(record => record!));
            after = (string?)page["paging"]?["next"]?["after"];
        }
        while (after is not null);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>An answer, read to its end.</summary>
    public sealed record Answer(HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
    {
        public string? ContentType => Headers.GetValueOrDefault("Content-Type");

        public JsonNode Json => JsonNode.Parse(Body)!;

        /// <summary>The names of the members in the order in which they came.</summary>
        public string Keys => string.Join(' ', Json.AsObject().Select(member => member.Key));

        public string Message => (string)Json["message"]!;

        /// <summary>The id of the record that this is.</summary>
        public long Id => long.Parse((string)Json["id"]!);

        public string? Category => (string?)Json["category"];

        /// <summary>The value of one of the record's properties.</summary>
        public string? this[string property] => (string?)Json["properties"]![property];

        public long[] Ids => [.. Json["results"]!.AsArray().Select(record => long.Parse((string)record!["id"]!))];

        public string? Cursor => (string?)Json["paging"]?["next"]?["after"];
    }
}
