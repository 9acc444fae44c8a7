namespace HubSpotDeals.Sandbox;

/// <summary>How much a portal's callers may ask; 0 switches a limit and its headers off.</summary>
/// <param name="RequestsPer10Seconds">For each app, in any ten seconds; search is outside of it.</param>
/// <param name="SearchesPerSecond">For the account.</param>
/// <param name="Daily">For all private apps of the account, until its midnight.</param>
public sealed record RateLimits(int RequestsPer10Seconds, int SearchesPerSecond, int Daily)
{
    public static RateLimits None { get; } = new(0, 0, 0);
}
