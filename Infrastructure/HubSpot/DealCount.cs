namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>What a search says of all its results.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="HighestId">The greatest id; null: there are none. A hint: the index may lag.</param>
public sealed record DealCount(long Total, long? HighestId);
