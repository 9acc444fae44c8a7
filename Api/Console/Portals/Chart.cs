namespace HubSpotDeals.Api.Console.Portals;

/// <summary>A chart of bars, and the same as a table.</summary>
/// <param name="Id">Unique in its page.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Bars">In the order in which they are shown.</param>
/// <param name="Rest">What is left out of the drawing, because the bars would vanish beside it.</param>
/// <param name="IsCompared">Each bar has a second one: how it was before.</param>
/// <param name="Stands">The bars stand beside each other, as months do; else they lie below each other.</param>
public sealed record Chart(
    string Id, string Title, IReadOnlyList<ChartBar> Bars, IReadOnlyList<ChartBar> Rest, bool IsCompared, bool Stands)
{
    /// <summary>The longest bar's value; at least something, so that nothing is divided by zero.</summary>
    internal decimal Longest => Math.Max(0.01m, Bars.SelectMany(bar => new[] { bar.Value, bar.Before ?? 0 }).DefaultIfEmpty().Max());

    /// <summary>The chart in words, for those who can't see it.</summary>
    internal string Description => All.Any()
        ? string.Join("; ", All.Select(bar => $"{bar.Label}: {bar.Text}{(bar.BeforeText is { } before ? $", before {before}" : "")}"))
        : "There is nothing to show.";

    /// <summary>Those of the drawing, and those that were left out of it.</summary>
    internal IEnumerable<ChartBar> All => Bars.Concat(Rest);
}

/// <summary>A bar.</summary>
/// <param name="Label">What it is of.</param>
/// <param name="Value">How long it is; of less than nothing it has no length.</param>
/// <param name="Text">The value as it is written beside it.</param>
/// <param name="Before">How long it was.</param>
/// <param name="BeforeText">That value as it is written.</param>
public sealed record ChartBar(string Label, decimal Value, string Text, decimal? Before = null, string? BeforeText = null);
