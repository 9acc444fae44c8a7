using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.OAuth;
using HubSpotDeals.Infrastructure.Postgres.Gateway;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Api.Gateway.Connection;

/// <summary>How a browser session is connected to HubSpot: <c>/api/hs/auth</c>.</summary>
static partial class ConnectionEndpoints
{
    const string CallbackPath = "/api/hs/auth/callback";

    static readonly string[] Troubleshooting =
        ["Check your .env file contains:", "HS_CLIENT_ID=your_client_id", "HS_CLIENT_SECRET=your_client_secret"];

    internal static void Map(IEndpointRouteBuilder gateway)
    {
        gateway.MapGet("/auth/login", LoginAsync)
            .WithName("connectHubSpot")
            .WithSummary("Initiate OAuth Flow")
            .WithDescription("Answers the address of HubSpot's consent page, with a state that is good once, for this browser session, for ten minutes.")
            .AnswersBare(StatusCodes.Status200OK, "Where to send the user", LoginAnswer.Example);
        gateway.MapGet("/auth/callback", CallbackAsync)
            .WithName("finishHubSpotConnection")
            .WithSummary("OAuth Callback Handler")
            .WithDescription("HubSpot sends users back here. Redirects to /?hubspot_auth=success, or to /?error={error_code}.")
            .QueryText("code", "Authorization code from HubSpot")
            .QueryText("state", "State parameter for CSRF protection")
            .QueryText("error", "Error code if authorization failed")
            .Produces(StatusCodes.Status302Found);
        gateway.MapPost("/auth/refresh", RefreshAsync)
            .WithName("refreshHubSpotConnection")
            .WithSummary("Refresh Access Token")
            .WithDescription("Gets a new access token. Of any number of callers at once, one asks HubSpot.")
            .AnswersBare(StatusCodes.Status200OK, "Token refreshed", RefreshAnswer.Example)
            .Refuses(GatewayErrors.NoRefreshToken, GatewayErrors.InvalidToken);
        gateway.MapGet("/auth/status", StatusAsync)
            .WithName("getHubSpotConnection")
            .WithSummary("Check Authentication Status")
            .WithDescription("Whether this browser session is connected, and to what.")
            .AnswersBare(StatusCodes.Status200OK, "The session's status", StatusAnswer.Example);
        gateway.MapPost("/auth/logout", LogoutAsync)
            .WithName("disconnectHubSpot")
            .WithSummary("Logout")
            .WithDescription("Forgets the session's tokens, and withdraws them at HubSpot.")
            .AnswersBare(StatusCodes.Status200OK, "Logged out", LogoutAnswer.Example);
    }

