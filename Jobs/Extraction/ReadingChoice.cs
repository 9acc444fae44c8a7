using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Infrastructure.Postgres.Deals;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>How filtered scans are read, as an operator may want it.</summary>
public enum FilteredReads
{
    /// <summary>Whichever takes less time.</summary>
    Auto,

    /// <summary>By HubSpot's search, wherever a search can say it.</summary>
    Search,

    /// <summary>All deals by the list endpoint, judged by this service.</summary>
    List,
}

/// <summary>Decides whether a filtered scan is searched, or all deals are listed and judged here; figures in, decision out.</summary>
/// <remarks>
/// The list is live and has no end at 10,000, but must be read whole. A search reads only what matches, at fewer requests a second, and
/// has to wait at its end for its index to have caught up. For a small portal, or a filter that most deals pass, the list is done sooner.
/// </remarks>
/// <param name="ListPerSecond">Requests to the list endpoint that the portal allows.</param>
/// <param name="SearchPerSecond">Requests to the search endpoint that it allows.</param>
/// <param name="SearchIndexLag">How long a search waits at its end.</param>
sealed record ReadingChoice(double ListPerSecond, double SearchPerSecond, TimeSpan SearchIndexLag)
{
    /// <summary>The choice for a portal: what HubSpot has said of its limits counts, and what is configured where it has not.</summary>
    internal static ReadingChoice Of(BudgetReading budget, HubSpotOptions limits) => new(
        1000 / (budget.BurstSpacingMs ?? (10_000.0 / limits.RequestsPer10Seconds)),
        1000 / (budget.SearchSpacingMs ?? (1000.0 / limits.SearchRequestsPerSecond)),
        limits.SearchIndexLag);

    /// <summary>Where the live deals of a filtered scan come from.</summary>
    /// <param name="wanted">What the operator wants.</param>
    /// <param name="fitsSearch">Whether a search can say what is wanted.</param>
    /// <param name="all">All live deals; null: HubSpot could not say.</param>
    /// <param name="matching">Those that pass the filter; null: HubSpot could not say.</param>
    /// <param name="batchSize">Deals per request.</param>
    internal SegmentSource For(FilteredReads wanted, bool fitsSearch, long? all, long? matching, int batchSize) => wanted switch
    {
        FilteredReads.List => SegmentSource.List,
        _ when !fitsSearch => SegmentSource.List,
        FilteredReads.Search => SegmentSource.Search,
        // A search that can't count is out of order; the list may not be.
        _ when all is null || matching is null => SegmentSource.List,
        _ => Pages(all.Value, batchSize) / ListPerSecond <= (Pages(matching.Value, batchSize) / SearchPerSecond) + SearchIndexLag.TotalSeconds
            ? SegmentSource.List
            : SegmentSource.Search,
    };

    static double Pages(long deals, int batchSize) => Math.Ceiling((double)deals / batchSize);
}
