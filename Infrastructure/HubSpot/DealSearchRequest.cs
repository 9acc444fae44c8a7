namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>One page of the search endpoint: the deals that pass every filter. Archived deals are never among them.</summary>
public sealed record DealSearchRequest
{
    /// <summary>Conditions that all must hold, at most <see cref="HubSpotLimits.SearchFilters"/>. Empty: all deals.</summary>
    public required IReadOnlyList<SearchFilter> Filters { get; init; }

    /// <summary>Null leaves HubSpot's order: by creation, oldest first.</summary>
    public SearchSort? Sort { get; init; }

    /// <summary>Internal names of the properties to read. Empty: HubSpot's eight default properties.</summary>
    public required IReadOnlyList<string> Properties { get; init; }

    /// <summary>Deals on the page, 1 to 200. (HubSpot takes 0, and then offers a next page for ever.)</summary>
    public int Limit
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, HubSpotLimits.SearchPageSize);
            field = value;
        }
    } = HubSpotLimits.SearchPageSize;

    /// <summary>The cursor of the page before, as it was given; null for the first page.</summary>
    public string? After { get; init; }
}

/// <summary>The order of a search; HubSpot honours one.</summary>
/// <param name="Property">Internal name of a property.</param>
/// <param name="Descending">Largest or latest first.</param>
public sealed record SearchSort(string Property, bool Descending = false);

/// <summary>One condition of a search.</summary>
/// <remarks>
/// Times are compared to the millisecond and may be written as ISO instants or as milliseconds since 1970.
/// HubSpot wants the values of <c>IN</c> in lower case for text properties, and exact for enumerations.
/// </remarks>
public sealed record SearchFilter
{
    SearchFilter(string property, string op)
    {
        Property = property;
        Operator = op;
    }

    /// <summary>Internal name of the property.</summary>
    public string Property { get; }

    /// <summary>HubSpot's name for the comparison.</summary>
    public string Operator { get; }

    /// <summary>What to compare with; the lower end of <c>BETWEEN</c>.</summary>
    public string? Value { get; private init; }

    /// <summary>The upper end of <c>BETWEEN</c>, included.</summary>
    public string? HighValue { get; private init; }

    /// <summary>The list of <c>IN</c>.</summary>
    public IReadOnlyList<string>? Values { get; private init; }

    public static SearchFilter EqualTo(string property, string value) => new(property, "EQ") { Value = value };

    public static SearchFilter GreaterThan(string property, string value) => new(property, "GT") { Value = value };

    public static SearchFilter AtLeast(string property, string value) => new(property, "GTE") { Value = value };

    public static SearchFilter LessThan(string property, string value) => new(property, "LT") { Value = value };

    public static SearchFilter AtMost(string property, string value) => new(property, "LTE") { Value = value };

    /// <summary>Both ends included. HubSpot refuses a <paramref name="low"/> above <paramref name="high"/>.</summary>
    public static SearchFilter Between(string property, string low, string high) =>
        new(property, "BETWEEN") { Value = low, HighValue = high };

    public static SearchFilter OneOf(string property, IReadOnlyList<string> values) => new(property, "IN") { Values = values };
}
