namespace HubSpotDeals.Sandbox.Portals;

/// <summary>
/// The written deals of a portal, by ascending id, at one moment. It never changes, so a page is read from one state; a write
/// makes the next overlay.
/// </summary>
sealed class Overlay
{
    public static readonly Overlay Empty = new([], []);

    readonly long[] _ids;
    readonly StoredDeal[] _deals;

    Overlay(long[] ids, StoredDeal[] deals)
    {
        _ids = ids;
        _deals = deals;
    }

    public int Count => _ids.Length;

    public ReadOnlySpan<StoredDeal> Deals => _deals;

    public StoredDeal this[int index] => _deals[index];

    public StoredDeal? Find(long id)
    {
        var index = Array.BinarySearch(_ids, id);
        return index < 0 ? null : _deals[index];
    }

    /// <summary>The index of the first deal whose id is at least <paramref name="id"/>.</summary>
    public int IndexAtOrAfter(long id)
    {
        var index = Array.BinarySearch(_ids, id);
        return index < 0 ? ~index : index;
    }

    /// <summary>The overlay after a write; of two writes to one id the later counts.</summary>
    public Overlay With(IEnumerable<StoredDeal> written)
    {
        var merged = new SortedDictionary<long, StoredDeal>();
        foreach (var deal in written)
        {
            merged[deal.Id] = deal;
        }

        var ids = new List<long>(_ids.Length + merged.Count);
        var deals = new List<StoredDeal>(_ids.Length + merged.Count);
        var index = 0;
        foreach (var (id, deal) in merged)
        {
            for (; index < _ids.Length && _ids[index] < id; index++)
            {
                ids.Add(_ids[index]);
                deals.Add(_deals[index]);
            }

            if (index < _ids.Length && _ids[index] == id)
            {
                index++;
            }

            ids.Add(id);
            deals.Add(deal);
        }

        ids.AddRange(_ids.AsSpan(index));
        deals.AddRange(_deals.AsSpan(index));
        return new Overlay([.. ids], [.. deals]);
    }
}
