using System.Globalization;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Console.Deals;

/// <summary>Which deals somebody wants to see, and how: the page's query.</summary>
public sealed record DealsView
{
    static readonly string[] Usual = ["dealname", "amount", "dealstage", "pipeline", "closedate", "hubspot_owner_id"];

    public required string ScanId { get; init; }

    /// <summary>The properties shown.</summary>
    public required IReadOnlyList<DealColumn> Columns { get; init; }

    /// <summary>Whether they were chosen; else they are the usual ones.</summary>
    internal bool AreChosen { get; init; }

    /// <summary>Part of a name, or an id.</summary>
    internal string? Text { get; init; }

    internal string? Pipeline { get; init; }

    internal string? Stage { get; init; }

    internal string? Owner { get; init; }

    internal string? Min { get; init; }

    internal string? Max { get; init; }

    /// <summary>A property that must hold <see cref="Part"/>.</summary>
    internal string? Property { get; init; }

    internal string? Part { get; init; }

    internal string Sort { get; init; } = DealQuery.Id;

    internal bool Descending { get; init; }

    internal bool IsFiltered => (Text ?? Pipeline ?? Stage ?? Owner ?? Min ?? Max ?? Part) is not null;

    /// <summary>Reads the query.</summary>
    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c>, with each bad parameter and its mend.</exception>
    internal static (DealsView View, DealQuery Query, long Offset) Read(HttpRequest request, ScanJob scan)
    {
        var reader = new QueryReader(request, emptyIsAbsent: true);
        var all = scan.Columns ?? [];
        var chosen = request.Query["columns"].OfType<string>().ToList();
        var offset = reader.Offset();
        var view = new DealsView
        {
            ScanId = scan.ScanId,
            Columns = [.. (chosen.Count > 0 ? all.Where(column => chosen.Contains(column.Property, StringComparer.Ordinal)) : UsualOf(all))],
            AreChosen = chosen.Count > 0,
            Text = reader.Text("q"),
            Pipeline = reader.Text("pipeline"),
            Stage = reader.Text("stage"),
            Owner = reader.Text("owner"),
            Min = reader.Text("min"),
            Max = reader.Text("max"),
            Property = reader.OneOf("property", [.. all.Select(column => column.Property)]),
            Part = reader.Text("part"),
            Sort = reader.OneOf("sort", [DealQuery.Id, .. all.Select(column => column.Property)]) ?? DealQuery.Id,
            Descending = reader.OneOf("order", "asc", "desc") == "desc",
        };
        var (min, max) = (reader.Number("min"), reader.Number("max"));
        reader.ThrowIfInvalid();
        var query = new DealQuery
        {
            Columns = view.Columns,
            Conditions = [.. view.ConditionsOn(all, min, max)],
            Sort = view.Sort == DealQuery.Id ? null : all.First(column => column.Property == view.Sort),
            Descending = view.Descending,
        };
        return (view, query, offset);
    }

    /// <summary>The view's address, with another order or place.</summary>
    internal string Link(string sort, bool descending, long offset)
    {
        var query = new List<KeyValuePair<string, string?>>
        {
            new("q", Text), new("pipeline", Pipeline), new("stage", Stage), new("owner", Owner), new("min", Min), new("max", Max),
            new("property", Part is null ? null : Property), new("part", Part),
            new("sort", sort == DealQuery.Id ? null : sort), new("order", descending ? "desc" : null),
            new("offset", offset == 0 ? null : offset.ToString(CultureInfo.InvariantCulture)),
        };
        query.AddRange(AreChosen ? Columns.Select(column => KeyValuePair.Create("columns", (string?)column.Property)) : []);
        return $"/scans/{ScanId}/deals" + QueryString.Create(query.Where(pair => pair.Value is not null));
    }

    IEnumerable<DealCondition> ConditionsOn(IReadOnlyList<DealColumn> all, decimal? min, decimal? max)
    {
        if (Text is not null)
        {
            // Digits alone may be an id that was copied from HubSpot, or a part of a name.
            var isId = long.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
            yield return Find("dealname") switch
            {
                null => new DealCondition.HasId(id),
                var name when isId => new DealCondition.HasIdOrContains(id, name, Text),
                var name => new DealCondition.Contains(name, Text),
            };
        }

        foreach (var (property, value) in new[] { ("pipeline", Pipeline), ("dealstage", Stage), ("hubspot_owner_id", Owner) })
        {
            if (value is not null && Find(property) is { } column)
            {
                yield return new DealCondition.Equal(column, value);
            }
        }

        if (Find("amount") is { Kind: ColumnKind.Number } amount)
        {
            if (min is { } least)
            {
                yield return new DealCondition.AtLeast(amount, least);
            }

            if (max is { } most)
            {
                yield return new DealCondition.AtMost(amount, most);
            }
        }

        if (Part is not null && Property is not null)
        {
            yield return new DealCondition.Contains(Find(Property)!, Part);
        }

        DealColumn? Find(string property) => all.FirstOrDefault(column => column.Property == property);
    }

    static IEnumerable<DealColumn> UsualOf(IReadOnlyList<DealColumn> all)
    {
        var usual = Usual.Select(name => all.FirstOrDefault(column => column.Property == name)).OfType<DealColumn>().ToList();
        return usual.Count > 0 ? usual : all.Where(column => column.Property != DealQuery.Id).Take(Usual.Length);
    }
}
