using System.Globalization;
using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Portals;

namespace HubSpotDeals.Api.Console.Portals;

/// <summary>Makes the charts of a portal's page from a scan's sums, beside those of an earlier scan if there is one.</summary>
/// <param name="names">What the portal's people call what the sums have by id.</param>
/// <param name="currency">Values in this currency only: amounts of different ones are never added up.</param>
/// <param name="unit">What that is called; empty: it is not known.</param>
sealed class PortalCharts(PortalNames names, string currency, string unit)
{
    /// <summary>More bars would be a forest.</summary>
    const int MostOwners = 15;

    /// <summary>Months drawn before the one that the scan ended in, and after it: close dates are plans as well.</summary>
    const int MonthsBefore = 23;
    const int MonthsAfter = 12;

    /// <summary>The charts.</summary>
    /// <param name="now">The scan's sums.</param>
    /// <param name="before">The earlier scan's; null: nothing is compared.</param>
    /// <param name="asOf">When the scan ended.</param>
    internal IReadOnlyList<Chart> Of(DealSums now, DealSums? before, DateTime asOf) =>
    [
        .. Pair("stage", StagesOf(now.ByStage, before?.ByStage), [], now.ByStage, before?.ByStage),
        .. Pair("month", MonthsAround(asOf), MonthsBeyond(asOf), now.ByMonth, before?.ByMonth, stands: true),
        .. OwnerCharts(now.ByOwner, before?.ByOwner),
    ];

    /// <summary>A stage of a pipeline, as <c>pipeline/stage</c>, by its name.</summary>
    internal string StageOf(string key)
    {
        var (pipeline, stage) = Split(key);
        var label = stage.Length == 0 ? "no stage" : names.StageOf(stage, pipeline.Length > 0 ? pipeline : null);
        return names.Pipelines.Count > 1 && pipeline.Length > 0 ? $"{names.PipelineOf(pipeline)}: {label}" : label;
    }

    /// <summary>The same bars twice: how many deals, and of what value.</summary>
    IEnumerable<Chart> Pair(
        string what, IReadOnlyList<Group> groups, IReadOnlyList<Group> rest, IReadOnlyList<DealSum> now, IReadOnlyList<DealSum>? before, bool stands = false)
    {
        yield return ChartOf($"deals-by-{what}", $"Deals by {what}", Deals);
        yield return ChartOf($"value-by-{what}", $"Value by {what}{(unit.Length > 0 ? $" ({unit})" : "")}", Value);

        Chart ChartOf(string id, string title, Func<IEnumerable<DealSum>, decimal> sum) => new(
            id,
            title,
            [.. groups.Select(group => Bar(group, sum))],
            // What none has is not worth a word.
            [.. rest.Select(group => Bar(group, sum)).Where(bar => bar.Value != 0 || bar.Before is not (null or 0))],
            before is not null,
            stands);

        ChartBar Bar(Group group, Func<IEnumerable<DealSum>, decimal> sum)
        {
            var value = sum(now.Where(row => group.Holds(row.Key)));
            decimal? earlier = before is null ? null : sum(before.Where(row => group.Holds(row.Key)));
            return new ChartBar(group.Label, value, Texts.Money(value, ""), earlier, earlier is { } known ? Texts.Money(known, "") : null);
        }
    }

    static decimal Deals(IEnumerable<DealSum> rows) => rows.Sum(row => row.Deals);

    decimal Value(IEnumerable<DealSum> rows) => rows.Where(row => row.Currency == currency).Sum(row => row.Value ?? 0);

    /// <summary>In the order of the pipelines; those that HubSpot no longer names come last.</summary>
    List<Group> StagesOf(IReadOnlyList<DealSum> now, IReadOnlyList<DealSum>? before)
    {
        var places = names.Pipelines
            .SelectMany(pipeline => pipeline.Stages.Select(stage => $"{pipeline.Id}/{stage.Id}"))
            .Select((key, place) => (key, place))
            .ToDictionary(pair => pair.key, pair => pair.place, StringComparer.Ordinal);
        return
        [
            .. KeysOf(now, before)
                .OrderBy(key => places.GetValueOrDefault(key, int.MaxValue)).ThenBy(key => key, StringComparer.Ordinal)
                .Select(key => Group.Only(StageOf(key), key)),
        ];
    }

    static List<Group> MonthsAround(DateTime asOf) =>
        [.. Enumerable.Range(-MonthsBefore, MonthsBefore + 1 + MonthsAfter).Select(month => MonthOf(asOf, month)).Select(month => Group.Only(month, month))];

    static List<Group> MonthsBeyond(DateTime asOf)
    {
        var (first, last) = (MonthOf(asOf, -MonthsBefore), MonthOf(asOf, MonthsAfter));
        return
        [
            new Group($"before {first}", key => key.Length > 0 && string.CompareOrdinal(key, first) < 0),
            new Group($"after {last}", key => string.CompareOrdinal(key, last) > 0),
            Group.Only("without a date", ""),
        ];
    }

    static string MonthOf(DateTime asOf, int later) => asOf.AddMonths(later).ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>Those with the most deals, and what the others come to.</summary>
    IEnumerable<Chart> OwnerCharts(IReadOnlyList<DealSum> now, IReadOnlyList<DealSum>? before)
    {
        var owners = KeysOf(now, before)
            .OrderByDescending(key => now.Where(row => row.Key == key).Sum(row => row.Deals)).ThenBy(key => key, StringComparer.Ordinal)
            .ToList();
        var others = owners.Skip(MostOwners).ToHashSet(StringComparer.Ordinal);
        return Pair(
            "owner",
            [.. owners.Take(MostOwners).Select(owner => Group.Only(owner.Length == 0 ? "no owner" : names.OwnerOf(owner), owner))],
            others.Count == 0 ? [] : [new Group(others.Count == 1 ? "1 other" : $"{others.Count} others", others.Contains)],
            now,
            before);
    }

    static HashSet<string> KeysOf(IReadOnlyList<DealSum> now, IReadOnlyList<DealSum>? before) =>
        now.Concat(before ?? []).Select(row => row.Key).ToHashSet(StringComparer.Ordinal);

    static (string Pipeline, string Stage) Split(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? ("", key) : (key[..slash], key[(slash + 1)..]);
    }

    /// <summary>What one bar stands for.</summary>
    sealed record Group(string Label, Predicate<string> Holds)
    {
        internal static Group Only(string label, string key) => new(label, candidate => candidate == key);
    }
}
