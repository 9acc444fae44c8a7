using System.Text;
using System.Text.Json;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Search;

/// <summary>What to look for: any of the groups, all filters of a group, and every word of the query.</summary>
sealed class SearchRequest
{
    /// <summary>The index shows its first so many results of a search, and no more.</summary>
    public const int Reachable = 10_000;

    const int DefaultLimit = 10;
    const int MaxLimit = 200;
    const int MaxBody = 3_000;
    const int MaxGroups = 5;
    const int MaxFiltersInGroup = 6;
    const int MaxFilters = 18;
    const string AssociationPrefix = "associations.";

    SearchRequest(PropertyPlan plan) => Plan = plan;

    /// <summary>None: every deal.</summary>
    public List<SearchGroup> Groups { get; } = [];

    /// <summary>In lower case.</summary>
    public string[] QueryWords { get; private set; } = [];

    /// <summary>Null: by id.</summary>
    public PropertyColumn? SortBy { get; private set; }

    public bool Descending { get; private set; }

    public PropertyPlan Plan { get; private set; }

    public int Limit { get; private set; } = DefaultLimit;

    /// <summary>How many results come before the page.</summary>
    public int Offset { get; private set; }

    /// <exception cref="Refusal">HubSpot refuses such a search.</exception>
    public static SearchRequest Parse(byte[] body, PropertySchema schema)
    {
        if (Encoding.UTF8.GetCharCount(body) > MaxBody)
        {
            throw Refusals.Invalid($"The request body is longer than {MaxBody} characters.");
        }

        using var document = Exchange.ParseJson(body);
        var root = document.RootElement;
        var request = new SearchRequest(schema.DefaultPlan);
        request.ReadGroups(root, schema);
        request.ReadSort(root, schema);
        request.ReadPage(root);
        if (root.TryGetProperty("query", out var query) && query.ValueKind == JsonValueKind.String)
        {
            request.QueryWords = [.. TokenMatch.WordsOf(query.GetString()!)];
        }

        if (root.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Array && properties.GetArrayLength() > 0)
        {
            request.Plan = schema.PlanOf(properties.EnumerateArray().Select(TextOf));
        }

        return request;
    }

    void ReadGroups(JsonElement root, PropertySchema schema)
    {
        if (root.TryGetProperty("filterGroups", out var groups) && groups.ValueKind == JsonValueKind.Array)
        {
            foreach (var group in groups.EnumerateArray())
            {
                Groups.Add(ReadGroup(group, schema));
            }
        }

        // a bare list of filters is taken as well, as one group
        if (root.TryGetProperty("filters", out _))
        {
            Groups.Add(ReadGroup(root, schema));
        }

        if (Groups.Count > MaxGroups
            || Groups.Any(group => group.Count > MaxFiltersInGroup)
            || Groups.Sum(group => group.Count) > MaxFilters)
        {
            throw Refusals.Invalid($"A search takes {MaxGroups} groups of {MaxFiltersInGroup} filters, {MaxFilters} in all.");
        }
    }

    static SearchGroup ReadGroup(JsonElement group, PropertySchema schema)
    {
        var read = new SearchGroup();
        if (group.ValueKind != JsonValueKind.Object || !group.TryGetProperty("filters", out var filters) || filters.ValueKind != JsonValueKind.Array)
        {
            throw Refusals.Invalid("A filter group needs a list of filters.");
        }

        foreach (var filter in filters.EnumerateArray())
        {
            var name = MemberText(filter, "propertyName") ?? throw Refusals.Invalid("A filter needs a propertyName.");
            var filterOperator = MemberText(filter, "operator") ?? throw Refusals.Invalid("A filter needs an operator.");
            if (name.StartsWith(AssociationPrefix, StringComparison.Ordinal))
            {
                read.Associations.Add(new AssociationFilter(name[AssociationPrefix.Length..], MemberText(filter, "value") ?? ""));
                continue;
            }

            var column = schema.Find(name) ?? throw Refusals.Invalid($"Property '{name}' does not exist.");
            read.Filters.Add(new SearchFilter(column, filterOperator, [.. OperandsOf(filter)]));
        }

        return read;
    }

    static IEnumerable<string> OperandsOf(JsonElement filter)
    {
        if (filter.TryGetProperty("values", out var values) && values.ValueKind == JsonValueKind.Array)
        {
            return values.EnumerateArray().Select(TextOf).ToArray();
        }

        return new[] { MemberText(filter, "value"), MemberText(filter, "highValue") }.OfType<string>();
    }

    // only the first sort counts; it comes as an object or as a plain name, with a minus for descending
    void ReadSort(JsonElement root, PropertySchema schema)
    {
        if (!root.TryGetProperty("sorts", out var sorts) || sorts.ValueKind != JsonValueKind.Array || sorts.GetArrayLength() == 0)
        {
            return;
        }

        var sort = sorts[0];
        var name = sort.ValueKind == JsonValueKind.Object ? MemberText(sort, "propertyName") ?? "" : TextOf(sort);
        Descending = name.StartsWith('-')
            || (sort.ValueKind == JsonValueKind.Object && MemberText(sort, "direction") == "DESCENDING");
        name = name.TrimStart('-');
        var column = schema.Find(name) ?? throw Refusals.Invalid($"Property '{name}' does not exist.");
        SortBy = name == "hs_object_id" ? null : column;
    }

    void ReadPage(JsonElement root)
    {
        Limit = ReadNumber(root, "limit") ?? DefaultLimit;
        Offset = ReadNumber(root, "after") ?? 0;
        if (Limit > MaxLimit)
        {
            throw Refusals.Invalid($"limit must not be greater than {MaxLimit}.");
        }

        // that a page may end at the cap and not pass it is proven for a page of one; the sandbox refuses every page that passes it
        if (Offset >= Reachable || Offset + Limit > Reachable)
        {
            throw Refusals.Problem();
        }
    }

    static int? ReadNumber(JsonElement root, string name)
    {
        if (MemberText(root, name) is not { Length: > 0 } text)
        {
            return null;
        }

        return int.TryParse(text, out var number) && number >= 0 ? number : throw Refusals.Invalid($"Invalid {name}: {text}");
    }

    static string? MemberText(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? TextOf(member)
            : null;

    // a value may come as a number or bool, too
    static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}

/// <summary>Filters that must all hold.</summary>
sealed class SearchGroup
{
    public List<SearchFilter> Filters { get; } = [];

    public List<AssociationFilter> Associations { get; } = [];

    public int Count => Filters.Count + Associations.Count;
}

/// <summary>The deal must be associated with this record.</summary>
sealed record AssociationFilter(string ObjectType, string RecordId);
