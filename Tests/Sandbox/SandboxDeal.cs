namespace HubSpotDeals.Sandbox;

/// <summary>A deal as the sandbox holds it: the truth that everything read over HTTP must agree with.</summary>
/// <param name="Id">HubSpot's record id.</param>
/// <param name="Archived">Whether it is in the archive.</param>
/// <param name="CreatedAt">As the record says it: 1970 when <c>createdate</c> was cleared.</param>
/// <param name="UpdatedAt">As the record says it.</param>
/// <param name="ArchivedAt">Null while the deal is live.</param>
/// <param name="Properties">
/// Every property of the portal's schema: its raw text, "" when it was cleared, null when it was never set. A name that the
/// portal does not define is missing.
/// </param>
public sealed record SandboxDeal(
    long Id,
    bool Archived,
    string CreatedAt,
    string UpdatedAt,
    string? ArchivedAt,
    IReadOnlyDictionary<string, string?> Properties);
