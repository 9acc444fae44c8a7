using HubSpotDeals.Infrastructure.HubSpot;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>A page of a segment, and where the segment goes on behind it.</summary>
/// <param name="Segment">The segment's number.</param>
/// <param name="Page">The page; whoever takes it from the channel disposes of it.</param>
/// <param name="Next">Where the segment goes on.</param>
/// <param name="Until">The first id that is another segment's; null: all that is in the page is this one's.</param>
/// <param name="IsOrdered">Its ids must ascend: what was split relies on it.</param>
/// <param name="Done">It is the segment's last.</param>
sealed record SourcePage(int Segment, DealPage Page, Place Next, long? Until, bool IsOrdered, bool Done) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Page.Dispose();
}

/// <summary>Where a chain of pages stands.</summary>
/// <param name="Cursor">What is stored: HubSpot's cursor, or the last id of a search; null: at the beginning.</param>
/// <param name="After">How far into one search's results it is: only behind an empty page that was not the last.</param>
sealed record Place(string? Cursor, string? After = null);
