using System.Collections.Concurrent;
using HubSpotDeals.Sandbox.OAuth;
using Microsoft.Extensions.Primitives;

namespace HubSpotDeals.Sandbox.Gateway;

/// <summary>All tokens of all portals. A revoked token is forgotten: HubSpot answers it as one it never knew.</summary>
sealed class TokenBook
{
    const string Scheme = "Bearer ";
    readonly ConcurrentDictionary<string, Access> _byToken = new(StringComparer.Ordinal);

    public void Add(Portal portal, TokenOptions token) => _byToken[token.Token] = new Access(portal, token);

    public void Add(Installation installation, TokenOptions token) =>
        _byToken[token.Token] = new Access(installation.Portal, token, installation);

    public bool Revoke(string token) => _byToken.TryRemove(token, out _);

    public void RevokeAll(Portal portal)
    {
        foreach (var (token, access) in _byToken)
        {
            if (access.Portal == portal)
            {
                _byToken.TryRemove(token, out _);
            }
        }
    }

    public Access? Find(string token) => _byToken.GetValueOrDefault(token);

    public Access? Find(StringValues authorization) =>
        authorization.Count == 1 && authorization[0] is { } header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? Find(header[Scheme.Length..].Trim())
            : null;
}
