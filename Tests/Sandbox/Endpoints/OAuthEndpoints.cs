using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.OAuth;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>OAuth: the consent page, and the tokens that a consent is exchanged for.</summary>
sealed class OAuthEndpoints(OAuthBook book, ConsentDesk desk, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder app, ApiGateway gateway)
    {
        string[] all = ["/oauth/v1", "/oauth/v3", "/oauth/2026-03", "/oauth/2026-09"];
        string[] afterV1 = all[1..];
        Add("GET", ["/oauth"], "/authorize", "oauth.authorize", Done(Authorize));
        Add("GET", [""], ConsentPage.DecisionPath, "oauth.decision", Done(Decide));
        Add("POST", all, "/token", "oauth.token", TokenAsync);
        Add("POST", afterV1, "/token/introspect", "oauth.introspect", IntrospectAsync);
        Add("POST", afterV1, "/token/revoke", "oauth.revoke", RevokeAsync);
        Add("GET", all[..1], "/access-tokens/{token}", "oauth.access-token", Done(AccessToken), isSecret: true);
        Add("GET", all[..1], "/refresh-tokens/{token}", "oauth.refresh-token", Done(RefreshToken), isSecret: true);
        Add("DELETE", all[..1], "/refresh-tokens/{token}", "oauth.withdraw", Done(Withdraw), isSecret: true);

        void Add(string method, string[] prefixes, string path, string name, Func<Exchange, CancellationToken, Task> handle, bool isSecret = false)
        {
            var operation = new Operation(name, [], handle, RateClass.DailyOnly) { IsOpen = true, HasSecretInPath = isSecret };
            foreach (var prefix in prefixes)
            {
                app.MapMethods(prefix + path, [method], http => gateway.ServeAsync(http, operation));
            }
        }
    }

    void Authorize(Exchange exchange)
    {
        var request = desk.Read(exchange.Request.Query);
        switch (desk.Consent.Answer)
        {
            case ConsentAnswer.Grant:
                Redirect(exchange, desk.Grant(request, desk.Consent.PortalId));
                break;
            case ConsentAnswer.Deny:
                Redirect(exchange, request.Denied);
                break;
            default:
                exchange.ContentType = ContentTypes.Html;
                exchange.Body.Raw(ConsentPage.Render(request, exchange.Request.Query, desk.Portals));
                break;
        }
    }

    void Decide(Exchange exchange)
    {
        var query = exchange.Request.Query;
        var request = desk.Read(query);
        var isGranted = query["decision"] == "grant";
        long? portalId = long.TryParse(query["portal"], out var id) && desk.Portals.Any(portal => portal.PortalId == id) ? id : null;
        Redirect(exchange, isGranted ? desk.Grant(request, portalId) : request.Denied);
    }

    async Task TokenAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var isV1 = IsV1(exchange);
        var form = await ReadFormAsync(exchange, cancellationToken);
        try
        {
            var pair = (string?)form["grant_type"] switch
            {
                "authorization_code" => Redeem(AppOf(form), form),
                "refresh_token" => book.Refresh(AppOf(form), form["refresh_token"].ToString()),
                _ => throw new OAuthException(OAuthProblem.BadGrantType),
            };
            exchange.Body.Node(TokenDetails.OfPair(pair, isV1));
        }
        catch (OAuthException refused)
        {
            throw refused.Problem.Refusal(isV1);
        }
    }

    TokenPair Redeem(AppOptions app, IFormCollection form)
    {
        var redirectUri = form["redirect_uri"].ToString();
        return redirectUri.Length > 0 && (app.RedirectUris.Count == 0 || app.RedirectUris.Contains(redirectUri, StringComparer.Ordinal))
            ? book.Redeem(app, form["code"].ToString(), redirectUri)
            : throw new OAuthException(OAuthProblem.BadRedirectUri);
    }

    AppOptions AppOf(IFormCollection form)
    {
        var app = book.FindApp(form["client_id"]) ?? throw new OAuthException(OAuthProblem.BadClientId);
        return app.ClientSecret == form["client_secret"] ? app : throw new OAuthException(OAuthProblem.BadClientSecret);
    }

    // a token that is not in force is active: false and nothing else, as the standard has it
    async Task IntrospectAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var form = await ReadAppsFormAsync(exchange, cancellationToken);
        var token = form["token"].ToString();
        var body = new JsonObject { ["active"] = false };
        if (book.FindAccessToken(token) is var (installation, expiresAt))
        {
            body = TokenDetails.Active(token, "access_token", installation);
            body["expires_in"] = TokenDetails.SecondsLeft(expiresAt, clock.GetUtcNow());
        }
        else if (book.FindRefreshToken(token) is { } refreshed)
        {
            body = TokenDetails.Active(token, "refresh_token", refreshed);
        }

        exchange.Body.Node(body);
    }

    // 200 without a body, for an unknown token too, as the standard has it
    async Task RevokeAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var form = await ReadAppsFormAsync(exchange, cancellationToken);
        book.Withdraw(form["token"].ToString());
    }

    // that a token which is not in force is a 404 is unverified
    void AccessToken(Exchange exchange)
    {
        var token = exchange.RouteText("token");
        var (installation, expiresAt) = book.FindAccessToken(token) ?? throw Refusals.ResourceNotFound();
        exchange.Body.Node(TokenDetails.OfAccessToken(token, installation, expiresAt, clock.GetUtcNow()));
    }

    void RefreshToken(Exchange exchange)
    {
        var token = exchange.RouteText("token");
        exchange.Body.Node(TokenDetails.OfRefreshToken(token, book.FindRefreshToken(token) ?? throw Refusals.ResourceNotFound()));
    }

    void Withdraw(Exchange exchange)
    {
        if (!book.Withdraw(exchange.RouteText("token")))
        {
            throw Refusals.ResourceNotFound();
        }

        exchange.Status = StatusCodes.Status204NoContent;
    }

    async Task<IFormCollection> ReadAppsFormAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var form = await ReadFormAsync(exchange, cancellationToken);
        try
        {
            AppOf(form);
            return form;
        }
        catch (OAuthException refused)
        {
            throw refused.Problem.Refusal(IsV1(exchange));
        }
    }

    static async Task<IFormCollection> ReadFormAsync(Exchange exchange, CancellationToken cancellationToken) =>
        exchange.Request.HasFormContentType
            ? await exchange.Request.ReadFormAsync(cancellationToken)
            : throw Refusals.UnsupportedMediaType();

    static bool IsV1(Exchange exchange) => exchange.Request.Path.StartsWithSegments("/oauth/v1", StringComparison.Ordinal);

    static void Redirect(Exchange exchange, string address)
    {
        exchange.Status = StatusCodes.Status302Found;
        exchange.Http.Response.Headers.Location = address;
    }

    static Func<Exchange, CancellationToken, Task> Done(Action<Exchange> handle) => (exchange, _) =>
    {
        handle(exchange);
        return Task.CompletedTask;
    };
}
