using HubSpotDeals.Infrastructure.HubSpot;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>A page of a segment, and where the segment goes on behind it.</summary>
/// <param name="Page">The page; whoever takes it from the channel disposes of it.</param>
/// <param name="Next">The cursor to store with it.</param>
/// <param name="Done">It is the segment's last.</param>
sealed record SourcePage(DealPage Page, string? Next, bool Done) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Page.Dispose();
}
