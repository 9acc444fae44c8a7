using HubSpotDeals.Api.Gateway.Connection;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Scans.Start;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Infrastructure.Postgres.Gateway;

namespace HubSpotDeals.Api.Gateway;

/// <summary>Who calls the gateway, as a handler's parameter: with a HubSpot token of their own, or from a browser session that is connected.</summary>
sealed class GatewayCaller
{
    const string Bearer = "Bearer ";

    /// <summary>A caller waits: a limit is waited for a moment, and what breaks is tried once more.</summary>
    static readonly CallOptions Reading = new() { MaxRetries = 1, RateLimitPatience = TimeSpan.FromSeconds(3) };

    /// <summary>What creates something is not sent twice: whether a call that broke has done it is not known.</summary>
    static readonly CallOptions Writing = new() { MaxRetries = 0, RateLimitPatience = TimeSpan.FromSeconds(3) };

    readonly AccessToken? _token;
    readonly GatewaySession? _session;
    readonly Connections _connections;
    readonly PortalBudget? _budget;

    GatewayCaller(AccessToken? token, GatewaySession? session, Connections connections, PortalBudget? budget) =>
        (_token, _session, _connections, _budget) = (token, session, connections, budget);

    /// <summary>Binds the parameter.</summary>
    /// <exception cref="ApiException"><c>AUTHENTICATION_REQUIRED</c>.</exception>
    public static async ValueTask<GatewayCaller?> BindAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var connections = services.GetRequiredService<Connections>();
        if (context.Request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            var text = header[Bearer.Length..].Trim();
            return text.Length <= StartScanValidator.MaxTokenLength && AccessToken.TryParse(text, out var token)
                ? new GatewayCaller(token, session: null, connections, budget: null)
                : throw new ApiException(GatewayErrors.InvalidToken);
        }

        var session = SessionCookie.Read(context) is { } id
            ? await services.GetRequiredService<GatewaySessions>().FindAsync(id, context.RequestAborted)
            : null;
        return session is { IsConnected: true, HubId: { } hub }
            ? new GatewayCaller(
                token: null, session, connections,
                services.GetRequiredService<PortalBudgets>().Of(hub.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            : throw new ApiException(GatewayErrors.AuthenticationRequired);
    }

    /// <summary>Asks HubSpot something on the caller's behalf.</summary>
    /// <param name="ask">The calls.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ApiException">401: there is no token.</exception>
    /// <exception cref="HubSpotException">See <see cref="HubSpotException.Kind"/>.</exception>
    internal Task<T> ReadAsync<T>(Func<AccessToken, CallOptions, Task<T>> ask, CancellationToken cancellationToken) => CallAsync(ask, Reading, cancellationToken);

    /// <summary>Changes something at HubSpot on the caller's behalf.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    internal Task<T> WriteAsync<T>(Func<AccessToken, CallOptions, Task<T>> ask, CancellationToken cancellationToken) => CallAsync(ask, Writing, cancellationToken);

    async Task<T> CallAsync<T>(Func<AccessToken, CallOptions, Task<T>> ask, CallOptions call, CancellationToken cancellationToken)
    {
        call = call with { Budget = _budget };
        if (_token is { } own)
        {
            return await ask(own, call);
        }

        try
        {
            return await ask(await _connections.TokenAsync(_session!, cancellationToken), call);
        }
        catch (HubSpotException refused) when (refused.Kind is HubSpotErrorKind.TokenExpired or HubSpotErrorKind.InvalidToken)
        {
            // HubSpot ends a token when it likes. It has done nothing with a token that it refused: the call can be made again.
            var renewed = await _connections.RenewAsync(_session!, cancellationToken);
            return await ask(await _connections.TokenAsync(renewed, cancellationToken), call);
        }
    }
}
