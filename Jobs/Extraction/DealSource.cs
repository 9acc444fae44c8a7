using System.Globalization;
using System.Runtime.CompilerServices;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Deals;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Reads a segment's pages, one after the other: each page says where the next begins.</summary>
/// <param name="hubSpot">HubSpot.</param>
/// <param name="token">Its access token.</param>
/// <param name="call">How it is called.</param>
/// <param name="plan">What is asked for.</param>
/// <param name="changedSince">What the closing look looks for: deals that were changed at this instant or since.</param>
sealed class DealSource(HubSpotClient hubSpot, AccessToken token, CallOptions call, ScanPlan plan, DateTimeOffset changedSince)
{
    static readonly SearchSort ById = new("hs_object_id");

    /// <summary>The pages from a cursor on; the last one says that it is done.</summary>
    /// <exception cref="HubSpotException">A page could not be had, or leads nowhere.</exception>
    /// <exception cref="UnorderedSearchException">A search does not give what it was asked for in the order that it was asked for.</exception>
    internal IAsyncEnumerable<SourcePage> ReadAsync(SegmentSource source, string? cursor, CancellationToken cancellationToken) =>
        source switch
        {
            SegmentSource.Search => SearchAsync(plan.Filter.ForSearch(), cursor, cancellationToken),
            SegmentSource.Closing => SearchAsync(plan.Filter.ForSearch(changedSince), cursor, cancellationToken),
            _ => ListAsync(cursor, archived: source == SegmentSource.Archived, cancellationToken),
        };

    async IAsyncEnumerable<SourcePage> ListAsync(
        string? cursor, bool archived, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await hubSpot.ListDealsAsync(
                token,
                new DealListRequest { Properties = plan.Requested, Limit = plan.BatchSize, After = cursor, Archived = archived },
                call,
                cancellationToken);
            if (page.After is { } next && GoesBack(cursor, next))
            {
                page.Dispose();
                throw new HubSpotException(HubSpotErrorKind.Malformed, $"HubSpot's cursor went back from {cursor} to {next}");
            }

            cursor = page.After;
            yield return new SourcePage(page, cursor, Done: cursor is null);
            if (cursor is null)
            {
                yield break;
            }
        }
    }

    /// <summary>
    /// By ascending id, each page a search of its own behind the last id: never deep into one search's results, which end at 10,000, and
    /// which shift while deals change. So the cursor is the last id read.
    /// </summary>
    async IAsyncEnumerable<SourcePage> SearchAsync(
        IReadOnlyList<SearchFilter> filters, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        while (true)
        {
            var page = await hubSpot.SearchDealsAsync(
                token,
                new DealSearchRequest
                {
                    Filters = cursor is null ? filters : [.. filters, SearchFilter.GreaterThan("hs_object_id", cursor)],
                    Sort = ById,
                    Properties = plan.Requested,
                    Limit = plan.BatchSize,
                    After = after,
                },
                call,
                cancellationToken);
            long? last;
            try
            {
                last = PageIds.LastAscending(page.Body.Span, cursor is null ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture));
            }
            catch
            {
                page.Dispose();
                throw;
            }

            // A page may be empty and yet not the last: only then its own cursor is followed.
            after = last is null ? page.After : null;
            cursor = last?.ToString(CultureInfo.InvariantCulture) ?? cursor;
            var done = page.After is null;
            yield return new SourcePage(page, cursor, done);
            if (done)
            {
                yield break;
            }
        }
    }

    // HubSpot's list cursors are ids so far; should they become something else, only the client's own check is left.
    static bool GoesBack(string? cursor, string next) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
        && long.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var to)
        && to <= from;
}
