using HubSpotDeals.Sandbox.Faults;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>What faults make of pages and their cursors.</summary>
static class PageFaults
{
    /// <summary>How many records a page of a list shall have.</summary>
    public static int Wanted(FaultKind? fault, int limit) => fault switch
    {
        FaultKind.EmptyPage => 0,
        FaultKind.ShortPage => limit / 2,
        _ => limit,
    };

    /// <summary>The cursor that a page of a list ends with: an id from which the next begins.</summary>
    /// <param name="fault">Null: the right one.</param>
    /// <param name="page">What is on the page.</param>
    /// <param name="idOf">The id of a record.</param>
    /// <param name="following">The id of the first record that is not on the page.</param>
    /// <param name="asked">The cursor that the page was asked for with.</param>
    public static long CursorAfter<T>(FaultKind? fault, List<T> page, Func<T, long> idOf, long following, long asked) => fault switch
    {
        FaultKind.RepeatCursor => asked > 0 ? asked : idOf(page[0]),
        FaultKind.DuplicateDeal => idOf(page[^1]),
        _ => page.Count == 0 ? following : idOf(page[^1]) + 1,
    };

    /// <summary>Applies the fault to a page of search results; returns the offset of the next.</summary>
    public static int Spoil<T>(FaultKind? fault, List<T> page, int offset)
    {
        var next = offset + page.Count;
        switch (fault)
        {
            case FaultKind.ShortPage:
                page.RemoveRange(page.Count / 2, page.Count - (page.Count / 2));
                return offset + page.Count;
            case FaultKind.EmptyPage:
                page.Clear();
                return offset;
            case FaultKind.RepeatCursor:
                return offset;
            case FaultKind.DuplicateDeal when page.Count > 0:
                return next - 1;
            case FaultKind.OutOfOrder:
                page.Reverse();
                return next;
            default:
                return next;
        }
    }
}
