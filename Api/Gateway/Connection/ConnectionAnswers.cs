namespace HubSpotDeals.Api.Gateway.Connection;

/// <summary>Where to send a user who is to connect.</summary>
/// <param name="Success">True.</param>
/// <param name="AuthUrl">HubSpot's consent page.</param>
/// <param name="Message">For people.</param>
public sealed record LoginAnswer(bool Success, string AuthUrl, string Message)
{
    internal static LoginAnswer Example { get; } = new(
        Success: true,
        "https://app.hubspot.com/oauth/authorize?client_id=...&redirect_uri=...&scope=...&response_type=code&state=...",
        "Redirect user to this URL for authentication");
}

/// <summary>A renewed token.</summary>
/// <param name="Success">True.</param>
/// <param name="Message">For people.</param>
/// <param name="ExpiresIn">Seconds.</param>
public sealed record RefreshAnswer(bool Success, string Message, long ExpiresIn)
{
    internal static RefreshAnswer Example { get; } = new(Success: true, "Token refreshed successfully", 1_800);
}

/// <summary>Whether a session is connected.</summary>
/// <param name="Authenticated">It is.</param>
/// <param name="Message">For people.</param>
/// <param name="TokenInfo">To what; left out where it is not.</param>
public sealed record StatusAnswer(bool Authenticated, string Message, TokenInfo? TokenInfo)
{
    internal static StatusAnswer Example { get; } = new(
        Authenticated: true,
        "Authenticated with HubSpot",
        new TokenInfo(
            ["crm.objects.contacts.read", "crm.objects.contacts.write", "oauth"], HubId: 12_345_678, AppId: 987_654,
            new DateTimeOffset(2025, 7, 29, 15, 30, 0, TimeSpan.Zero)));
}

/// <summary>What a session's token is good for.</summary>
/// <param name="Scopes">As HubSpot names them.</param>
/// <param name="HubId">The portal.</param>
/// <param name="AppId">This service's app.</param>
/// <param name="ExpiresAt">When it ends; it is renewed by itself then.</param>
public sealed record TokenInfo(IReadOnlyList<string> Scopes, long HubId, long? AppId, DateTimeOffset ExpiresAt);

/// <summary>The end of a session.</summary>
/// <param name="Success">True, also of one that was not connected.</param>
/// <param name="Message">For people.</param>
public sealed record LogoutAnswer(bool Success, string Message)
{
    internal static LogoutAnswer Example { get; } = new(Success: true, "Logged out from HubSpot successfully");
}
