using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.OAuth;

/// <summary>
/// What can be wrong with a call for tokens, in v1's words and in those of the OAuth standard. BAD_AUTH_CODE and BAD_REFRESH_TOKEN
/// are recorded with their texts (FACTS §7), MISMATCH_REDIRECT_URI_AUTH_CODE, EXPIRED_AUTH_CODE, BAD_REDIRECT_URI, BAD_CLIENT_ID
/// and BAD_CLIENT_SECRET by name only: their texts are own words.
/// </summary>
sealed record OAuthProblem(string Status, string Message, string Error, string Description)
{
    public static readonly OAuthProblem BadGrantType =
        new("BAD_GRANT_TYPE", "missing or unknown grant type", "unsupported_grant_type", "grant type is missing or unsupported");

    public static readonly OAuthProblem BadClientId =
        new("BAD_CLIENT_ID", "missing or unknown client id", "invalid_client", "client is unknown");

    public static readonly OAuthProblem BadClientSecret =
        new("BAD_CLIENT_SECRET", "missing or invalid client secret", "invalid_client", "client authentication failed");

    public static readonly OAuthProblem BadRedirectUri =
        new("BAD_REDIRECT_URI", "missing or invalid redirect uri", "invalid_request", "redirect uri is missing or not registered");

    public static readonly OAuthProblem MismatchedRedirectUri =
        new("MISMATCH_REDIRECT_URI_AUTH_CODE", "redirect uri does not match initial auth code uri", "invalid_grant", "redirect uri does not match");

    public static readonly OAuthProblem BadAuthCode =
        new("BAD_AUTH_CODE", "missing or unknown auth code", "invalid_grant", "authorization code is invalid, expired or used");

    public static readonly OAuthProblem ExpiredAuthCode =
        new("EXPIRED_AUTH_CODE", "auth code has expired", "invalid_grant", "authorization code is invalid, expired or used");

    public static readonly OAuthProblem BadRefreshToken =
        new("BAD_REFRESH_TOKEN", "missing or invalid refresh token", "invalid_grant", "refresh token is invalid, expired or revoked");

    /// <param name="isV1">The later versions add the standard's words to v1's.</param>
    public Refusal Refusal(bool isV1) => new(400, id =>
    {
        var body = new JsonObject
        {
            ["status"] = Status,
            ["message"] = Message,
            ["correlationId"] = id,
        };
        if (!isV1)
        {
            body["error"] = Error;
            body["error_description"] = Description;
        }

        return body;
    });
}

/// <summary>A call for tokens is refused.</summary>
sealed class OAuthException(OAuthProblem problem) : Exception(problem.Message)
{
    public OAuthProblem Problem => problem;
}
