using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.OAuth;
using HubSpotDeals.Infrastructure.Postgres.Gateway;
using HubSpotDeals.Infrastructure.Secrets;

namespace HubSpotDeals.Api.Gateway.Connection;

/// <summary>Browser sessions' connections to HubSpot: made by a consent, renewed when they expire.</summary>
sealed partial class Connections(GatewaySessions sessions, OAuthClient oauth, TokenVault vault, ILogger<Connections> logger)
{
    /// <summary>A token that ends so soon might end on its way.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>The session's access token, renewed if need be; however many ask at once, HubSpot is asked once.</summary>
    /// <exception cref="ApiException">401: it has none, or HubSpot gives it none any more.</exception>
    /// <exception cref="HubSpotException">HubSpot could not be asked.</exception>
    internal async Task<AccessToken> TokenAsync(GatewaySession session, CancellationToken cancellationToken)
    {
        if (!session.IsConnected)
        {
            throw new ApiException(GatewayErrors.AuthenticationRequired);
        }

        if (session.ExpiresAt > session.ReadAt + Margin)
        {
            return vault.Unprotect(KeyOf(session.Id), session.AccessToken!);
        }

        var renewed = await RenewAsync(session, cancellationToken);
        return vault.Unprotect(KeyOf(renewed.Id), renewed.AccessToken!);
    }

    /// <summary>Gets the session a new access token, unless it has got one since it was read.</summary>
    /// <exception cref="ApiException">401: it can have none any more.</exception>
    /// <exception cref="HubSpotException">HubSpot could not be asked.</exception>
    internal async Task<GatewaySession> RenewAsync(GatewaySession session, CancellationToken cancellationToken)
    {
        if (session.RefreshToken is null)
        {
            throw new ApiException(GatewayErrors.NoRefreshToken);
        }

        try
        {
            return await sessions.RenewAsync(
                session.Id,
                session.Version,
                async locked =>
                {
                    var key = KeyOf(locked.Id);
                    var tokens = await oauth.RefreshAsync(vault.Unprotect(key, locked.RefreshToken!), cancellationToken);
                    return (vault.Protect(key, tokens.Access), vault.Protect(key, tokens.Refresh), tokens.ExpiresIn);
                },
                cancellationToken) ?? throw new ApiException(GatewayErrors.AuthenticationRequired);
        }
        catch (OAuthRefusedException refused)
        {
            Log.NotRenewed(logger, refused.Code);
            throw new ApiException(GatewayErrors.InvalidToken, details: new { reason = refused.Code, suggestion = "Connect again: GET /api/hs/auth/login" });
        }
    }

    /// <summary>Makes a connection of a consent, in a new session.</summary>
    /// <param name="former">The session that asked.</param>
    /// <param name="fresh">The one that takes its place.</param>
    /// <param name="code">HubSpot's.</param>
    /// <param name="redirectUri">Where it was sent to.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OAuthRefusedException">HubSpot does not take the code.</exception>
    /// <exception cref="HubSpotException">HubSpot could not be asked.</exception>
    internal async Task ConnectAsync(byte[] former, byte[] fresh, string code, string redirectUri, CancellationToken cancellationToken)
    {
        var tokens = await oauth.RedeemAsync(code, redirectUri, cancellationToken);
        var grant = await oauth.IntrospectAsync(tokens.Access, cancellationToken)
            ?? throw new OAuthRefusedException("TOKEN_NOT_ACTIVE", "HubSpot does not know the token that it has just given.");
        var key = KeyOf(fresh);
        await sessions.ConnectAsync(
            former,
            new GatewaySession
            {
                Id = fresh,
                HubId = grant.HubId,
                AppId = grant.AppId,
                Scopes = grant.Scopes,
                AccessToken = vault.Protect(key, tokens.Access),
                RefreshToken = vault.Protect(key, tokens.Refresh),
            },
            tokens.ExpiresIn,
            // The code is used up: what came of it is kept even if the browser has gone.
            CancellationToken.None);
        Log.Connected(logger, grant.HubId);
    }

    /// <summary>Ends a session, and its refresh token at HubSpot as well.</summary>
    internal async Task EndAsync(byte[] id, CancellationToken cancellationToken)
    {
        if (await sessions.EndAsync(id, cancellationToken) is not { RefreshToken: { } refresh } ended)
        {
            return;
        }

        try
        {
            await oauth.WithdrawAsync(vault.Unprotect(KeyOf(ended.Id), refresh), CancellationToken.None);
        }
        catch (Exception trouble) when (trouble is HubSpotException or OAuthRefusedException or SecretsException)
        {
            // Nobody has the token any more; that HubSpot would still take it does no harm.
            Log.NotWithdrawn(logger, trouble.Message);
        }
    }

    /// <summary>Tokens open for their own session only.</summary>
    static Guid KeyOf(byte[] session) => new(session.AsSpan(0, 16));

    static partial class Log
    {
        [LoggerMessage(1701, LogLevel.Information, "a browser session was connected to portal {HubId}")]
        internal static partial void Connected(ILogger logger, long hubId);

        [LoggerMessage(1702, LogLevel.Information, "a session's access token could not be renewed: {Code}")]
        internal static partial void NotRenewed(ILogger logger, string code);

        [LoggerMessage(1703, LogLevel.Information, "HubSpot could not be told that a session has ended: {Reason}")]
        internal static partial void NotWithdrawn(ILogger logger, string reason);
    }
}
