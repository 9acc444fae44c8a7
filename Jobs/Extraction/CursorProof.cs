using HubSpotDeals.Infrastructure.HubSpot;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>
/// Whether a cursor that HubSpot never gave begins at the first deal whose id is not below it: what reading the list from anywhere relies on,
/// and what HubSpot documents nowhere.
/// </summary>
sealed class CursorProof(HubSpotClient hubSpot, AccessToken token, CallOptions call)
{
    const string Id = "hs_object_id";
    const int SampleSize = 5;

    /// <summary>Proves it by one small request, whose answer is known from a page.</summary>
    /// <param name="archived">Asked of the archive.</param>
    /// <param name="ids">The ids of the page as they came.</param>
    /// <param name="next">The cursor that HubSpot gave behind it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False also where the proof could not be had: it only makes things faster, and must not end them.</returns>
    internal async Task<bool> HoldsAsync(bool archived, IReadOnlyList<long> ids, string? next, CancellationToken cancellationToken)
    {
        if (ids is not [_, var second, var third, ..]
            || !IsAscending(ids)
            || DealIds.Parse(next) is not { } given
            || given <= ids[^1])
        {
            return false;
        }

        try
        {
            // A deal may be archived this moment, or appear: that fails the proof, which only costs speed.
            using var page = await ListAsync(DealIds.Text(second + 1), limit: 1, archived, cancellationToken);
            return DealIds.In(page.Body.Span) is [var found] && found == third;
        }
        catch (HubSpotException)
        {
            return false; // if HubSpot is in earnest, the next page will say so
        }
    }

    /// <summary>The same of the live deals, by a small page of its own.</summary>
    internal async Task<bool> HoldsAsync(CancellationToken cancellationToken)
    {
        using var page = await ListAsync(after: null, SampleSize, archived: false, cancellationToken);
        return await HoldsAsync(archived: false, DealIds.In(page.Body.Span), page.After, cancellationToken);
    }

    Task<DealPage> ListAsync(string? after, int limit, bool archived, CancellationToken cancellationToken) => hubSpot.ListDealsAsync(
        token, new DealListRequest { Properties = [Id], Limit = limit, After = after, Archived = archived }, call, cancellationToken);

    static bool IsAscending(IReadOnlyList<long> ids)
    {
        for (var i = 1; i < ids.Count; i++)
        {
            if (ids[i] <= ids[i - 1])
            {
                return false;
            }
        }

        return true;
    }
}
