using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Deals;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>What is to be extracted, and from where, as far as it can be said beforehand.</summary>
/// <param name="Properties">What is extracted of each deal.</param>
/// <param name="Live">Where the live deals come from.</param>
/// <param name="Segments">Everything that is read, one after the other.</param>
/// <param name="Matching">HubSpot's count for the same filter, live deals only; null: it could not say.</param>
/// <param name="All">Its count of all live deals; null: it could not say.</param>
/// <param name="RequestsPerPage">Two where the names of the properties do not fit a URL, so that each page is listed and then read.</param>
sealed record ScanOutline(
    IReadOnlyList<DealProperty> Properties, SegmentSource Live, IReadOnlyList<SegmentSource> Segments, DealCount? Matching, DealCount? All,
    int RequestsPerPage);
