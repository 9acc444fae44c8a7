using HubSpotDeals.Sandbox.Records;

namespace HubSpotDeals.Sandbox.Gateway;

/// <summary>Which of the account's limits a call counts against.</summary>
enum RateClass
{
    /// <summary>The app's ten-secondly limit, and the daily one.</summary>
    Burst,

    /// <summary>The account's secondly search limit, and the daily one.</summary>
    Search,

    /// <summary>The daily limit alone: associations, as search, are exempt from the ten-secondly one.</summary>
    DailyOnly,
}

/// <summary>One thing a caller can ask of the API.</summary>
/// <param name="Name">What fault rules and counters call it, such as <c>deals.list</c>.</param>
/// <param name="AnyScope">The token must have one of these; none: any token will do.</param>
/// <param name="Handle">Composes the answer in <see cref="Exchange.Body"/>, or throws a <see cref="Wire.Refusal"/>.</param>
/// <param name="Rate">What it counts against.</param>
sealed record Operation(string Name, IReadOnlyList<string> AnyScope, Func<Exchange, CancellationToken, Task> Handle, RateClass Rate)
{
    /// <summary>The object type that the path names first.</summary>
    public ObjectType Type { get; init; } = ObjectType.Deals;

    /// <summary>Nobody needs a token for it.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The path ends in a secret, which no log may keep.</summary>
    public bool HasSecretInPath { get; init; }
}
