using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.OAuth;

/// <summary>The bodies that tell of tokens; FACTS §7 and the specification's examples name their members.</summary>
static class TokenDetails
{
    /// <summary>What an exchange or a refresh answers; v1 says only what the token is, the later versions also whose.</summary>
    public static JsonObject OfPair(TokenPair pair, bool isV1)
    {
        var body = new JsonObject
        {
            ["token_type"] = "bearer",
            ["refresh_token"] = pair.RefreshToken,
            ["access_token"] = pair.AccessToken,
            ["expires_in"] = (long)pair.Installation.App.AccessTokenLifetime.TotalSeconds,
        };
        if (!isV1)
        {
            body["hub_id"] = pair.Installation.Portal.PortalId;
            body["scopes"] = Refusals.Texts(pair.Installation.Scopes);
            body["user_id"] = Installation.UserId;
            body["token_use"] = "access_token";
        }

        return body;
    }

    public static JsonObject OfAccessToken(string token, Installation installation, DateTimeOffset expiresAt, DateTimeOffset now) => new()
    {
        ["token"] = token,
        ["user"] = Installation.User,
        ["hub_domain"] = installation.HubDomain,
        ["scopes"] = Refusals.Texts(installation.Scopes),
        ["signed_access_token"] = new JsonObject
        {
            ["expiresAt"] = expiresAt.ToUnixTimeMilliseconds(),
            ["scopes"] = string.Join(' ', installation.Scopes),
            ["hubId"] = installation.Portal.PortalId,
            ["userId"] = Installation.UserId,
            ["appId"] = installation.App.AppId,
            ["signature"] = "c2lnbmVk",
            ["hublet"] = "na1",
            ["isUserLevel"] = false,
            ["installingUserId"] = Installation.UserId,
            ["isServiceAccount"] = false,
            ["isPrivateDistribution"] = false,
        },
        ["token_type"] = "access",
        ["user_id"] = Installation.UserId,
        ["is_private_distribution"] = false,
        ["hub_id"] = installation.Portal.PortalId,
        ["expires_in"] = SecondsLeft(expiresAt, now),
        ["app_id"] = installation.App.AppId,
    };

    public static JsonObject OfRefreshToken(string token, Installation installation) => new()
    {
        ["token"] = token,
        ["user"] = Installation.User,
        ["hub_domain"] = installation.HubDomain,
        ["scopes"] = Refusals.Texts(installation.Scopes),
        ["token_type"] = "refresh",
        ["user_id"] = Installation.UserId,
        ["hub_id"] = installation.Portal.PortalId,
        ["client_id"] = installation.App.ClientId,
    };

    /// <summary>What introspection says of a token in force.</summary>
    /// <param name="token">The token.</param>
    /// <param name="use">What it is: <c>access_token</c> or <c>refresh_token</c>.</param>
    /// <param name="installation">What it was issued for.</param>
    public static JsonObject Active(string token, string use, Installation installation) => new()
    {
        ["token_use"] = use,
        ["active"] = true,
        ["token"] = token,
        ["hub_id"] = installation.Portal.PortalId,
        ["user_id"] = Installation.UserId,
        ["client_id"] = installation.App.ClientId,
        ["app_id"] = installation.App.AppId,
        ["scopes"] = Refusals.Texts(installation.Scopes),
        ["is_private_distribution"] = false,
        ["token_type"] = "bearer",
        ["user"] = Installation.User,
        ["hub_domain"] = installation.HubDomain,
    };

    public static long SecondsLeft(DateTimeOffset expiresAt, DateTimeOffset now) => (long)(expiresAt - now).TotalSeconds;
}
