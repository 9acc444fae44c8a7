using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Portals;

namespace HubSpotDeals.Api.Console.Portals;

/// <summary>Makes the charts of a portal's page from a scan's sums, beside those of an earlier scan if there is one.</summary>
/// <param name="names">What the portal's people call what the sums have by id.</param>
/// <param name="currency">Values in this currency only: amounts of different ones are never added up.</param>
sealed class PortalCharts(PortalNames names, string currency)
{
    /// <summary>More bars would be a forest.</summary>
    const int MostOwners = 15;

    /// <summary>Three years.</summary>
    const int MostMonths = 36;

    internal IReadOnlyList<Chart> Of(DealSums now, DealSums? before) =>
    [
        .. Pair("stage", "stage", StagesOf(now.ByStage, before?.ByStage), now.ByStage, before?.ByStage),
        .. Pair("month", "month", MonthsOf(now.ByMonth, before?.ByMonth), now.ByMonth, before?.ByMonth),
        .. Pair("owner", "owner", OwnersOf(now.ByOwner, before?.ByOwner), now.ByOwner, before?.ByOwner),
    ];

    /// <summary>A stage of a pipeline, as <c>pipeline/stage</c>, by its name.</summary>
    internal string StageOf(string key)
    {
        var (pipeline, stage) = Split(key);
        var label = stage.Length == 0 ? "no stage" : names.StageOf(stage);
        return names.Pipelines.Count > 1 && pipeline.Length > 0 ? $"{names.PipelineOf(pipeline)}: {label}" : label;
    }

    IEnumerable<Chart> Pair(
        string id, string what, IReadOnlyList<(string Label, IReadOnlySet<string> Keys)> groups,
        IReadOnlyList<DealSum> now, IReadOnlyList<DealSum>? before)
    {
        yield return new Chart(
            $"deals-by-{id}", $"Deals by {what}", [.. groups.Select(group => Bar(group, Deals, value => Texts.Number((long)value)))], before is not null);
        var unit = currency.Length > 0 ? $" ({currency})" : "";
        yield return new Chart(
            $"value-by-{id}", $"Value by {what}{unit}", [.. groups.Select(group => Bar(group, Value, value => Texts.Money(value, "")))], before is not null);

        ChartBar Bar((string Label, IReadOnlySet<string> Keys) group, Func<IEnumerable<DealSum>, decimal> sum, Func<decimal, string> spell)
        {
            var value = sum(now.Where(row => group.Keys.Contains(row.Key)));
            decimal? earlier = before is null ? null : sum(before.Where(row => group.Keys.Contains(row.Key)));
            return new ChartBar(group.Label, value, spell(value), earlier, earlier is { } known ? spell(known) : null);
        }
    }

    static decimal Deals(IEnumerable<DealSum> rows) => rows.Sum(row => row.Deals);

    decimal Value(IEnumerable<DealSum> rows) => rows.Where(row => row.Currency == currency).Sum(row => row.Value ?? 0);

    /// <summary>In the order of the pipelines; those that HubSpot no longer names come last.</summary>
    List<(string, IReadOnlySet<string>)> StagesOf(IReadOnlyList<DealSum> now, IReadOnlyList<DealSum>? before)
    {
        var places = names.Pipelines
            .SelectMany(pipeline => pipeline.Stages.Select(stage => $"{pipeline.Id}/{stage.Id}"))
            .Select((key, place) => (key, place))
            .ToDictionary(pair => pair.key, pair => pair.place, StringComparer.Ordinal);
        return
        [
            .. KeysOf(now, before)
                .OrderBy(key => places.GetValueOrDefault(key, int.MaxValue)).ThenBy(key => key, StringComparer.Ordinal)
                .Select(key => (StageOf(key), Only(key))),
        ];
    }

    /// <summary>The last ones in the order of time, those before in one, and those without a date last.</summary>
    static List<(string, IReadOnlySet<string>)> MonthsOf(IReadOnlyList<DealSum> now, IReadOnlyList<DealSum>? before)
    {
        var months = KeysOf(now, before).Where(key => key.Length > 0).Order(StringComparer.Ordinal).ToList();
        var old = months.SkipLast(MostMonths).ToHashSet(StringComparer.Ordinal);
        List<(string, IReadOnlySet<string>)> groups = old.Count > 0 ? [("before", old)] : [];
        groups.AddRange(months.TakeLast(MostMonths).Select(month => (month, (IReadOnlySet<string>)Only(month))));
        if (KeysOf(now, before).Contains(""))
        {
            groups.Add(("no date", Only("")));
        }

        return groups;
    }

    /// <summary>Those with the most deals, and the others in one.</summary>
    List<(string, IReadOnlySet<string>)> OwnersOf(IReadOnlyList<DealSum> now, IReadOnlyList<DealSum>? before)
    {
        var owners = KeysOf(now, before)
            .OrderByDescending(key => now.Where(row => row.Key == key).Sum(row => row.Deals)).ThenBy(key => key, StringComparer.Ordinal)
            .ToList();
        List<(string, IReadOnlySet<string>)> groups =
            [.. owners.Take(MostOwners).Select(owner => (owner.Length == 0 ? "no owner" : names.OwnerOf(owner), Only(owner)))];
        if (owners.Count > MostOwners)
        {
            groups.Add(($"{owners.Count - MostOwners} others", owners.Skip(MostOwners).ToHashSet(StringComparer.Ordinal)));
        }

        return groups;
    }

    static HashSet<string> KeysOf(IReadOnlyList<DealSum> now, IReadOnlyList<DealSum>? before) =>
        now.Concat(before ?? []).Select(row => row.Key).ToHashSet(StringComparer.Ordinal);

    static HashSet<string> Only(string key) => new(StringComparer.Ordinal) { key };

    static (string Pipeline, string Stage) Split(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? ("", key) : (key[..slash], key[(slash + 1)..]);
    }
}
