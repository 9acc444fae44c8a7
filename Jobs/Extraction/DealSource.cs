using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Reads pages of segments: each page says where the next begins.</summary>
/// <param name="hubSpot">HubSpot.</param>
/// <param name="token">Its access token.</param>
/// <param name="call">How it is called.</param>
/// <param name="plan">What is asked for.</param>
/// <param name="changedSince">What the closing look looks for: deals that were changed at this instant or since.</param>
sealed class DealSource(HubSpotClient hubSpot, AccessToken token, CallOptions call, ScanPlan plan, DateTimeOffset changedSince)
{
    const string Id = "hs_object_id";

    static readonly SearchSort ById = new(Id);

    readonly DealBodies _bodies = new(hubSpot, token, call, plan);

    /// <summary>What has to hold before segments are split.</summary>
    internal CursorProof Proof { get; } = new(hubSpot, token, call);

    /// <summary>Deals per page, at most.</summary>
    internal int PageSize => plan.BatchSize;

    /// <summary>One page.</summary>
    /// <param name="segment">The segment that it is of.</param>
    /// <param name="place">Where it begins.</param>
    /// <param name="until">The first id that is another segment's; null: there is none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="HubSpotException">The page could not be had, or leads nowhere.</exception>
    /// <exception cref="UnprovenCursorException">It is not what it was asked to be, so that going on would pass over deals.</exception>
    internal Task<SourcePage> ReadAsync(Segment segment, Place place, long? until, CancellationToken cancellationToken) => segment.Source switch
    {
        SegmentSource.Search => SearchAsync(segment, plan.Filter.ForSearch(), place, until, cancellationToken),
        SegmentSource.Closing => SearchAsync(segment, plan.Filter.ForSearch(changedSince), place, until, cancellationToken),
        _ => ListAsync(segment, place, until, cancellationToken),
    };

    /// <summary>
    /// The greatest id among the deals that the scan wants, as far as HubSpot's search knows: a hint at where the ids end, no more.
    /// </summary>
    /// <returns>Null: there are none, or the search is out of order.</returns>
    internal async Task<long?> FindHighestIdAsync(SegmentSource source, CancellationToken cancellationToken)
    {
        try
        {
            return (await hubSpot.CountDealsAsync(token, source == SegmentSource.Search ? plan.Filter.ForSearch() : [], call, cancellationToken)).HighestId;
        }
        catch (HubSpotException)
        {
            return null; // it only makes the scan faster: if HubSpot is in earnest, the next page will say so
        }
    }

    /// <summary>The cursor that begins at an id.</summary>
    internal static string CursorAt(SegmentSource source, long id) =>
        DealIds.Text(source is SegmentSource.Search or SegmentSource.Closing ? id - 1 : id);

    /// <summary>The first id that a chain has not come to yet; null where its cursor does not tell.</summary>
    internal static long? PositionOf(SegmentSource source, string? cursor) => DealIds.Parse(cursor) switch
    {
        null => null,
        var last when source is SegmentSource.Search or SegmentSource.Closing => last + 1,
        var next => next,
    };

    async Task<SourcePage> ListAsync(Segment segment, Place place, long? until, CancellationToken cancellationToken)
    {
        var archived = segment.Source == SegmentSource.Archived;
        var (page, next, isOrdered) = await _bodies.ReadPageAsync(place.Cursor, archived, cancellationToken);
        try
        {
            if (next is not null && GoesBack(place.Cursor, next))
            {
                throw new HubSpotException(HubSpotErrorKind.Malformed, $"HubSpot's cursor went back from {place.Cursor} to {next}");
            }

            if (until is not null && next is not null && DealIds.Parse(next) is null)
            {
                throw new UnprovenCursorException($"HubSpot's cursor {next} is no id");
            }

            var done = next is null || DealIds.Parse(next) >= until;
            // A chain that goes from the beginning to the end misses nothing in whatever order its pages are.
            var isPart = segment.FromId is not null || until is not null;
            return new SourcePage(segment.Number, page, new Place(done ? null : next), until, isOrdered && isPart, done);
        }
        catch
        {
            page.Dispose();
            throw;
        }
    }

    /// <summary>
    /// By ascending id, each page a search of its own behind the last id: never deep into one search's results, which end at 10,000, and
    /// which shift while deals change. So the cursor is the last id read.
    /// </summary>
    async Task<SourcePage> SearchAsync(
        Segment segment, IReadOnlyList<SearchFilter> filters, Place place, long? until, CancellationToken cancellationToken)
    {
        var last = DealIds.Parse(place.Cursor) ?? 0;
        if (last + 1 >= until)
        {
            // It had come so far before it was cut short: one more look at next to nothing ends it as pages do.
            until = last + 2;
        }

        SearchFilter[] window = (place.Cursor, until) switch
        {
            (null, null) => [],
            (_, null) => [SearchFilter.GreaterThan(Id, DealIds.Text(last))],
            // One condition, because a search takes only so many.
            _ => [SearchFilter.Between(Id, DealIds.Text(last + 1), DealIds.Text(until.Value - 1))],
        };
        var page = await hubSpot.SearchDealsAsync(
            token,
            new DealSearchRequest { Filters = [.. filters, .. window], Sort = ById, Properties = plan.Requested, Limit = plan.BatchSize, After = place.After },
            call,
            cancellationToken);
        try
        {
            var read = PageIds.LastAscending(page.Body.Span, last, until);
            // The page may have ended the window exactly; the next search would be of nothing, which HubSpot refuses.
            var done = page.After is null || read + 1 >= until;
            // A page may be empty and yet not the last: only then its own cursor is followed.
            var next = new Place(read is null ? place.Cursor : DealIds.Text(read.Value), read is null ? page.After : null);
            return new SourcePage(segment.Number, page, next, until, IsOrdered: false, done);
        }
        catch
        {
            page.Dispose();
            throw;
        }
    }

    // HubSpot's list cursors are ids so far; should they become something else, only the client's own check is left.
    static bool GoesBack(string? cursor, string next) => DealIds.Parse(cursor) is { } from && DealIds.Parse(next) is { } to && to <= from;
}
