using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>How a scan's config is carried out: which properties are asked for, and from where. Decided without asking anybody.</summary>
sealed class ScanPlan
{
    ScanPlan(ScanConfig config, IReadOnlyList<string> properties)
    {
        Filter = new DealFilter(config);
        BatchSize = config.BatchSize;
        Requested = [.. properties.Union(Filter.Properties, StringComparer.Ordinal)];
    }

    /// <summary>Which deals are wanted.</summary>
    internal DealFilter Filter { get; }

    /// <summary>Deals per request.</summary>
    internal int BatchSize { get; }

    /// <summary>What HubSpot is asked for: the extracted properties, and those that the filter judges by.</summary>
    internal IReadOnlyList<string> Requested { get; }

    /// <summary>The plan of a scan whose columns are known.</summary>
    internal static ScanPlan Of(ScanConfig config, IReadOnlyList<DealColumn> columns) =>
        new(config, [.. columns.Select(column => column.Property)]);

    /// <summary>Refuses properties that the portal does not have: a mistyped name would be an empty column, without a word.</summary>
    /// <exception cref="UnknownPropertiesException">There are some; the message lists them.</exception>
    internal static void RefuseUnknown(ScanConfig config, IReadOnlyList<PropertyDefinition>? schema)
    {
        if (schema is null || config.Properties is null)
        {
            return;
        }

        var unknown = config.Properties.Except(schema.Select(property => property.Name), StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
        {
            throw new UnknownPropertiesException($"config.filters.properties: the portal has no {string.Join(", ", unknown)}");
        }
    }

    /// <summary>The properties that a scan extracts, with the kinds of their columns.</summary>
    /// <param name="config">Names them, or none: then it is the standard ones.</param>
    /// <param name="schema">The portal's properties; null if they can't be read for want of scope.</param>
    internal static IReadOnlyList<DealProperty> PropertiesOf(ScanConfig config, IReadOnlyList<PropertyDefinition>? schema)
    {
        var known = schema?.ToDictionary(property => property.Name, property => KindOf(property.Type), StringComparer.Ordinal);
        var names = config.Properties ?? [.. StandardDealProperties.Names.Where(name => known is null || known.ContainsKey(name))];
        return
        [
            .. names
                .Where(name => name != "hs_object_id") // every row has it anyway
                .Distinct(StringComparer.Ordinal)
                .Select(name => new DealProperty(name, Kind(name))),
        ];

        ColumnKind Kind(string name) => known is null
            ? StandardDealProperties.KindOf(name) ?? ColumnKind.Text
            : known.GetValueOrDefault(name, ColumnKind.Text);
    }

    /// <summary>Where the deals are read from, one after the other.</summary>
    /// <param name="config">What is wanted.</param>
    /// <param name="live">Where the live deals come from.</param>
    /// <param name="searchIndexLag">How long a search's index may lag.</param>
    /// <remarks>
    /// The list is live; only behind a search there has to be a look at what its index had not noticed yet. The archive comes last: a deal that
    /// is archived before the live deals, or the closing look, have come to it is met there, and none is passed over by all of them.
    /// </remarks>
    internal static IReadOnlyList<SegmentSource> SegmentsOf(ScanConfig config, SegmentSource live, TimeSpan searchIndexLag) =>
    [
        live,
        .. live == SegmentSource.Search && searchIndexLag > TimeSpan.Zero ? [SegmentSource.Closing] : Array.Empty<SegmentSource>(),
        .. config.IncludeArchived ? [SegmentSource.Archived] : Array.Empty<SegmentSource>(),
    ];

    /// <summary>When a source has its turn: the smaller the number, the sooner. List and search are never both there.</summary>
    internal static int TurnOf(SegmentSource source) => source switch
    {
        SegmentSource.Closing => 1,
        SegmentSource.Archived => 2,
        _ => 0,
    };

    /// <summary>
    /// Whether HubSpot's search takes so long a body. If not, the list endpoint's deals are judged here, which costs pages but no deal.
    /// </summary>
    internal static bool FitsSearch(ScanConfig config, IReadOnlyList<DealProperty> properties)
    {
        var plan = new ScanPlan(config, [.. properties.Select(property => property.Name)]);
        var largest = new DealSearchRequest
        {
            Filters = [.. plan.Filter.ForSearch(changedSince: DateTimeOffset.UnixEpoch.AddYears(200)), SearchFilter.Between("hs_object_id", $"{long.MaxValue}", $"{long.MaxValue}")],
            Sort = new SearchSort("hs_object_id"),
            Properties = plan.Requested,
            After = $"{HubSpotLimits.SearchResults}",
        };
        return HubSpotClient.SearchBodyLength(largest) <= HubSpotLimits.SearchBodyLength;
    }

    /// <summary>Whether the list endpoint takes the names of all properties in its URL.</summary>
    internal static bool FitsUrl(HubSpotClient hubSpot, ScanConfig config, IReadOnlyList<DealProperty> properties) => FitsUrl(
        hubSpot, new ScanPlan(config, [.. properties.Select(property => property.Name)]));

    /// <summary>Whether the list endpoint takes the names of all requested properties in its URL.</summary>
    internal static bool FitsUrl(HubSpotClient hubSpot, ScanPlan plan) =>
        hubSpot.ListUrlLength(new DealListRequest { Properties = plan.Requested, Limit = plan.BatchSize }) <= HubSpotLimits.UrlLength;

    static ColumnKind KindOf(string type) => type switch
    {
        "number" => ColumnKind.Number,
        "bool" => ColumnKind.Bool,
        "datetime" => ColumnKind.Instant,
        "date" => ColumnKind.Date,
        _ => ColumnKind.Text,
    };
}
