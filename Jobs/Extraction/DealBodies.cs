using System.Text.Json;
using HubSpotDeals.Infrastructure.HubSpot;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>
/// A page of the list endpoint with all the properties that are asked for, however many: where their names do not fit a URL, the list
/// tells the ids, and a batch read, whose names stand in its body, the deals.
/// </summary>
/// <remarks>
/// Two requests for a page, however many properties there are; several passes of the list with some properties each would be more, and
/// would have to be joined.
/// </remarks>
sealed class DealBodies(HubSpotClient hubSpot, AccessToken token, CallOptions call, ScanPlan plan)
{
    const int MostAttempts = 3;

    volatile bool _readsByBatch = !ScanPlan.FitsUrl(hubSpot, plan);

    /// <summary>One page.</summary>
    /// <returns>The page; where the next begins; whether its deals must stand in the order of their ids.</returns>
    internal async Task<(DealPage Page, string? Next, bool IsOrdered)> ReadPageAsync(string? after, bool archived, CancellationToken cancellationToken)
    {
        if (!_readsByBatch)
        {
            try
            {
                var page = await hubSpot.ListDealsAsync(token, Request(plan.Requested, plan.BatchSize, after, archived), call, cancellationToken);
                return (page, page.After, IsOrdered: true);
            }
            catch (HubSpotException refused) when (refused.Kind == HubSpotErrorKind.UrlTooLong)
            {
                // Something on the way takes less than HubSpot does.
                _readsByBatch = true;
            }
        }

        return await ReadByBatchAsync(after, archived, cancellationToken);
    }

    async Task<(DealPage Page, string? Next, bool IsOrdered)> ReadByBatchAsync(string? after, bool archived, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var list = await hubSpot.ListDealsAsync(token, Request(["hs_object_id"], plan.BatchSize, after, archived), call, cancellationToken);
            if (DealIds.In(list.Body.Span) is not { Count: > 0 } ids)
            {
                // An empty page, which may not be the last: it has nothing to be read.
                return (list, list.After, IsOrdered: true);
            }

            var next = list.After;
            list.Dispose();
            var page = await hubSpot.ReadDealsAsync(token, ids, plan.Requested, archived, call, cancellationToken);
            if (Unexplained(page.Body.Span, ids) is not { } lost)
            {
                return (page, next, IsOrdered: false);
            }

            // In the place of a deal that was merged away just now its survivor comes; the list knows by now. Or the answer is not whole.
            page.Dispose();
            if (attempt == MostAttempts)
            {
                throw new HubSpotException(HubSpotErrorKind.Malformed, $"HubSpot's batch read lacks deal {lost}, and does not say why");
            }
        }
    }

    /// <summary>A deal that was asked for, did not come, and is not among those that HubSpot says it could not find; null: there is none.</summary>
    static long? Unexplained(ReadOnlySpan<byte> page, IReadOnlyList<long> ids)
    {
        var missing = ids.Except(DealIds.In(page)).ToList();
        return missing.Count == 0 ? null : missing.Except(NamedMissing(page)).Select(id => (long?)id).FirstOrDefault();
    }

    static IReadOnlySet<long> NamedMissing(ReadOnlySpan<byte> page)
    {
        var reader = new Utf8JsonReader(page);
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
            ? errors.EnumerateArray().SelectMany(IdsOf).ToHashSet()
            : new HashSet<long>();

        static IEnumerable<long> IdsOf(JsonElement error) =>
            error.TryGetProperty("context", out var context) && context.TryGetProperty("ids", out var ids) && ids.ValueKind == JsonValueKind.Array
                ? ids.EnumerateArray()
                    .Select(id => DealIds.Parse(id.ToString()) ?? 0)
                : [];
    }

    static DealListRequest Request(IReadOnlyList<string> properties, int limit, string? after, bool archived) =>
        new() { Properties = properties, Limit = limit, After = after, Archived = archived };
}