    static async Task<IResult> LoginAsync(
        HttpContext context, GatewaySessions sessions, IOptions<OAuthOptions> options, CancellationToken cancellationToken)
    {
        var app = options.Value;
        if (!app.IsComplete)
        {
            // The document's own shape, unlike any other error's.
            return GatewayJson.Answer(
                new
                {
                    success = false,
                    error = "HubSpot OAuth configuration incomplete",
                    troubleshooting = Troubleshooting,
                },
                StatusCodes.Status500InternalServerError);
        }

        var session = SessionCookie.Read(context) ?? SessionCookie.Issue(context);
        var state = RandomText.Make();
        await sessions.BeginAsync(session, SessionCookie.IdOf(state), cancellationToken);
        var url = app.AuthorizeUrl + QueryString.Create(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["client_id"] = app.ClientId,
            ["redirect_uri"] = RedirectUri(context, app),
            ["scope"] = app.Scopes,
            ["response_type"] = "code",
            ["state"] = state,
        });
        return GatewayJson.Answer(new LoginAnswer(Success: true, url, "Redirect user to this URL for authentication"));
    }

    static async Task<IResult> CallbackAsync(
        HttpContext context, GatewaySessions sessions, Connections connections, IOptions<OAuthOptions> options, ILogger<Connections> logger,
        CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        if (SessionCookie.Read(context) is not { } session
            || query["state"] is not [{ Length: > 0 } state]
            || !await sessions.TakeStateAsync(session, SessionCookie.IdOf(state), cancellationToken))
        {
            return Failed("invalid_state");
        }

        if (query["error"] is [{ Length: > 0 } error])
        {
            // A word of HubSpot's, and nothing else, goes into an address of ours.
            return Failed(error.Length <= 64 && error.All(letter => char.IsAsciiLetterLower(letter) || letter == '_') ? error : "authorization_failed");
        }

        if (query["code"] is not [{ Length: > 0 } code])
        {
            return Failed("missing_code");
        }

        try
        {
            // Issued only now: until the consent, the browser's cookie was anybody's to plant.
            await connections.ConnectAsync(session, SessionCookie.Issue(context), code, RedirectUri(context, options.Value), cancellationToken);
            return TypedResults.Redirect("/?hubspot_auth=success");
        }
        catch (OAuthRefusedException refused)
        {
            Log.NotConnected(logger, refused.Code);
            return Failed("token_exchange_failed");
        }
        catch (HubSpotException trouble)
        {
            Log.NotConnected(logger, trouble.Message);
            return Failed("hubspot_unavailable");
        }
    }

    static async Task<IResult> RefreshAsync(HttpContext context, GatewaySessions sessions, Connections connections, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, sessions, cancellationToken) is not { RefreshToken: not null } session)
        {
            return Answer.Error(GatewayErrors.NoRefreshToken);
        }

        try
        {
            var renewed = await connections.RenewAsync(session, cancellationToken);
            return GatewayJson.Answer(new RefreshAnswer(
                Success: true, "Token refreshed successfully", (long)Math.Round((renewed.ExpiresAt!.Value - renewed.ReadAt).TotalSeconds)));
        }
        catch (HubSpotException trouble)
        {
            return GatewayErrors.Answer(trouble);
        }
    }

    static async Task<IResult> StatusAsync(HttpContext context, GatewaySessions sessions, Connections connections, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, sessions, cancellationToken) is not { IsConnected: true } session)
        {
            return GatewayJson.Answer(new StatusAnswer(Authenticated: false, "Not authenticated with HubSpot", TokenInfo: null));
        }

        try
        {
            // An expired token is no reason to be sent to the consent page again, as long as a new one can be had.
            session = session.ExpiresAt > session.ReadAt ? session : await connections.RenewAsync(session, cancellationToken);
        }
        catch (ApiException)
        {
            return GatewayJson.Answer(new StatusAnswer(Authenticated: false, "Not authenticated with HubSpot", TokenInfo: null));
        }
        catch (HubSpotException trouble)
        {
            return GatewayErrors.Answer(trouble);
        }

        return GatewayJson.Answer(new StatusAnswer(
            Authenticated: true,
            "Authenticated with HubSpot",
            new TokenInfo(session.Scopes, session.HubId!.Value, session.AppId, new DateTimeOffset(session.ExpiresAt!.Value))));
    }

    static async Task<IResult> LogoutAsync(HttpContext context, Connections connections, CancellationToken cancellationToken)
    {
        if (SessionCookie.Read(context) is { } session)
        {
            await connections.EndAsync(session, cancellationToken);
            SessionCookie.Delete(context);
        }

        return GatewayJson.Answer(new LogoutAnswer(Success: true, "Logged out from HubSpot successfully"));
    }

    static async Task<GatewaySession?> FindAsync(HttpContext context, GatewaySessions sessions, CancellationToken cancellationToken) =>
        SessionCookie.Read(context) is { } id ? await sessions.FindAsync(id, cancellationToken) : null;

    static IResult Failed(string code) => TypedResults.Redirect("/?error=" + code);

    /// <summary>As it is registered with the app; else by the address that the browser uses.</summary>
    static string RedirectUri(HttpContext context, OAuthOptions app) =>
        app.RedirectUri.Length > 0 ? app.RedirectUri : $"{context.Request.Scheme}://{context.Request.Host}{CallbackPath}";

    static partial class Log
    {
        [LoggerMessage(1704, LogLevel.Information, "a browser session could not be connected to HubSpot: {Reason}")]
        internal static partial void NotConnected(ILogger logger, string reason);
    }
}
