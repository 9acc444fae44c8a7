namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>A record of a page that can't become a row, kept for people to read.</summary>
/// <param name="DealId">The id as HubSpot wrote it, if it wrote one; shortened when it is far longer than any id.</param>
/// <param name="RawJsonArray">The whole record as it stood in the page: JSON that a <c>json</c> column takes, though <c>jsonb</c> may not.</param>
/// <param name="Reason">A sentence that says why.</param>
public sealed record FailedDeal(string? DealId, string RawJsonArray, string Reason);
