using System.Threading.Channels;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Reads one segment, a page after the other, and knows how far it is. Another may shorten it meanwhile.</summary>
sealed class SegmentReader(Segment segment, DealSource source, InFlight inFlight, TimeProvider clock)
{
    readonly Lock _gate = new();
    IReadOnlyList<long> _firstIds = [];
    string? _firstNext;
    long? _lastSpan;
    long? _until = segment.UntilId;
    long? _position = DealSource.PositionOf(segment.Source, segment.Cursor);
    long _pages;
    bool _done;

    internal Segment Segment => segment;

    /// <summary>Where it stands.</summary>
    internal ReadingState State
    {
        get
        {
            lock (_gate)
            {
                return new ReadingState(_firstIds.Count > 0 ? _firstIds[0] : null, _position, _until, _lastSpan, _pages, _done);
            }
        }
    }

    /// <summary>The ids of the first page that had any, and HubSpot's cursor behind it.</summary>
    internal (IReadOnlyList<long> Ids, string? Next) FirstPage
    {
        get
        {
            lock (_gate)
            {
                return (_firstIds, _firstNext);
            }
        }
    }

    /// <summary>From here on another segment has what begins at the id.</summary>
    internal void EndAt(long id)
    {
        lock (_gate)
        {
            _until = id;
        }
    }

    /// <summary>Reads to the end of the segment.</summary>
    /// <param name="pages">Takes the pages.</param>
    /// <param name="turned">Called when a page was handed over.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <param name="abort">Ends everything: a page that was read is wanted only until then.</param>
    internal async Task ReadAsync(ChannelWriter<SourcePage> pages, Action turned, CancellationToken stop, CancellationToken abort)
    {
        var place = new Place(segment.Cursor);
        while (true)
        {
            long? until;
            lock (_gate)
            {
                until = _until;
            }

            var page = await source.ReadAsync(segment, place, until, stop);
            place = page.Next;
            var done = page.Done;
            // How densely the deals stand is counted from the first one: up to it, nobody knows how far nothing is.
            var firstIds = _firstIds.Count == 0 ? DealIds.In(page.Page.Body.Span) : _firstIds;
            lock (_gate)
            {
                if (_firstIds.Count == 0)
                {
                    (_firstIds, _firstNext) = (firstIds, page.Page.After);
                }

                var before = _pages == 0 && firstIds.Count > 0 ? firstIds[0] : _position;
                _position = DealSource.PositionOf(segment.Source, place.Cursor) ?? _position;
                _lastSpan = _position - before;
                _done = done;
                _pages++;
            }

            await HandOverAsync(page, pages, abort);
            turned();
            if (done)
            {
                return;
            }
        }
    }

    /// <summary>A page that has been read is wanted, stop or no stop: the parser makes room for it soon.</summary>
    async Task HandOverAsync(SourcePage page, ChannelWriter<SourcePage> pages, CancellationToken abort)
    {
        var started = clock.GetTimestamp();
        try
        {
            if (!pages.TryWrite(page))
            {
                await pages.WriteAsync(page, abort);
            }
        }
        catch
        {
            page.Dispose();
            throw;
        }

        inFlight.Waited(clock.GetElapsedTime(started));
    }
}

/// <summary>Where the reading of a segment stands.</summary>
/// <param name="Begin">The first id that this run of it has met; null: none yet.</param>
/// <param name="Position">The first id that it has not come to.</param>
/// <param name="Until">The first id that is another's.</param>
/// <param name="LastSpan">The ids that the last page covered, deals or not; null: not known.</param>
/// <param name="Pages">Pages read in this run.</param>
/// <param name="IsDone">It has been read to its end.</param>
sealed record ReadingState(long? Begin, long? Position, long? Until, long? LastSpan, long Pages, bool IsDone);
