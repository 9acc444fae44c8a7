using System.Text.Json;
using System.Text.Json.Serialization;
using static HubSpotDeals.Sandbox.Control.ControlRequests;

namespace HubSpotDeals.Sandbox.Control;

/// <summary>
/// The sandbox's own paths, by which another process does what a test in this one does with <see cref="SandboxServer"/>'s
/// methods. They need no token, count against nothing and meet no fault; <see cref="Help"/> is their table.
/// </summary>
static class ControlEndpoints
{
    public const string Help =
        """
        Control, under /_sandbox (JSON in and out; members left out keep their defaults):

          GET    /_sandbox                              this text
          PATCH  /_sandbox                              {latencyMs, consent: Ask|Grant|Deny, consentPortalId}
          POST   /_sandbox/reset                        ends faults and latency, undoes writes, forgets the log
          GET    /_sandbox/portals                      portals, their sizes and limits
          POST   /_sandbox/portals                      {portalId, deals, archived, contacts, tickets, seed, awkward, loneSurrogates,
                                                        extraCustomProperties, bulkModified, opportunitiesFile, searchLagMs, tokens: [token],
                                                        limits: {requestsPer10Seconds, searchesPerSecond, daily}}
          PATCH  /_sandbox/portals/ID                   {requestsPer10Seconds, searchesPerSecond, daily, searchLagMs, multiStatus}
          POST   /_sandbox/portals/ID/tokens            token: {token, kind: PrivateApp|OAuth, scopes, expiresAt, expiresAfterRequests}
          POST   /_sandbox/tokens/revoke                {token}
          POST   /_sandbox/tokens/expire                {token, at}; at left out: now
          POST   /_sandbox/tokens/scopes                {token, scopes}
          PATCH  /_sandbox/portals/ID/properties/NAME   {type, fieldType}; stored values stay
          GET    /_sandbox/portals/ID/deals             ids, ascending; ?archived=true for the archive
          GET    /_sandbox/portals/ID/deals/DEAL        the deal as the sandbox holds it
          POST   /_sandbox/portals/ID/deals             {properties, id}; a free id among the others: a deal behind a cursor
          GET    /_sandbox/portals/ID/contacts          ids, ascending; ?archived=true for the archive; /tickets likewise
          GET    /_sandbox/portals/ID/contacts/RECORD   the contact as the sandbox holds it; /tickets likewise
          POST   /_sandbox/portals/ID/contacts          {properties}; /tickets likewise
          GET    /_sandbox/portals/ID/TYPE/RECORD/associations/TYPE   ids of the associated records
          GET    /_sandbox/apps                         apps that can ask for tokens by OAuth
          POST   /_sandbox/apps                         {clientId, clientSecret, appId, name, redirectUris, scopes, optionalScopes,
                                                        codeLifetimeSeconds, expiresInSeconds, rotatesRefreshTokens}
          POST   /_sandbox/apps/CLIENT/codes            {redirectUri, portalId, scopes}; a code as if a user had consented
          DELETE /_sandbox/apps/CLIENT/portals/ID       uninstalls: ends all that was issued to the app in the portal
          GET    /_sandbox/faults                       faults in force and how often they struck
          POST   /_sandbox/faults                       {kind, operation, path, portalId, skip, times, every, probability, seed, status,
                                                        retryAfterSeconds, body, contentType, delayMs}
                 kind: Status Hang Delay CutBeforeAnswer CutInBody CutAfterAnswer TruncatedJson HtmlPage RepeatCursor ShortPage
                       EmptyPage DuplicateDeal OutOfOrder; operation and path are regular expressions
          DELETE /_sandbox/faults                       ends all
          DELETE /_sandbox/faults/N                     ends one
          GET    /_sandbox/log                          the last 20,000 requests
          GET    /_sandbox/counts                       totals, most in flight, requests by second, operation and status

        Operations: deals.list get create update archive merge search batch.read batch.create batch.update batch.archive,
        contacts. and tickets.list get create update archive search batch.read batch.create batch.update batch.upsert batch.archive,
        associations.v3.batch v4.batch (both read) v3.list v4.list, associations.v4.create archive default batch.create batch.default batch.archive,
        properties.list get create update archive, pipelines.list get stages, owners.list get, account.details usage,
        oauth.authorize decision token introspect revoke access-token refresh-token withdraw, unknown.
        """;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static void MapControl(this IEndpointRouteBuilder app, SandboxServer sandbox)
    {
        var control = app.MapGroup("/_sandbox");
        Get("", _ => Help);
        Change<ServerChange>("PATCH", "", (_, change) => Apply(change, sandbox));
        Do("POST", "/reset", _ => sandbox.Reset());

        Get("/portals", _ => sandbox.Portals.Select(Summary));
        Make<NewPortal>("/portals", (_, portal) => Summary(sandbox.AddPortal(portal.ToOptions())));
        Change<PortalChange>("PATCH", "/portals/{portal}", (http, change) => Apply(change, PortalOf(http)));
        Change<NewToken>("POST", "/portals/{portal}/tokens", (http, token) => sandbox.AddToken(PortalOf(http).PortalId, token.ToOptions()));
        Change<PropertyChange>("PATCH", "/portals/{portal}/properties/{name}", (http, change) =>
            PortalOf(http).ChangePropertyType((string)http.Request.RouteValues["name"]!, change.Type, change.FieldType));

        Get("/portals/{portal}/deals", http => PortalOf(http).DealIds(http.Request.Query["archived"] == "true"));
        Get("/portals/{portal}/deals/{deal}", http => PortalOf(http).ReadDeal(NumberOf(http, "deal")) ?? throw new KeyNotFoundException("No such deal."));
        Make<NewDeal>("/portals/{portal}/deals", (http, deal) => new { id = PortalOf(http).CreateDeal(deal.Properties, deal.Id) });

        foreach (var type in new[] { "contacts", "tickets" })
        {
            Get($"/portals/{{portal}}/{type}", http => RecordsOf(http, type).Ids(http.Request.Query["archived"] == "true"));
            Get(
                $"/portals/{{portal}}/{type}/{{record}}",
                http => RecordsOf(http, type).Read(NumberOf(http, "record")) ?? throw new KeyNotFoundException("No such record."));
            Make<NewRecord>($"/portals/{{portal}}/{type}", (http, record) => new { id = RecordsOf(http, type).Create(record.Properties) });
        }

        Get("/portals/{portal}/{type}/{record}/associations/{to}", http => PortalOf(http).AssociatedIds(
            (string)http.Request.RouteValues["type"]!, NumberOf(http, "record"), (string)http.Request.RouteValues["to"]!));

        Get("/apps", _ => sandbox.Apps);
        Make<NewApp>("/apps", (_, app) =>
        {
            sandbox.AddApp(app.ToOptions());
            return new { app.ClientId };
        });
        Make<NewCode>("/apps/{client}/codes", (http, code) => new { code = sandbox.GrantCode(ClientOf(http), code.RedirectUri, code.PortalId, code.Scopes) });
        Do("DELETE", "/apps/{client}/portals/{portal}", http => sandbox.Uninstall(ClientOf(http), PortalOf(http).PortalId));

        Change<TokenChange>("POST", "/tokens/revoke", (_, change) => sandbox.RevokeToken(change.Token));
        Change<TokenChange>("POST", "/tokens/expire", (_, change) => sandbox.ExpireToken(change.Token, change.At ?? sandbox.Clock.GetUtcNow()));
        Change<TokenChange>("POST", "/tokens/scopes", (_, change) => sandbox.SetScopes(change.Token, change.Scopes ?? []));

        Get("/faults", _ => sandbox.Faults.Select(fault => new { fault.Id, fault.Matched, fault.Struck, fault.Rule }));
        Make<NewFault>("/faults", (_, fault) => new { sandbox.AddFault(fault.ToRule()).Id });
        Do("DELETE", "/faults", _ => sandbox.ClearFaults());
        Do("DELETE", "/faults/{fault}", http =>
            (sandbox.Faults.FirstOrDefault(fault => fault.Id == NumberOf(http, "fault")) ?? throw new KeyNotFoundException("No such fault.")).Dispose());

        Get("/log", _ => sandbox.Log.Requests);
        Get("/counts", _ => new { sandbox.Log.Total, sandbox.Log.MostInFlight, sandbox.Log.PerSecond });

        SandboxRecords RecordsOf(HttpContext http, string type) => type == "contacts" ? PortalOf(http).Contacts : PortalOf(http).Tickets;

        static string ClientOf(HttpContext http) => (string)http.Request.RouteValues["client"]!;

        Portal PortalOf(HttpContext http) => sandbox.Portal(NumberOf(http, "portal"));

        void Get(string path, Func<HttpContext, object> read) =>
            Map("GET", path, http => Task.FromResult<object?>(read(http)));

        void Do(string method, string path, Action<HttpContext> act) => Map(method, path, http =>
        {
            act(http);
            return Task.FromResult<object?>(null);
        });

        void Make<T>(string path, Func<HttpContext, T, object> make) =>
            Map("POST", path, async http => make(http, await ReadAsync<T>(http)));

        void Change<T>(string method, string path, Action<HttpContext, T> change) => Map(method, path, async http =>
        {
            change(http, await ReadAsync<T>(http));
            return null;
        });

        void Map(string method, string path, Func<HttpContext, Task<object?>> answer) =>
            control.MapMethods(path, [method], http => AnswerAsync(http, answer));
    }

