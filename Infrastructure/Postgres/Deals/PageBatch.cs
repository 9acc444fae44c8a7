using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>The deals of one or more consecutive pages, and the checkpoint that they are stored with. Used again and again.</summary>
public sealed class PageBatch : IDisposable
{
    /// <summary>The rows, in COPY's binary format.</summary>
    public CopyBuffer Rows { get; } = new();

    /// <summary>The deals that can't be rows.</summary>
    public IList<FailedDeal> Failed { get; } = new List<FailedDeal>();

    /// <summary>The segment's state once the batch is stored.</summary>
    public Checkpoint Checkpoint { get; set; } = Empty;

    /// <summary>Nothing is in it, not even a page without deals.</summary>
    public bool IsEmpty => Checkpoint.Pages == 0;

    static Checkpoint Empty { get; } = new(Cursor: null, LastId: null, Pages: 0, Done: false);

    /// <summary>Makes it ready for other pages.</summary>
    public void Clear()
    {
        Rows.Clear();
        Failed.Clear();
        Checkpoint = Empty;
    }

    /// <inheritdoc/>
    public void Dispose() => Rows.Dispose();
}
