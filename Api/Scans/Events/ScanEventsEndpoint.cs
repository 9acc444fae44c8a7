using System.Globalization;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Scans.Events;

/// <summary>A scan as it happens: <c>GET /api/v1/scan/{scan_id}/events</c>, as server-sent events.</summary>
static class ScanEventsEndpoint
{
    const string LastEventId = "Last-Event-ID";

    /// <summary>Maps it into the group of scans.</summary>
    internal static void MapEvents(this IEndpointRouteBuilder scans) => scans.MapGet("/{scan_id}/events", WatchAsync)
        .WithName("watchScan")
        .WithSummary("Watch Extraction")
        .WithDescription(
            "Server-sent events: first everything that has happened to the scan (after the event that Last-Event-ID names), then what happens, as it "
            + "happens. Events state, planned, retries, split and verified have ids and are never missed by a client that comes back with the last "
            + "one; progress, at most once a second, has none, and its data is what the status endpoint answers. After the end of a completed scan "
            + "the stream ends, and a client that comes back is answered 204, which tells it to stay away; removed is the last event of a scan that "
            + "was removed.")
        .AnswersFile("The stream of events", "text/event-stream")
        .Refuses(ApiError.ScanNotFound, ApiError.ValidationError);

    static async Task<IResult> WatchAsync(
        RouteScanId scanId, HttpRequest request, ScanStore store, ScanFeed feed, CancellationToken cancellationToken)
    {
        var after = ReadLastEventId(request);
        if (await store.FindAsync(scanId.Value, cancellationToken) is not { } scan)
        {
            return UnknownScan.Answer(scanId);
        }

        // A number that this scan has not come to is of another scan, which had its id before.
        var seen = after is { } number && number <= scan.LastEvent ? number : 0;
        return after is not null && seen == scan.LastEvent && scan.Status == ScanStatus.Completed
            ? TypedResults.NoContent()
            : TypedResults.ServerSentEvents(feed.WatchAsync(scan, seen, cancellationToken));
    }

    /// <summary>Null: the client has seen none.</summary>
    static long? ReadLastEventId(HttpRequest request)
    {
        // An empty one is what a client sends that has been given none.
        if (request.Headers[LastEventId].ToString() is not { Length: > 0 } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ApiException(ApiError.ValidationError, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [LastEventId] = "Must be the id of an event of this scan; leave it out to begin with the first",
            });
    }
}
