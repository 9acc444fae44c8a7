using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Infrastructure.HubSpot.OAuth;

/// <summary>HubSpot's OAuth: tokens for a consent, and new ones for old. Tokens travel in bodies, never in addresses.</summary>
/// <remarks>A code works once: nothing is tried again. <see href="https://developers.hubspot.com/docs/api-reference/auth-oauth-v1/guide"/></remarks>
public sealed class OAuthClient
{
    /// <summary>Somebody waits.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    static readonly HubSpotOperation Tokens = new("oauth.token", "get an access token");
    static readonly HubSpotOperation Details = new("oauth.introspect", "read whose the access token is");
    static readonly HubSpotOperation Ending = new("oauth.revoke", "withdraw the tokens");

    readonly HttpClient _http;
    readonly OAuthOptions _app;
    readonly TimeProvider _clock;
    readonly string _token;

    internal OAuthClient(IHttpClientFactory clients, IOptions<HubSpotOptions> hubSpot, IOptions<OAuthOptions> app, TimeProvider clock)
    {
        _http = clients.CreateClient(HubSpotTransport.HttpClientName);
        _app = app.Value;
        _clock = clock;
        _token = $"{hubSpot.Value.BaseUrl.TrimEnd('/')}/oauth/{hubSpot.Value.ApiVersion}/token";
    }

    /// <summary>Exchanges a code for tokens.</summary>
    /// <exception cref="OAuthRefusedException">The code is unknown, used, expired, or of another app.</exception>
    /// <exception cref="HubSpotException">HubSpot could not be asked.</exception>
    public Task<OAuthTokens> RedeemAsync(string code, string redirectUri, CancellationToken cancellationToken) =>
        TokensAsync([new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", redirectUri)], formerRefresh: null, cancellationToken);

    /// <summary>Gets a new access token.</summary>
    /// <exception cref="OAuthRefusedException">The refresh token was withdrawn.</exception>
    /// <exception cref="HubSpotException">HubSpot could not be asked.</exception>
    public Task<OAuthTokens> RefreshAsync(AccessToken refresh, CancellationToken cancellationToken) =>
        TokensAsync([new("grant_type", "refresh_token"), new("refresh_token", refresh.Reveal())], refresh, cancellationToken);

    /// <summary>Whose an access token is; null: it is not in force.</summary>
    /// <exception cref="HubSpotException">HubSpot could not be asked.</exception>
    public async Task<OAuthGrant?> IntrospectAsync(AccessToken access, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(
            Details, _token + "/introspect", [new("token", access.Reveal()), new("token_type_hint", "access_token")], OAuthWireJson.Default.Introspection,
            cancellationToken);
        return answer is { Active: true, HubId: { } hub } ? new OAuthGrant(hub, answer.AppId, answer.Scopes ?? []) : null;
    }

    /// <summary>Withdraws a refresh token: it brings no further access tokens. An unknown one is none the worse for it.</summary>
    /// <exception cref="HubSpotException">HubSpot could not be asked.</exception>
    public Task WithdrawAsync(AccessToken refresh, CancellationToken cancellationToken) =>
        PostAsync(
            Ending, _token + "/revoke", [new("token", refresh.Reveal()), new("token_type_hint", "refresh_token")], OAuthWireJson.Default.JsonElement,
            cancellationToken, hasBody: false);

    async Task<OAuthTokens> TokensAsync(
        IReadOnlyList<KeyValuePair<string, string>> fields, AccessToken? formerRefresh, CancellationToken cancellationToken)
    {
        var pair = await PostAsync(Tokens, _token, fields, OAuthWireJson.Default.Pair, cancellationToken);
        return pair is { AccessToken: { Length: > 0 } access, ExpiresIn: > 0 and var seconds }
            && (pair.RefreshToken is { Length: > 0 } given ? AccessToken.Parse(given) : formerRefresh) is { } refresh
                ? new OAuthTokens(AccessToken.Parse(access), refresh, TimeSpan.FromSeconds(seconds))
                : throw HubSpotErrors.Malformed(Tokens, "it has no tokens", status: 200);
    }

    async Task<T?> PostAsync<T>(
        HubSpotOperation operation, string url, IReadOnlyList<KeyValuePair<string, string>> fields,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> wire, CancellationToken cancellationToken, bool hasBody = true)
    {
        using var patience = new CancellationTokenSource(Patience, _clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var form = new FormUrlEncodedContent([.. fields, new("client_id", _app.ClientId), new("client_secret", _app.ClientSecret)]);
            using var answer = await _http.PostAsync(new Uri(url), form, limit.Token);
            if (answer.IsSuccessStatusCode)
            {
                return hasBody ? await answer.Content.ReadFromJsonAsync(wire, limit.Token) : default;
            }

            var status = (int)answer.StatusCode;
            var body = await ReadRefusalAsync(answer.Content, limit.Token);
            // Whatever HubSpot says is about what was sent, and might repeat it: its code is enough.
            throw status is >= 400 and < 500 and not 429
                ? new OAuthRefusedException(body?.Status is { Length: > 0 and < 64 } said && said != "error" ? said : body?.Error ?? $"HTTP {status}", $"HubSpot refused to {operation.Doing} ({body?.Status ?? body?.Error}).")
                : HubSpotErrors.Unreachable(operation, $"HubSpot answered {status}", status, inner: null);
        }
        catch (OperationCanceledException canceled) when (!cancellationToken.IsCancellationRequested)
        {
            throw HubSpotErrors.Unreachable(operation, $"HubSpot did not answer within {Patience.TotalSeconds} s", status: null, canceled);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw HubSpotErrors.Unreachable(operation, "HubSpot can't be reached", status: null, broken);
        }
        catch (JsonException broken)
        {
            throw HubSpotErrors.Malformed(operation, "it is no JSON", status: null, broken);
        }
    }

    static async Task<OAuthWire.Refusal?> ReadRefusalAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadFromJsonAsync(OAuthWireJson.Default.Refusal, cancellationToken);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

static class OAuthWire
{
    internal sealed record Pair(
        [property: JsonPropertyName("access_token")] string? AccessToken,
        [property: JsonPropertyName("refresh_token")] string? RefreshToken,
        [property: JsonPropertyName("expires_in")] long ExpiresIn);

    internal sealed record Introspection(
        bool Active,
        [property: JsonPropertyName("hub_id")] long? HubId,
        [property: JsonPropertyName("app_id")] long? AppId,
        string[]? Scopes);

    internal sealed record Refusal(string? Status, string? Error);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(OAuthWire.Pair))]
[JsonSerializable(typeof(OAuthWire.Introspection))]
[JsonSerializable(typeof(OAuthWire.Refusal))]
[JsonSerializable(typeof(JsonElement))]
sealed partial class OAuthWireJson : JsonSerializerContext;
