using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Suite.Pitfalls;

/// <summary>Where a scan's deals come from. What goes wrong with HubSpot's list may go wrong with its search as well.</summary>
public enum Reading
{
    List,
    Search,
}

/// <summary>What makes a scan read one way or the other, and how its requests are known among others.</summary>
static class ReadingExtensions
{
    /// <summary>The operation of the pages, as a fault rule names it.</summary>
    internal static string Operation(this Reading reading) => reading == Reading.List ? @"^deals\.list$" : @"^deals\.search$";

    /// <summary>The same deals by another way: a filtered scan is searched, and every deal passes this filter.</summary>
    internal static ScanConfig Of(this ScanConfig config, Reading reading) => reading == Reading.List
        ? config
        : config with { DateRange = new DealDateRange("hs_lastmodifieddate", new DateOnly(1960, 1, 1), null) };
}
