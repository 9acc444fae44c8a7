using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>A part of a scan that is read as one chain of pages, as far as it has been stored.</summary>
/// <param name="Number">Its number in the scan, from 0.</param>
/// <param name="Source">Where its pages come from.</param>
/// <param name="Cursor">Where the next page begins; null: at the beginning.</param>
/// <param name="FromId">The first id that it may hold; null: from the beginning.</param>
/// <param name="UntilId">The first id that is another segment's; null: it goes to the end.</param>
/// <param name="IsWhole">One chain from the beginning to the end, never to be split.</param>
public sealed record Segment(int Number, SegmentSource Source, string? Cursor, long? FromId, long? UntilId, bool IsWhole)
{
    /// <summary>The scan's segments that are not done, in the order of their numbers.</summary>
    public static async Task<IReadOnlyList<Segment>> ReadOpenAsync(NpgsqlDataSource database, Guid scan, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            "select segment, source, cursor, from_id, until_id, whole from hubspot_deals.scan_segments where scan = @scan and not done order by segment",
            new { scan },
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.ToSegment())];
    }

    /// <summary>
    /// Gives the ids behind each cut to a segment of their own. The rows of a segment that has read further by then are merged when they
    /// come again, so that nothing depends on when it hears of it.
    /// </summary>
    /// <param name="database">Where the scan is.</param>
    /// <param name="lease">The caller's right to do it.</param>
    /// <param name="cuts">Ascending ids within the segment, each the first of a new one, with the cursor that begins there.</param>
    /// <param name="cancellationToken">Ends the attempt; whether it was done is then unknown.</param>
    /// <returns>The new segments; none if this one is done.</returns>
    /// <exception cref="LeaseLostException">The scan is no longer this worker's.</exception>
    public async Task<IReadOnlyList<Segment>> SplitAsync(
        NpgsqlDataSource database, ScanLease lease, IReadOnlyList<(long Id, string Cursor)> cuts, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await lease.ConfirmAsync(connection, transaction, cancellationToken);
        var ends = cuts.Select(cut => (long?)cut.Id).Skip(1).Append(UntilId).ToArray();
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            """
            with shortened as (
                update hubspot_deals.scan_segments set until_id = @First where scan = @Scan and segment = @Number and not done returning source)
            insert into hubspot_deals.scan_segments (scan, segment, source, cursor, from_id, until_id)
            select @Scan, (select max(segment) from hubspot_deals.scan_segments where scan = @Scan) + piece.n, source, piece.cursor, piece.from_id, piece.until_id
              from shortened, unnest(@Cursors, @Ids, @Ends) with ordinality as piece (cursor, from_id, until_id, n)
            returning segment, source, cursor, from_id, until_id, whole
            """,
            new
            {
                First = cuts[0].Id,
                lease.Scan,
                Number,
                Cursors = cuts.Select(cut => cut.Cursor).ToArray(),
                Ids = cuts.Select(cut => cut.Id).ToArray(),
                Ends = ends,
            },
            transaction,
            cancellationToken: cancellationToken));
        IReadOnlyList<Segment> pieces = [.. rows.Select(row => row.ToSegment())];
        if (pieces.Count > 0)
        {
            await ScanEvent.LogAsync(connection, transaction, lease.Scan, "split", $$"""{"segments":{{pieces.Count}}}""", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return pieces;
    }

    /// <summary>
    /// Has everything that segments of a source were to read read as one chain of the list endpoint, from its beginning; what they have
    /// stored stays, and is merged. The list is live, so that a closing look behind it has nothing to look for.
    /// </summary>
    /// <param name="database">Where the scan is.</param>
    /// <param name="lease">The caller's right to do it.</param>
    /// <param name="source">The segments' source; the archive stays the archive.</param>
    /// <param name="why">What showed that reading in parts does not hold, for the scan's log.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="LeaseLostException">The scan is no longer this worker's.</exception>
    public static async Task ReadAsOneChainAsync(NpgsqlDataSource database, ScanLease lease, SegmentSource source, string why, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await lease.UpdateAsync(connection, transaction, "retries = retries + 1, last_trouble = @why", new { why }, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            with first as (select min(segment) as segment from hubspot_deals.scan_segments where scan = @Scan and source = @Source)
            update hubspot_deals.scan_segments s
               set source = @Chain, whole = true, done = s.segment <> first.segment, updated_at = clock_timestamp(),
                   cursor = null, from_id = null, until_id = null
              from first
             where s.scan = @Scan and s.source = @Source;
            update hubspot_deals.scan_segments set done = true where @Source in ('search', 'closing') and scan = @Scan and source = 'closing';
            """,
            new
            {
                lease.Scan,
                Source = source.Text(),
                Chain = (source == SegmentSource.Archived ? source : SegmentSource.List).Text(),
            },
            transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// What the scan has found out of HubSpot's list: it can be read from any id on (it was read so), or not (it was tried); null: nobody has
    /// asked.
    /// </summary>
    public static async Task<bool?> KnowsToJumpAsync(NpgsqlDataSource database, Guid scan, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool?>(new CommandDefinition(
            """
            select case when bool_or(whole) then false when bool_or(source = 'list' and from_id is not null) then true end
              from hubspot_deals.scan_segments where scan = @scan
            """,
            new { scan },
            cancellationToken: cancellationToken));
    }

    sealed record Row
    {
        public required int Segment { get; init; }

        public required string Source { get; init; }

        public string? Cursor { get; init; }

        public long? FromId { get; init; }

        public long? UntilId { get; init; }

        public bool Whole { get; init; }

        public Segment ToSegment() => new(Segment, Enum.Parse<SegmentSource>(Source, ignoreCase: true), Cursor, FromId, UntilId, Whole);
    }
}

/// <summary>How far a segment has come with the rows it is stored with.</summary>
/// <param name="Segment">The segment's number.</param>
/// <param name="Cursor">Where the next page begins.</param>
/// <param name="LastId">The last deal among the rows; null: there was none.</param>
/// <param name="Pages">Pages that the rows came from.</param>
/// <param name="Deals">Deals that are new.</param>
/// <param name="Failed">Deals that could not be rows.</param>
/// <param name="Done">There is no next page.</param>
public sealed record Checkpoint(int Segment, string? Cursor, long? LastId, long Pages, long Deals, long Failed, bool Done)
{
    /// <summary>The checkpoint of a segment's pages.</summary>
    /// <param name="pages">At least one, in their order.</param>
    /// <param name="deals">Deals of theirs that are new.</param>
    /// <param name="failed">Deals of theirs that could not be rows.</param>
    internal static Checkpoint Of(IReadOnlyCollection<BatchPart> pages, long deals, long failed)
    {
        var last = pages.Last();
        return new Checkpoint(
            last.Segment, last.Cursor, pages.Select(page => page.LastId).LastOrDefault(id => id is not null), pages.Count, deals, failed, last.Done);
    }
}
