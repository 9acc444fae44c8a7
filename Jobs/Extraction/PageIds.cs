using HubSpotDeals.Infrastructure.HubSpot;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>The order of a search's page, seen before the rest of it is parsed.</summary>
static class PageIds
{
    /// <summary>The last id of a search's page that was asked for by ascending id; null if it has no deals.</summary>
    /// <param name="page">The page.</param>
    /// <param name="behind">All ids must be above this one.</param>
    /// <param name="until">And below this one.</param>
    /// <exception cref="UnorderedSearchException">
    /// They do not ascend as numbers (HubSpot might compare them as text): to go on behind the last would pass over deals.
    /// </exception>
    internal static long? LastAscending(ReadOnlySpan<byte> page, long behind, long? until = null)
    {
        long? last = null;
        foreach (var id in DealIds.In(page))
        {
            if (id <= (last ?? behind))
            {
                throw new UnorderedSearchException($"HubSpot's search gave deal {id} behind deal {last ?? behind}, though it was asked for ascending ids");
            }

            if (id >= until)
            {
                throw new UnorderedSearchException($"HubSpot's search gave deal {id}, though it was asked for deals below {until}");
            }

            last = id;
        }

        return last;
    }
}

/// <summary>HubSpot's search can't be paged through: its results are not in the order that was asked for.</summary>
sealed class UnorderedSearchException(string message) : UnprovenCursorException(message);
