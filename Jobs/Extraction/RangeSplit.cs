namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Where a segment is to be cut so that several can read on; figures in, ids out.</summary>
/// <remarks>
/// Ids are not spread evenly, so that a cut may give away much or nothing: whoever has nothing left to read cuts what is left elsewhere,
/// and every cut halves at least the range of ids that nobody knows. What is behind a cut is known from its first page.
/// </remarks>
static class RangeSplit
{
    /// <summary>The pages that seem to be left, by how densely the deals have stood so far, or on the last page; 0 where that can't be told.</summary>
    /// <param name="state">Where the reading stands.</param>
    /// <param name="highest">The greatest id there seems to be.</param>
    internal static double PagesLeft(ReadingState state, long? highest)
    {
        if (state is not { IsDone: false, Pages: > 0, Position: { } position, Begin: { } begin } || position <= begin)
        {
            return 0;
        }

        var end = state.Until ?? highest + 1 ?? position;
        var usual = (double)(position - begin) / state.Pages;
        // Deals stand in heaps. Where they stand densely now, there may be many more of them than the way so far suggests.
        return end <= position ? 0 : (end - position) / (state.LastSpan is > 0 and var last ? Math.Min(usual, last) : usual);
    }

    /// <summary>Ids to cut at, ascending and evenly apart; none where the pieces would be too small.</summary>
    /// <param name="state">Where the reading stands.</param>
    /// <param name="highest">The greatest id there seems to be.</param>
    /// <param name="pieces">How many readers there may be for it, itself included.</param>
    /// <param name="leastPages">Pages that a piece must be worth.</param>
    internal static IReadOnlyList<long> Cuts(ReadingState state, long? highest, int pieces, double leastPages)
    {
        pieces = (int)Math.Min(pieces, PagesLeft(state, highest) / leastPages);
        if (pieces < 2 || state.Position is not { } position)
        {
            return [];
        }

        var end = state.Until ?? highest!.Value + 1;
        var width = (end - position) / pieces;
        return width < 1 ? [] : [.. Enumerable.Range(1, pieces - 1).Select(piece => position + (piece * width))];
    }
}
