using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>
/// The query of a read, taken apart without decoding what is the same on every page. <c>properties</c>,
/// <c>propertiesWithHistory</c> and <c>associations</c> may be comma-joined or repeated.
/// </summary>
sealed class ReadQuery
{
    const int DefaultLimit = 10;
    const int MaxLimit = 100;
    const int MaxLimitWithHistory = 50;

    readonly string? _unique;

    /// <param name="queryString">As it stands in the URL.</param>
    /// <param name="unique">The property whose value may stand for the id; null: there is none.</param>
    /// <exception cref="Refusal">A limit or cursor that HubSpot refuses.</exception>
    public ReadQuery(string? queryString, string? unique = null)
    {
        _unique = unique;
        var query = queryString.AsSpan().TrimStart('?');
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            Take(pair[..equals], pair[(equals + 1)..], pair);
        }

        var max = HistoryOf.Length > 0 ? MaxLimitWithHistory : MaxLimit;
        if (Limit < 1 || Limit > max)
        {
            throw Refusals.Invalid(
                HistoryOf.Length > 0
                    ? $"The maximum number of records with property histories is {max}; limit was {Limit}."
                    : $"limit must be between 1 and {max}, was {Limit}.");
        }
    }

    public int Limit { get; private set; } = DefaultLimit;

    /// <summary>The first id that may be returned; 0 without a cursor.</summary>
    public long After { get; private set; }

    public bool Archived { get; private set; }

    /// <summary>Comma-joined and still percent-encoded; empty: the default properties.</summary>
    public string Properties { get; private set; } = "";

    /// <summary>The properties whose history is wanted.</summary>
    public string[] HistoryOf { get; private set; } = [];

    /// <summary>The object types whose associations are wanted.</summary>
    public string[] Associations { get; private set; } = [];

    /// <summary>The property whose value is in the id's place; null: the id itself is.</summary>
    public string? IdProperty { get; private set; }

    /// <summary>The caller's parameters without the cursor, for the link to the next page.</summary>
    public string WithoutCursor { get; private set; } = "";

    /// <summary>What to write of each record: properties asked with their history are among them.</summary>
    public PropertyPlan PlanIn(PropertySchema schema) =>
        HistoryOf.Length == 0
            ? schema.PlanOf(Properties)
            : schema.PlanOf(HistoryOf.Concat(Properties.Length == 0 ? schema.Defaults : Decoded(Properties)));

    static string[] Decoded(ReadOnlySpan<char> encoded) =>
        Uri.UnescapeDataString(encoded).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    void Take(ReadOnlySpan<char> name, ReadOnlySpan<char> value, ReadOnlySpan<char> pair)
    {
        if (name is "after")
        {
            After = long.TryParse(Uri.UnescapeDataString(value), out var after) && after >= 0
                ? after
                : throw Refusals.Invalid($"Invalid after parameter: {Uri.UnescapeDataString(value)}");
            return;
        }

        WithoutCursor = WithoutCursor.Length == 0 ? pair.ToString() : $"{WithoutCursor}&{pair}";
        switch (name)
        {
            case "limit":
                Limit = int.TryParse(value, out var limit) ? limit : throw Refusals.Invalid($"Invalid limit: {value}");
                break;
            case "archived":
                Archived = value.Equals("true", StringComparison.OrdinalIgnoreCase);
                break;
            case "properties":
                Properties = Properties.Length == 0 ? value.ToString() : $"{Properties},{value}";
                break;
            case "propertiesWithHistory":
                HistoryOf = [.. HistoryOf, .. Decoded(value)];
                break;
            case "associations":
                Associations = [.. Associations, .. Decoded(value)];
                break;
            case "idProperty":
                // only a property with unique values can stand for the id, and the deals here have none
                IdProperty = Uri.UnescapeDataString(value);
                if (IdProperty != _unique)
                {
                    throw Refusals.Invalid($"{IdProperty} is not a property with unique values.");
                }

                break;
        }
    }
}
