using HubSpotDeals.Sandbox.Endpoints;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Properties;

namespace HubSpotDeals.Sandbox.Search;

/// <summary>One search: counts every match among the live deals as the index knows them, and keeps those up to the page's end.</summary>
sealed class DealSearch
{
    static readonly string[] QueriedProperties = ["dealname", "dealtype", "description", "pipeline", "dealstage"];

    readonly Portal _portal;
    readonly GeneratedDeals _generated;
    readonly Overlay _overlay;
    readonly SearchRequest _request;
    readonly GroupMatcher[] _groups;
    readonly PropertyColumn[] _queried;
    readonly HashSet<int> _overwrittenSlots = [];
    readonly int _wanted;

    public DealSearch(Portal portal, SearchRequest request)
    {
        _portal = portal;
        _generated = portal.Deals.Generated;
        _overlay = portal.Deals.Indexed();
        _request = request;
        _groups = [.. request.Groups.DefaultIfEmpty(new SearchGroup()).Select(group => new GroupMatcher(portal, group, portal.SearchColumns))];
        _queried = request.QueryWords.Length == 0 ? [] : [.. QueriedProperties.Select(portal.Schema.Find).OfType<PropertyColumn>()];
        _wanted = request.Offset + request.Limit;
        foreach (var deal in _overlay.Deals)
        {
            if (_generated.Ids.SlotOf(deal.Id) is >= 0 and var slot)
            {
                _overwrittenSlots.Add(slot);
            }
        }
    }

    /// <summary>The true number of matches, however many of them can be reached.</summary>
    public int Total { get; private set; }

    /// <summary>Finds the page.</summary>
    public List<PageItem> Run()
    {
        var found = new List<PageItem>();
        if (_groups is [{ IsRangeOnly: true } range] && _queried.Length == 0 && _request.SortBy is null)
        {
            TakeRange(range, found);
        }
        else
        {
            foreach (var slot in SlotsInOrder())
            {
                if (IsLiveMatch(slot))
                {
                    Take(slot, found);
                }
            }
        }

        AddWritten(found);
        return found.Count <= _request.Offset
            ? []
            : found.GetRange(_request.Offset, Math.Min(_request.Limit, found.Count - _request.Offset));
    }

    void Take(int slot, List<PageItem> found)
    {
        Total++;
        if (found.Count < _wanted)
        {
            found.Add(new PageItem(_generated.Ids.IdAt(slot), null, slot));
        }
    }

    // paging by id through a whole portal: the count is arithmetic, only the page is looked at
    void TakeRange(GroupMatcher range, List<PageItem> found)
    {
        if (range.EndSlot <= range.FirstSlot)
        {
            return;
        }

        foreach (var slot in IdOrder(range.FirstSlot, range.EndSlot))
        {
            if (found.Count == _wanted)
            {
                break;
            }

            if (IsLive(slot))
            {
                Take(slot, found);
            }
        }

        Total = range.EndSlot - range.FirstSlot
            - (_generated.Archived.Before(range.EndSlot) - _generated.Archived.Before(range.FirstSlot))
            - _overwrittenSlots.Count(slot => slot >= range.FirstSlot && slot < range.EndSlot && !_generated.Archived.Contains(slot));
    }

    bool IsLive(int slot) => !_generated.Archived.Contains(slot) && !_overwrittenSlots.Contains(slot);

    bool IsLiveMatch(int slot)
    {
        foreach (var group in _groups)
        {
            if (group.Matches(slot))
            {
                return IsLive(slot) && (_queried.Length == 0 || HasQueryWords(slot));
            }
        }

        return false;
    }

    bool HasQueryWords(int slot)
    {
        _generated.Describe(slot, out var deal);
        return HasQueryWords(new StoredDeal { Facts = deal });
    }

    bool HasQueryWords(StoredDeal deal) =>
        TokenMatch.ContainsAll(string.Join(' ', _queried.Select(column => column.ValueOf(deal).ToText())), _request.QueryWords);

    IEnumerable<int> SlotsInOrder()
    {
        var (first, end) = (_groups.Min(group => group.FirstSlot), _groups.Max(group => group.EndSlot));
        if (_request.SortBy is not { } column)
        {
            return IdOrder(first, end);
        }

        var order = _portal.SearchColumns.OrderOf(column, SearchFilter.ComparedAsOf(column.Definition));
        return _request.Descending ? order.AsEnumerable().Reverse() : order;
    }

    IEnumerable<int> IdOrder(int first, int end)
    {
        if (_request.Descending)
        {
            for (var slot = end - 1; slot >= first; slot--)
            {
                yield return slot;
            }
        }
        else
        {
            for (var slot = first; slot < end; slot++)
            {
                yield return slot;
            }
        }
    }

    // the written deals that match take their places among the generated ones
    void AddWritten(List<PageItem> found)
    {
        var before = found.Count;
        foreach (var deal in _overlay.Deals)
        {
            if (deal is { ArchivedAt: null, MergedInto: null }
                && Array.Exists(_groups, group => group.Matches(deal))
                && (_queried.Length == 0 || HasQueryWords(deal)))
            {
                Total++;
                found.Add(new PageItem(deal.Id, deal, -1));
            }
        }

        if (found.Count > before)
        {
            new ResultOrder(_portal, _request).Sort(found);
        }
    }
}
