namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>
/// A page of deals as HubSpot sent it: a whole JSON document in a pooled buffer, not yet parsed, and what is needed to go on.
/// The buffer goes back to the pool on <see cref="Dispose"/>; whoever holds the page disposes of it once.
/// </summary>
public sealed class DealPage : IDisposable
{
    readonly PooledBody _body;

    internal DealPage(PooledBody body, PageMarks marks, DateTimeOffset receivedAt)
    {
        _body = body;
        After = marks.After;
        Total = marks.Total;
        ReceivedAt = receivedAt;
    }

    /// <summary>The document, UTF-8. Gone after <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The page has been disposed of.</exception>
    public ReadOnlyMemory<byte> Body => _body.Memory;

    /// <summary>
    /// The cursor of the next page; null on the last. Only its absence ends a chain: a page may be short or empty and still have one.
    /// </summary>
    public string? After { get; }

    /// <summary>How many deals match, as search says; null from the list endpoint.</summary>
    public long? Total { get; }

    /// <summary>When the last byte had come.</summary>
    public DateTimeOffset ReceivedAt { get; }

    public void Dispose() => _body.Dispose();
}
