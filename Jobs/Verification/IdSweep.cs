using HubSpotDeals.Infrastructure.Postgres.Deals;

namespace HubSpotDeals.Jobs.Verification;

/// <summary>
/// Finds the deals that only one side has. Ranges of ids whose counts agree are not looked into; where they differ, the range is halved until
/// it is small enough to be listed.
/// </summary>
/// <param name="hubSpot">One side.</param>
/// <param name="stored">The other.</param>
/// <param name="knowsToJump">Whether HubSpot's list can be read from any id on, or else all of it is; null: it is to be found out.</param>
sealed class IdSweep(HubSpotIds hubSpot, StoredIds stored, bool? knowsToJump)
{
    /// <summary>So many deals are listed rather than counted in halves again: five pages, or five more searches.</summary>
    const int Listed = 500;

    readonly List<FoundDeal> _onlyInHubSpot = [];
    readonly List<long> _onlyStored = [];
    bool? _mayJump = knowsToJump;

    /// <summary>The deals that were found in HubSpot alone.</summary>
    internal IReadOnlyList<FoundDeal> OnlyInHubSpot => _onlyInHubSpot;

    /// <summary>The ids that were found here alone.</summary>
    internal IReadOnlyList<long> OnlyStored => _onlyStored;

    /// <summary>Looks at everything.</summary>
    /// <param name="count">HubSpot's count.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    internal async Task RunAsync(long count, CancellationToken cancellationToken) =>
        await LookAsync(0, long.MaxValue, count, await stored.CountAsync(0, long.MaxValue, cancellationToken), cancellationToken);

    async Task LookAsync(long from, long until, long there, long here, CancellationToken cancellationToken)
    {
        if (there == here)
        {
            return;
        }

        if (here + there <= 2 * Listed
            || !(_mayJump ??= await hubSpot.ProveJumpsAsync(cancellationToken))
            || await MiddleAsync(from, until, here, cancellationToken) is not { } middle)
        {
            await CompareAsync(from, until, cancellationToken);
            return;
        }

        var (thereBelow, hereBelow) = (await hubSpot.CountAsync(from, middle, cancellationToken), await stored.CountAsync(from, middle, cancellationToken));
        await LookAsync(from, middle, thereBelow, hereBelow, cancellationToken);
        await LookAsync(middle, until, there - thereBelow, here - hereBelow, cancellationToken);
    }

    async Task<long?> MiddleAsync(long from, long until, long here, CancellationToken cancellationToken)
    {
        var median = here == 0 ? 0 : await stored.MedianAsync(from, until, cancellationToken);
        return median > from + 1 ? median : null;
    }

    async Task CompareAsync(long from, long until, CancellationToken cancellationToken)
    {
        var there = await hubSpot.ReadAsync(from, until, cancellationToken);
        var here = (await stored.ReadAsync(from, until, cancellationToken)).ToHashSet();
        _onlyInHubSpot.AddRange(there.Where(deal => !here.Contains(deal.Id)));
        _onlyStored.AddRange(here.Except(there.Select(deal => deal.Id)).Order());
    }
}
