using System.Threading.Channels;
using HubSpotDeals.Infrastructure.Postgres.Deals;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Carries segments from HubSpot into PostgreSQL: read → parse → write, each ahead of the next by a few pages and no more.</summary>
/// <remarks>
/// The segments are read side by side; their pages meet in one channel, so that a transaction is full however slowly each comes.
/// What was read before a failure, or before a stop, is still stored: a stage that ends passes its reason on behind the work that it
/// has handed over. Only a failure to store turns around and stops the reading.
/// </remarks>
sealed class ScanPipeline(SegmentCrew crew, DealPageParser parser, DealWriter writer, RunMeter meter, TimeProvider clock)
{
    /// <summary>Pages read ahead: enough to hide a commit, too few to matter for memory.</summary>
    const int PagesAhead = 4;

    /// <summary>Batches in use: one being filled, one waiting, one being stored.</summary>
    const int Batches = 3;

    /// <summary>
    /// A batch this large is stored at once. Half of it costs PostgreSQL a third more per deal, for a commit waits for the disk;
    /// larger ones hold more memory, and lose more when they are refused.
    /// </summary>
    const int FullRows = 2_000;
    const int FullBytes = 4 << 20;

    /// <summary>A page is not held back longer than this for others to join its transaction.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    readonly Channel<SourcePage> _pages = Channel.CreateBounded<SourcePage>(new BoundedChannelOptions(PagesAhead) { SingleReader = true });
    readonly Channel<PageBatch> _full = Channel.CreateBounded<PageBatch>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
    readonly Channel<PageBatch> _free = Channel.CreateBounded<PageBatch>(Batches);

    /// <summary>Runs until the segments are done, or until something ends it.</summary>
    /// <param name="stop">Ends the reading; what was read is stored.</param>
    /// <param name="abort">Ends everything at once: nothing more would be accepted.</param>
    internal async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        var batches = Enumerable.Range(0, Batches).Select(_ => new PageBatch()).ToList();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(abort);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stop, failed.Token);
        try
        {
            batches.ForEach(batch => _free.Writer.TryWrite(batch));
            var read = ReadAsync(reading.Token, failed.Token);
            var parse = ParseAsync(failed.Token);
            try
            {
                // Ends with the first reason there was: whatever stage it came from, it has been passed on to here.
                await WriteAsync(failed.Token);
            }
            finally
            {
                await failed.CancelAsync();
                await read;
                await parse;
            }
        }
        finally
        {
            while (_pages.Reader.TryRead(out var page))
            {
                page.Dispose();
            }

            batches.ForEach(batch => batch.Dispose());
        }
    }

    async Task ReadAsync(CancellationToken stop, CancellationToken abort)
    {
        Exception? reason = null;
        try
        {
            await crew.ReadAsync(_pages.Writer, stop, abort);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was read goes on; the segments are just not done.
        }
#pragma warning disable CA1031 // not swallowed: whatever ended the reading ends the pipeline, behind the pages that were read
        catch (Exception failure)
#pragma warning restore CA1031
        {
            reason = failure;
        }

        _pages.Writer.Complete(reason);
    }

    async Task ParseAsync(CancellationToken abort)
    {
        Exception? reason = null;
        try
        {
            await FillBatchesAsync(abort);
        }
#pragma warning disable CA1031 // not swallowed: passed on to the writer, behind the batches that were filled
        catch (Exception failure)
#pragma warning restore CA1031
        {
            reason = failure;
        }

        _full.Writer.Complete(reason);
    }

    async Task FillBatchesAsync(CancellationToken abort)
    {
        PageBatch? batch = null;
        long begun = 0;
        try
        {
            var more = _pages.Reader.WaitToReadAsync(abort).AsTask();
            while (true)
            {
                if (batch is not null && !more.IsCompleted && !await ComesInTimeAsync(more, clock.GetElapsedTime(begun), abort))
                {
                    await HandOverAsync();
                    continue;
                }

                if (!await more)
                {
                    return;
                }

                while (_pages.Reader.TryRead(out var page))
                {
                    using (page)
                    {
                        if (batch is null)
                        {
                            batch = await _free.Reader.ReadAsync(abort);
                            begun = clock.GetTimestamp();
                        }

                        Add(page, batch);
                    }

                    if (batch.Rows.Rows >= FullRows || batch.Rows.Written.Length >= FullBytes)
                    {
                        await HandOverAsync();
                    }
                }

                more = _pages.Reader.WaitToReadAsync(abort).AsTask();
            }
        }
        finally
        {
            // Also when the reading failed: the pages before the failure are stored.
            if (batch is { IsEmpty: false } && !abort.IsCancellationRequested)
            {
                await HandOverAsync();
            }
        }

        async Task HandOverAsync()
        {
            await _full.Writer.WriteAsync(batch, abort);
            batch = null;
        }
    }

    /// <summary>Adds the page to the batch, whole or not at all.</summary>
    void Add(SourcePage page, PageBatch batch)
    {
        var rows = parser.Parse(page.Page.Body.Span, page.Page.ReceivedAt, batch.Rows, batch.Failed, page.Until, page.IsOrdered);
        batch.EndPage(page.Segment, page.Next.Cursor, rows.LastId, page.Done);
    }

    async Task WriteAsync(CancellationToken abort)
    {
        await foreach (var batch in _full.Reader.ReadAllAsync(abort))
        {
            meter.Stored(await writer.StoreAsync(batch, abort));
            batch.Clear();
            _free.Writer.TryWrite(batch);
        }
    }

    async Task<bool> ComesInTimeAsync(Task next, TimeSpan waited, CancellationToken abort)
    {
        if (waited >= LongestWait)
        {
            return false;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(abort);
        var first = await Task.WhenAny(next, Task.Delay(LongestWait - waited, clock, enough.Token));
        await enough.CancelAsync();
        return first == next;
    }
}
