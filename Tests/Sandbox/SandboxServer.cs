using System.Collections.Concurrent;
using System.Net;
using HubSpotDeals.Sandbox.Control;
using HubSpotDeals.Sandbox.Endpoints;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.OAuth;
using HubSpotDeals.Sandbox.Traffic;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace HubSpotDeals.Sandbox;

/// <summary>
/// HubSpot's API on a socket of this machine, with portals that are generated from a seed. The same code serves the program
/// and tests that host it themselves.
/// </summary>
public sealed class SandboxServer : IAsyncDisposable
{
    readonly SandboxOptions _options;
    readonly ConcurrentDictionary<long, Portal> _portals = new();
    readonly TokenBook _tokens = new();
    readonly FaultBook _faults = new();
    readonly ApiGateway _gateway;
    readonly OAuthBook _oauth;
    readonly ConsentDesk _desk;
    readonly WebApplication _app;

    SandboxServer(SandboxOptions options)
    {
        _options = options;
        _gateway = new ApiGateway(_tokens, _faults, Log, options.Clock) { Latency = options.Latency };
        _oauth = new OAuthBook(_tokens, options.Clock);
        _desk = new ConsentDesk(_oauth, this) { Consent = options.Consent };
        foreach (var app in options.Apps)
        {
            _oauth.Add(app);
        }

        _app = BuildApplication();
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/");

    /// <summary>What was asked of it.</summary>
    public RequestLog Log { get; } = new();

    /// <summary>How long each answer takes beyond its own work.</summary>
    public TimeSpan Latency
    {
        get => _gateway.Latency;
        set => _gateway.Latency = value;
    }

    /// <summary>How the consent page behaves.</summary>
    public Consent Consent
    {
        get => _desk.Consent;
        set => _desk.Consent = value;
    }

    /// <summary>The apps that can ask for tokens by OAuth.</summary>
    public IReadOnlyList<AppOptions> Apps => _oauth.Apps;

    /// <summary>What times writes, limits, expiry and search lag.</summary>
    public TimeProvider Clock => _options.Clock;

    public IReadOnlyCollection<Portal> Portals => [.. _portals.Values.OrderBy(portal => portal.PortalId)];

    /// <summary>The faults in force.</summary>
    public IReadOnlyList<ActiveFault> Faults => _faults.Active;

    /// <summary>Starts a sandbox with the portals of its options; it answers when this returns.</summary>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        var server = new SandboxServer(options);
        foreach (var portal in options.Portals)
        {
            server.AddPortal(portal);
        }

        await server._app.StartAsync(cancellationToken);
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.BaseAddress = new Uri(addresses.Addresses.First());
        return server;
    }

    /// <summary>Makes a portal, in the place of the one with its id if there is one.</summary>
    public Portal AddPortal(PortalOptions options)
    {
        var portal = new Portal(options, _options.Limits, _options.Clock);
        if (_portals.TryRemove(portal.PortalId, out var replaced))
        {
            _tokens.RevokeAll(replaced);
            _oauth.Uninstall(replaced);
        }

        _portals[portal.PortalId] = portal;
        foreach (var token in options.Tokens.DefaultIfEmpty(TokenOptions.DefaultFor(portal.PortalId)))
        {
            _tokens.Add(portal, token);
        }

        return portal;
    }

    /// <exception cref="KeyNotFoundException">There is no such portal.</exception>
    public Portal Portal(long portalId = PortalOptions.DefaultPortalId) => _portals[portalId];

    /// <summary>Gives a portal a further token, or puts the token's settings in the place of its old ones.</summary>
    public void AddToken(long portalId, TokenOptions token) => _tokens.Add(Portal(portalId), token);

    /// <summary>From now on the token is unknown.</summary>
    public void RevokeToken(string token) => _tokens.Revoke(token);

    /// <summary>Sets when the token expires; null: it does not.</summary>
    public void ExpireToken(string token, DateTimeOffset? at) => AccessOf(token).ExpiresAt = at;

    /// <summary>Sets what the token may do.</summary>
    public void SetScopes(string token, params IReadOnlyList<string> scopes) => AccessOf(token).Scopes = scopes;

    /// <summary>Adds an app, or puts its settings in the place of its old ones; what it was granted stays.</summary>
    public void AddApp(AppOptions app) => _oauth.Add(app);

    /// <summary>A code as if a user had granted the app access to the portal: what the consent page sends back.</summary>
    /// <param name="clientId">The app.</param>
    /// <param name="redirectUri">Where the user would be sent back to.</param>
    /// <param name="portalId">The portal.</param>
    /// <param name="scopes">Null: all that the app may ask for.</param>
    /// <exception cref="KeyNotFoundException">There is no such app or portal.</exception>
    public string GrantCode(
        string clientId, string redirectUri, long portalId = PortalOptions.DefaultPortalId, IReadOnlyList<string>? scopes = null)
    {
        var app = _oauth.FindApp(clientId) ?? throw new KeyNotFoundException("There is no app with this client id.");
        return _oauth.IssueCode(new Installation(app, Portal(portalId), scopes ?? app.Scopes), redirectUri);
    }

    /// <summary>Ends the app's codes, refresh tokens and access tokens in the portal, as when a user uninstalls it.</summary>
    public void Uninstall(string clientId, long portalId = PortalOptions.DefaultPortalId) => _oauth.Uninstall(Portal(portalId), clientId);

    /// <summary>Makes answers go wrong until the returned fault is disposed of or has happened often enough.</summary>
    public ActiveFault AddFault(FaultRule rule) => _faults.Add(rule);

    public void ClearFaults() => _faults.Clear();

    /// <summary>
    /// Ends all faults and the latency, undoes all writes and forgets the log. Portals, tokens, apps, what they were granted and
    /// limits stay.
    /// </summary>
    public void Reset()
    {
        _faults.Clear();
        Latency = TimeSpan.Zero;
        foreach (var portal in _portals.Values)
        {
            portal.Reset();
        }

        Log.Reset();
    }

    /// <summary>Stops at once: open connections are cut.</summary>
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    Access AccessOf(string token) => _tokens.Find(token) ?? throw new KeyNotFoundException("No portal has this token.");

    WebApplication BuildApplication()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = 1024 * 1024;
            kestrel.Limits.MaxRequestBufferSize = 2 * 1024 * 1024;
            kestrel.Limits.MaxResponseBufferSize = 2 * 1024 * 1024;
            kestrel.Listen(IPAddress.Loopback, _options.Port);
        });
        var app = builder.Build();
        app.UseRouting();
        app.MapHubSpot(_gateway);
        app.MapRecords(_gateway);
        app.MapAssociations(_gateway);
        new OAuthEndpoints(_oauth, _desk, Clock).Map(app, _gateway);
        app.MapControl(this);
        return app;
    }

    // the process's signals belong to whoever hosts the sandbox
    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
