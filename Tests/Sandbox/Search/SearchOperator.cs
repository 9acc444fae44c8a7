namespace HubSpotDeals.Sandbox.Search;

/// <summary>How a filter compares.</summary>
enum SearchOperator
{
    Unknown,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    In,
    NotIn,
    HasProperty,
    NotHasProperty,
    ContainsToken,
    NotContainsToken,
}

/// <summary>The operators by HubSpot's names.</summary>
static class SearchOperators
{
    static readonly Dictionary<string, SearchOperator> ByName = new(StringComparer.Ordinal)
    {
        ["EQ"] = SearchOperator.Equal,
        ["NEQ"] = SearchOperator.NotEqual,
        ["LT"] = SearchOperator.Less,
        ["LTE"] = SearchOperator.LessOrEqual,
        ["GT"] = SearchOperator.Greater,
        ["GTE"] = SearchOperator.GreaterOrEqual,
        ["BETWEEN"] = SearchOperator.Between,
        ["IN"] = SearchOperator.In,
        ["NOT_IN"] = SearchOperator.NotIn,
        ["HAS_PROPERTY"] = SearchOperator.HasProperty,
        ["NOT_HAS_PROPERTY"] = SearchOperator.NotHasProperty,
        ["CONTAINS_TOKEN"] = SearchOperator.ContainsToken,
        ["NOT_CONTAINS_TOKEN"] = SearchOperator.NotContainsToken,
    };

    /// <summary><see cref="SearchOperator.Unknown"/> for any other name.</summary>
    public static SearchOperator Of(string name) => ByName.GetValueOrDefault(name);
}
