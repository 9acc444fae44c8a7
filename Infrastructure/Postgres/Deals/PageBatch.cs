using System.Runtime.InteropServices;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>
/// The deals of some pages, and the checkpoints that they are stored with; the pages may be of several segments. Used again and again.
/// </summary>
public sealed class PageBatch : IDisposable
{
    readonly List<BatchPart> _parts = [];

    /// <summary>The rows, in COPY's binary format.</summary>
    public CopyBuffer Rows { get; } = new();

    /// <summary>The deals that can't be rows.</summary>
    public IList<FailedDeal> Failed { get; } = new List<FailedDeal>();

    /// <summary>The pages, in the order in which they were added.</summary>
    public IReadOnlyList<BatchPart> Parts => _parts;

    /// <summary>Nothing is in it, not even a page without deals.</summary>
    public bool IsEmpty => _parts.Count == 0;

    /// <summary>Makes a page of the rows and failed deals that were added since the page before.</summary>
    /// <param name="segment">The segment that the page is of.</param>
    /// <param name="cursor">Where the segment goes on behind it.</param>
    /// <param name="lastId">The last deal among its rows; null: there was none.</param>
    /// <param name="done">The segment ends with it.</param>
    public void EndPage(int segment, string? cursor, long? lastId, bool done)
    {
        var before = _parts.Count == 0 ? default : _parts[^1];
        _parts.Add(new BatchPart(segment, before.EndRow, Rows.Rows, before.EndFailed, Failed.Count, cursor, lastId, done));
    }

    /// <summary>Makes it ready for other pages.</summary>
    public void Clear()
    {
        Rows.Clear();
        Failed.Clear();
        _parts.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Rows.Dispose();
}

/// <summary>One page in a batch.</summary>
/// <param name="Segment">The segment that it is of.</param>
/// <param name="FirstRow">Its first row in the batch.</param>
/// <param name="EndRow">The row behind its last.</param>
/// <param name="FirstFailed">Its first failed deal in the batch.</param>
/// <param name="EndFailed">The one behind its last.</param>
/// <param name="Cursor">Where the segment goes on behind it.</param>
/// <param name="LastId">The last deal among its rows; null: there was none.</param>
/// <param name="Done">The segment ends with it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BatchPart(
    int Segment, int FirstRow, int EndRow, int FirstFailed, int EndFailed, string? Cursor, long? LastId, bool Done);
