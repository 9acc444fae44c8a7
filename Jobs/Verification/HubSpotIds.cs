using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Jobs.Verification;

/// <summary>The deals that HubSpot has and a scan wants: how many there are in a range of ids, and which.</summary>
sealed class HubSpotIds(HubSpotClient hubSpot, AccessToken token, CallOptions call, DealFilter filter)
{
    const string Id = "hs_object_id";

    /// <summary>How many there are in all, as HubSpot's search knows, and the greatest id.</summary>
    internal Task<DealCount> CountAsync(CancellationToken cancellationToken) =>
        hubSpot.CountDealsAsync(token, filter.ForSearch(), call, cancellationToken);

    /// <summary>How many there are from an id to before another, as HubSpot's search knows.</summary>
    internal async Task<long> CountAsync(long from, long until, CancellationToken cancellationToken) => (await hubSpot.CountDealsAsync(
        token, [.. filter.ForSearch(), SearchFilter.Between(Id, DealIds.Text(from), DealIds.Text(until - 1))], call, cancellationToken)).Total;

    /// <summary>Whether the list can be read from any id on.</summary>
    internal Task<bool> ProveJumpsAsync(CancellationToken cancellationToken) => new CursorProof(hubSpot, token, call).HoldsAsync(cancellationToken);

    /// <summary>Those from an id to before another, as the list has them, which is live.</summary>
    internal async Task<IReadOnlyList<FoundDeal>> ReadAsync(long from, long until, CancellationToken cancellationToken)
    {
        var found = new List<FoundDeal>();
        var cursor = from == 0 ? null : DealIds.Text(from);
        while (true)
        {
            using var page = await hubSpot.ListDealsAsync(
                token, new DealListRequest { Properties = [.. filter.Properties, .. FoundDeal.Properties], After = cursor }, call, cancellationToken);
            var deals = FoundDeal.In(page, filter);
            found.AddRange(deals.Where(deal => deal.Id >= from && deal.Id < until));
            cursor = page.After;
            if (cursor is null || DealIds.Parse(cursor) >= until)
            {
                return found;
            }
        }
    }

    /// <summary>Deals by their ids, wanted or not; merged ones come as their survivors.</summary>
    internal async Task<IReadOnlyList<FoundDeal>> FindAsync(IReadOnlyCollection<long> ids, bool archived, CancellationToken cancellationToken)
    {
        var found = new List<FoundDeal>();
        foreach (var some in ids.Chunk(HubSpotLimits.BatchSize))
        {
            using var page = await hubSpot.ReadDealsAsync(token, some, FoundDeal.Properties, archived, call, cancellationToken);
            found.AddRange(FoundDeal.In(page, DealFilter.None));
        }

        return found;
    }
}
