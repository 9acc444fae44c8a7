using HubSpotDeals.Sandbox.OAuth;

namespace HubSpotDeals.Sandbox.Gateway;

/// <summary>A token in force: whose it is, what it may do, and how much it has asked lately.</summary>
/// <param name="portal">The portal it opens.</param>
/// <param name="token">Its settings.</param>
/// <param name="installation">What it was issued for; null for a token that was not issued by OAuth.</param>
sealed class Access(Portal portal, TokenOptions token, Installation? installation = null)
{
    int _requestsLeft = token.ExpiresAfterRequests ?? int.MaxValue;

    public Portal Portal => portal;

    public TokenKind Kind => token.Kind;

    /// <summary>The app behind the token, as it appears in limit groups.</summary>
    public long AppId { get; } = installation?.App.AppId ?? 1_000_000 + (long)(Portals.Dice.Of(token.Token) % 9_000_000);

    public IReadOnlyList<string> Scopes { get; set; } = token.Scopes;

    public DateTimeOffset? ExpiresAt { get; set; } = token.ExpiresAt;

    /// <summary>The app's calls of the last ten seconds.</summary>
    public SlidingWindow Burst { get; } = installation?.Burst ?? new(TimeSpan.FromSeconds(10));

    /// <summary>Counts a request of a token that expires after so many.</summary>
    public void CountRequest(DateTimeOffset now)
    {
        if (token.ExpiresAfterRequests is not null && Interlocked.Decrement(ref _requestsLeft) < 0 && ExpiresAt is null)
        {
            ExpiresAt = now;
        }
    }

    public bool HasAnyOf(IReadOnlyList<string> scopes) => scopes.Count == 0 || scopes.Any(Scopes.Contains);
}
