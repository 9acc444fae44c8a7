using System.Buffers.Text;
using System.Security.Cryptography;
using HubSpotDeals.Sandbox.Gateway;

namespace HubSpotDeals.Sandbox.OAuth;

/// <summary>The apps, and the codes and tokens that were issued to them. Access tokens are also in the book of all tokens.</summary>
sealed class OAuthBook(TokenBook tokens, TimeProvider clock)
{
    // real access tokens are about 430 characters long (FACTS §7), longer than many a column
    const int BytesOfAccessToken = 318;

    readonly Lock _lock = new();
    readonly Dictionary<string, AppOptions> _apps = new(StringComparer.Ordinal);
    readonly Dictionary<string, PendingCode> _codes = new(StringComparer.Ordinal);
    readonly Dictionary<string, Installation> _byRefreshToken = new(StringComparer.Ordinal);
    readonly Dictionary<string, Installation> _byAccessToken = new(StringComparer.Ordinal);

    public IReadOnlyList<AppOptions> Apps
    {
        get
        {
            lock (_lock)
            {
                return [.. _apps.Values];
            }
        }
    }

    /// <summary>Adds an app, or puts its settings in the place of its old ones.</summary>
    public void Add(AppOptions app)
    {
        lock (_lock)
        {
            _apps[app.ClientId] = app;
        }
    }

    public AppOptions? FindApp(string? clientId)
    {
        lock (_lock)
        {
            return clientId is null ? null : _apps.GetValueOrDefault(clientId);
        }
    }

    /// <summary>A code that can be exchanged once.</summary>
    public string IssueCode(Installation installation, string redirectUri)
    {
        lock (_lock)
        {
            var code = $"na1-{Guid.NewGuid()}";
            _codes[code] = new PendingCode(installation, redirectUri, clock.GetUtcNow() + installation.App.CodeLifetime);
            return code;
        }
    }

    /// <summary>Exchanges a code, which is gone then; a refused one can still be exchanged.</summary>
    /// <exception cref="OAuthException">The code is unknown, used, too old, or was issued to another app or for another address.</exception>
    public TokenPair Redeem(AppOptions app, string code, string redirectUri)
    {
        lock (_lock)
        {
            if (!_codes.TryGetValue(code, out var pending) || pending.Installation.App.ClientId != app.ClientId)
            {
                throw new OAuthException(OAuthProblem.BadAuthCode);
            }

            if (pending.ExpiresAt <= clock.GetUtcNow())
            {
                throw new OAuthException(OAuthProblem.ExpiredAuthCode);
            }

            if (!string.Equals(pending.RedirectUri, redirectUri, StringComparison.Ordinal))
            {
                throw new OAuthException(OAuthProblem.MismatchedRedirectUri);
            }

            _codes.Remove(code);
            return Issue(NewRefreshToken(), pending.Installation);
        }
    }

    /// <exception cref="OAuthException">The refresh token is unknown, withdrawn, or another app's.</exception>
    public TokenPair Refresh(AppOptions app, string refreshToken)
    {
        lock (_lock)
        {
            if (!_byRefreshToken.TryGetValue(refreshToken, out var installation) || installation.App.ClientId != app.ClientId)
            {
                throw new OAuthException(OAuthProblem.BadRefreshToken);
            }

            if (!app.RotatesRefreshTokens)
            {
                return Issue(refreshToken, installation);
            }

            _byRefreshToken.Remove(refreshToken);
            return Issue(NewRefreshToken(), installation);
        }
    }

    /// <summary>Ends a refresh token; access tokens that it brought live on until they expire.</summary>
    public bool Withdraw(string refreshToken)
    {
        lock (_lock)
        {
            return _byRefreshToken.Remove(refreshToken);
        }
    }

    /// <summary>Ends everything that was issued for a portal, to one app or to all: what uninstalling does.</summary>
    public void Uninstall(Portal portal, string? clientId = null)
    {
        lock (_lock)
        {
            foreach (var token in TokensOf(_byAccessToken))
            {
                _byAccessToken.Remove(token);
                tokens.Revoke(token);
            }

            TokensOf(_byRefreshToken).ForEach(token => _byRefreshToken.Remove(token));
            _codes.Where(pair => IsMeant(pair.Value.Installation)).Select(pair => pair.Key).ToList().ForEach(code => _codes.Remove(code));
        }

        List<string> TokensOf(Dictionary<string, Installation> issued) =>
            [.. issued.Where(pair => IsMeant(pair.Value)).Select(pair => pair.Key)];

        bool IsMeant(Installation installation) =>
            installation.Portal == portal && (clientId is null || installation.App.ClientId == clientId);
    }

    /// <summary>
    /// What an access token in force opens, and when it expires; one that a test made up counts as the default app's. Null for
    /// tokens of private apps, which are not OAuth's.
    /// </summary>
    public (Installation Installation, DateTimeOffset ExpiresAt)? FindAccessToken(string token)
    {
        var now = clock.GetUtcNow();
        if (tokens.Find(token) is not { Kind: TokenKind.OAuth } access || access.ExpiresAt <= now)
        {
            return null;
        }

        lock (_lock)
        {
            var app = _byAccessToken.GetValueOrDefault(token)?.App ?? AppOptions.Default with { AppId = access.AppId };
            return (new Installation(app, access.Portal, access.Scopes), access.ExpiresAt ?? now + app.AccessTokenLifetime);
        }
    }

    public Installation? FindRefreshToken(string token)
    {
        lock (_lock)
        {
            return _byRefreshToken.GetValueOrDefault(token);
        }
    }

    static string NewRefreshToken() => $"na1-{Guid.NewGuid()}";

    TokenPair Issue(string refreshToken, Installation installation)
    {
        var accessToken = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(BytesOfAccessToken));
        _byRefreshToken[refreshToken] = installation;
        _byAccessToken[accessToken] = installation;
        tokens.Add(installation, new TokenOptions
        {
            Token = accessToken,
            Kind = TokenKind.OAuth,
            Scopes = installation.Scopes,
            ExpiresAt = clock.GetUtcNow() + installation.App.AccessTokenLifetime,
        });
        return new TokenPair(accessToken, refreshToken, installation);
    }

    sealed record PendingCode(Installation Installation, string RedirectUri, DateTimeOffset ExpiresAt);
}