    static async Task AnswerAsync(HttpContext http, Func<HttpContext, Task<object?>> answer)
    {
        object? body;
        try
        {
            body = await answer(http);
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or KeyNotFoundException or IOException or InvalidDataException)
        {
            http.Response.StatusCode = wrong is KeyNotFoundException ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest;
            body = wrong.Message;
        }

        switch (body)
        {
            case null:
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case string text:
                http.Response.ContentType = "text/plain;charset=utf-8";
                await http.Response.WriteAsync(text + "\n", http.RequestAborted);
                break;
            default:
                await http.Response.WriteAsJsonAsync(body, Json, http.RequestAborted);
                break;
        }
    }

    static async Task<T> ReadAsync<T>(HttpContext http) =>
        await JsonSerializer.DeserializeAsync<T>(http.Request.Body, Json, http.RequestAborted)
        ?? throw new JsonException("A JSON object is needed.");

    static object Summary(Portal portal) => new
    {
        portal.PortalId,
        Deals = portal.CountDeals(archived: false),
        Archived = portal.CountDeals(archived: true),
        portal.Limits,
        SearchLagMs = portal.SearchLag.TotalMilliseconds,
        Contacts = portal.Contacts.Count(),
        Tickets = portal.Tickets.Count(),
    };

    static void Apply(ServerChange change, SandboxServer sandbox)
    {
        sandbox.Latency = change.LatencyMs is { } latency ? TimeSpan.FromMilliseconds(latency) : sandbox.Latency;
        sandbox.Consent = new Consent(change.Consent ?? sandbox.Consent.Answer, change.ConsentPortalId ?? sandbox.Consent.PortalId);
    }

    static void Apply(PortalChange change, Portal portal)
    {
        portal.Limits = new RateLimits(
            change.RequestsPer10Seconds ?? portal.Limits.RequestsPer10Seconds,
            change.SearchesPerSecond ?? portal.Limits.SearchesPerSecond,
            change.Daily ?? portal.Limits.Daily);
        portal.AnswersMultiStatus = change.MultiStatus ?? portal.AnswersMultiStatus;
        portal.SearchLag = change.SearchLagMs is { } lag ? TimeSpan.FromMilliseconds(lag) : portal.SearchLag;
    }

    static long NumberOf(HttpContext http, string name) =>
        long.TryParse((string?)http.Request.RouteValues[name], out var number)
            ? number
            : throw new KeyNotFoundException($"{http.Request.RouteValues[name]} is no number.");
}
