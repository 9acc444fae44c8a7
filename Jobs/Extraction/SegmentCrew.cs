using System.Threading.Channels;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>
/// Reads segments of one source side by side, as many at a time as <see cref="InFlight"/> says, and cuts the longest where there are
/// fewer; but only after HubSpot's cursors have been seen to do what that takes.
/// </summary>
/// <param name="database">Where the scan is.</param>
/// <param name="lease">The right to cut.</param>
/// <param name="source">Reads the pages.</param>
/// <param name="segments">What is to be read, at least one.</param>
/// <param name="expected">How many deals there seem to be in all; null: nobody knows.</param>
/// <param name="highest">The greatest id there seems to be; null: it has to be asked for.</param>
/// <param name="inFlight">How many requests there are to be.</param>
/// <param name="clock">Measures waits.</param>
sealed class SegmentCrew(
    NpgsqlDataSource database, ScanLease lease, DealSource source, IReadOnlyList<Segment> segments, long? expected, long? highest,
    InFlight inFlight, TimeProvider clock)
{
    /// <summary>A piece is worth its first request, and the transaction that makes it, only if it keeps a reader at work for a while.</summary>
    static readonly TimeSpan LeastWork = TimeSpan.FromMilliseconds(30);

    const int FewestPages = 1;
    const int MostPages = 16;

    /// <summary>Pages that are read before it could be worth it.</summary>
    const int SmallPortal = 4;

    readonly List<(SegmentReader Reader, Task Reading)> _readers = [];
    readonly Queue<Segment> _waiting = new(segments);
    readonly Channel<bool> _turned = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    bool? _mayCut = expected <= SmallPortal * source.PageSize ? false : null;
    long? _highest = highest;

    /// <summary>Reads until every segment is done.</summary>
    /// <param name="pages">Takes the pages, of each segment in their order.</param>
    /// <param name="stop">Ends the reading; the pages that were read are handed over.</param>
    /// <param name="abort">Ends everything.</param>
    /// <exception cref="UnprovenCursorException">The segments have to be read as one chain.</exception>
    internal async Task ReadAsync(ChannelWriter<SourcePage> pages, CancellationToken stop, CancellationToken abort)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        try
        {
            while (true)
            {
                await DismissAsync();
                StartWaiting(pages, ending.Token, abort);
                if (_readers.Count == 0)
                {
                    return;
                }

                if (_readers.Count < inFlight.Target)
                {
                    await CutAsync(ending.Token);
                    StartWaiting(pages, ending.Token, abort);
                }

                await _turned.Reader.ReadAsync(ending.Token);
            }
        }
        finally
        {
            // The first failure ends all of them; what each has read, it still hands over.
            await ending.CancelAsync();
            await Task.WhenAll(_readers.Select(reader => reader.Reading)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Lets go of readers that are done; a failure of one is thrown.</summary>
    async Task DismissAsync()
    {
        for (var i = _readers.Count - 1; i >= 0; i--)
        {
            if (_readers[i].Reading.IsCompleted)
            {
                await _readers[i].Reading;
                _readers.RemoveAt(i);
            }
        }
    }

    void StartWaiting(ChannelWriter<SourcePage> pages, CancellationToken stop, CancellationToken abort)
    {
        while (_readers.Count < inFlight.Target && _waiting.TryDequeue(out var segment))
        {
            var reader = new SegmentReader(segment, source, inFlight, clock);
            var reading = reader.ReadAsync(pages, Turn, stop, abort);
            _readers.Add((reader, reading));
            // Behind its end, not at it: whoever looked a moment before would find it still reading, and wait for ever.
            _ = reading.ContinueWith(_ => Turn(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Something has changed: have another look.</summary>
    void Turn() => _turned.Writer.TryWrite(true);

    /// <summary>Cuts the segment that has most left, if that is enough.</summary>
    async Task CutAsync(CancellationToken stop)
    {
        if (_mayCut == false || Longest() is not { } longest)
        {
            return;
        }

        _highest ??= await source.FindHighestIdAsync(longest.Segment.Source, stop) ?? 0;
        var pieces = inFlight.Target - _readers.Count + 1;
        var leastPages = Math.Clamp(LeastWork / (inFlight.PerRequest ?? LeastWork), FewestPages, MostPages);
        if (RangeSplit.Cuts(longest.State, _highest, pieces, leastPages) is not { Count: > 0 }
            || !(_mayCut ??= await MayCutAsync(longest, stop)))
        {
            return;
        }

        // The reading has gone on meanwhile.
        var state = longest.State;
        if (RangeSplit.Cuts(state, _highest, pieces, leastPages) is { Count: > 0 } cuts)
        {
            var parts = await (longest.Segment with { UntilId = state.Until }).SplitAsync(
                database, lease, [.. cuts.Select(id => (id, DealSource.CursorAt(longest.Segment.Source, id)))], stop);
            if (parts.Count > 0)
            {
                longest.EndAt(cuts[0]);
                foreach (var part in parts)
                {
                    _waiting.Enqueue(part);
                }
            }
        }
    }

    SegmentReader? Longest() => _readers
        .Select(reader => reader.Reader)
        .Where(reader => !reader.Segment.IsWhole && reader.State is { IsDone: false, Pages: > 0, Position: not null })
        .MaxBy(reader => RangeSplit.PagesLeft(reader.State, _highest));

    async Task<bool> MayCutAsync(SegmentReader reader, CancellationToken stop)
    {
        var state = reader.State;
        return reader.Segment.Source switch
        {
            // What changes in the moments of a scan is not worth it.
            SegmentSource.Closing => false,
            // As long as all ids have as many digits, it is the same whether HubSpot compares them as numbers or as text.
            SegmentSource.Search => Digits(state.Begin ?? state.Position) == Digits(_highest),
            var list => await source.Proof.HoldsAsync(list == SegmentSource.Archived, reader.FirstPage.Ids, reader.FirstPage.Next, stop),
        };

        static int Digits(long? id) => id is null ? 0 : FormattableString.Invariant($"{id}").Length;
    }
}
