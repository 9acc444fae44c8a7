using System.Collections.Concurrent;

namespace HubSpotDeals.Sandbox.Properties;

/// <summary>
/// The properties of one object type in a portal at one moment. It never changes: an edit makes the next schema, so a request sees one
/// schema from its first byte to its last.
/// </summary>
sealed class PropertySchema
{
    static readonly string[] DealDefaults =
        ["amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate", "hs_object_id", "pipeline"];

    static readonly string[] AlwaysOfDeals = ["createdate", "hs_lastmodifieddate", "hs_object_id"];

    const int MostPlans = 500;
    readonly IReadOnlyList<string> _always;
    readonly Dictionary<string, PropertyColumn> _columns;
    readonly ConcurrentDictionary<string, PropertyPlan> _plans = new(StringComparer.Ordinal);

    /// <summary>The schema of deals.</summary>
    public PropertySchema(IEnumerable<PropertyColumn> columns)
        : this(columns, DealDefaults, AlwaysOfDeals)
    {
    }

    /// <param name="columns">All properties.</param>
    /// <param name="defaults">What a read returns when it names no properties.</param>
    /// <param name="always">What a read returns whichever properties it names.</param>
    public PropertySchema(IEnumerable<PropertyColumn> columns, IReadOnlyList<string> defaults, IReadOnlyList<string> always)
    {
        Defaults = defaults;
        _always = always;
        _columns = columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        All = [.. _columns.Values.OrderBy(column => column.Name, StringComparer.Ordinal)];
        DefaultPlan = PlanOf(Defaults);
    }

    /// <summary>Archived definitions included, by name.</summary>
    public IReadOnlyList<PropertyColumn> All { get; }

    /// <summary>What a read returns when it names no properties.</summary>
    public IReadOnlyList<string> Defaults { get; }

    public PropertyPlan DefaultPlan { get; }

    /// <summary>The property if it is defined and not archived.</summary>
    public PropertyColumn? Find(string name) =>
        _columns.TryGetValue(name, out var column) && !column.Definition.Archived ? column : null;

    public PropertyColumn? FindArchived(string name) =>
        _columns.TryGetValue(name, out var column) && column.Definition.Archived ? column : null;

    /// <summary>A schema with this property added or put in the place of its namesake.</summary>
    public PropertySchema With(PropertyColumn column) =>
        new(All.Where(other => other.Name != column.Name).Append(column), Defaults, _always);

    /// <summary>
    /// The plan for a <c>properties</c> parameter, comma-joined and still percent-encoded. Kept, because a scan sends the same
    /// list with each of its thousands of pages.
    /// </summary>
    public PropertyPlan PlanOf(ReadOnlySpan<char> encodedList)
    {
        if (encodedList.IsEmpty)
        {
            return DefaultPlan;
        }

        if (_plans.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(encodedList, out var known))
        {
            return known;
        }

        if (_plans.Count >= MostPlans)
        {
            _plans.Clear();
        }

        var list = encodedList.ToString();
        return _plans[list] = PlanOf(Uri.UnescapeDataString(list).Split(','));
    }

    /// <summary>Names that the portal does not define are left out in silence, as HubSpot does.</summary>
    public PropertyPlan PlanOf(IEnumerable<string> names)
    {
        var columns = new List<PropertyColumn>();
        foreach (var name in names.Select(name => name.Trim()).Concat(_always).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (Find(name) is { } column)
            {
                columns.Add(column);
            }
        }

        return new PropertyPlan([.. columns]);
    }
}
