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

    /// <summary>Where the deals are read from, a chain of pages each.</summary>
    internal static IReadOnlyList<SegmentSource> SegmentsOf(ScanConfig config, IReadOnlyList<DealProperty> properties)
    {
        var plan = new ScanPlan(config, [.. properties.Select(property => property.Name)]);
        var live = config.IsFiltered && plan.FitsSearch() ? SegmentSource.Search : SegmentSource.List;
        return config.IncludeArchived ? [live, SegmentSource.Archived] : [live];
    }

    // HubSpot refuses a longer body. The list endpoint's deals are then judged here, which costs pages but no deal.
    bool FitsSearch()
    {
        var largest = new DealSearchRequest
        {
            Filters = [.. Filter.ForSearch(), SearchFilter.GreaterThan("hs_object_id", $"{long.MaxValue}")],
            Sort = new SearchSort("hs_object_id"),
            Properties = Requested,
            After = $"{HubSpotLimits.SearchResults}",
        };
        return HubSpotClient.SearchBodyLength(largest) <= HubSpotLimits.SearchBodyLength;
    }

    static ColumnKind KindOf(string type) => type switch
    {
        "number" => ColumnKind.Number,
        "bool" => ColumnKind.Bool,
        "datetime" => ColumnKind.Instant,
        "date" => ColumnKind.Date,
        _ => ColumnKind.Text,
    };
}
