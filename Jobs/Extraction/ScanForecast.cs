using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>What a scan would cost, as far as can be told without starting it.</summary>
/// <param name="Source">Where its live deals would be read from.</param>
/// <param name="Deals">Live deals that pass the filter; null: HubSpot could not say.</param>
/// <param name="ListRequests">Requests that count against the burst limit.</param>
/// <param name="SearchRequests">Requests that count against the search limit.</param>
/// <param name="Duration">How long they take at the pace that the portal allows at present, if nothing else is asked; null: not known.</param>
/// <param name="Budget">What is known of the portal's limits.</param>
public sealed record ScanForecast(
    SegmentSource Source, long? Deals, long? ListRequests, long SearchRequests, TimeSpan? Duration, BudgetReading Budget)
{
    /// <summary>Account and properties, and a look at whether HubSpot's cursors can be relied on.</summary>
    const int FixedRequests = 3;

    /// <summary>The forecast of an outline; figures in, figures out.</summary>
    internal static ScanForecast Of(ScanOutline outline, ScanConfig config, BudgetReading budget, HubSpotOptions limits)
    {
        var choice = ReadingChoice.Of(budget, limits);
        var isSearch = outline.Live == SegmentSource.Search;
        // A list is read whole, whatever passes the filter.
        var pages = Pages(isSearch ? outline.Matching?.Total : outline.All?.Total, config.BatchSize);
        // The plan's counts, the closing look's one page or so, and the count that verifies.
        var searches = (config.IsFiltered ? 2 : 1) + 1 + (isSearch ? (pages ?? 0) + 1 : 0);
        var lists = FixedRequests + (isSearch ? 0 : pages * outline.RequestsPerPage);
        var seconds = pages is null ? (double?)null
            : Math.Max((double)lists!.Value / choice.ListPerSecond, searches / choice.SearchPerSecond)
                + (isSearch ? limits.SearchIndexLag.TotalSeconds : 0);
        return new ScanForecast(
            outline.Live, outline.Matching?.Total, lists, searches, seconds is null ? null : TimeSpan.FromSeconds(seconds.Value), budget);
    }

    static long? Pages(long? deals, int batchSize) => deals is null ? null : Math.Max(1, (deals.Value + batchSize - 1) / batchSize);
}
