using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Search;

/// <summary>A filter group made ready for one search: a range of slots, and what remains to be tested in it.</summary>
sealed class GroupMatcher
{
    readonly Portal _portal;
    readonly SearchGroup _group;
    readonly SlotTest[] _tests;

    public GroupMatcher(Portal portal, SearchGroup group, SearchColumns columns)
    {
        _portal = portal;
        _group = group;
        var generated = portal.Deals.Generated;
        FirstSlot = 0;
        EndSlot = generated.Slots;
        var tests = new List<SlotTest>();
        foreach (var filter in group.Filters)
        {
            if (filter.IdRange() is { } ids)
            {
                FirstSlot = Math.Max(FirstSlot, generated.Ids.SlotAtOrAfter(ids.First));
                EndSlot = Math.Min(EndSlot, ids.Last == long.MaxValue ? generated.Slots : generated.Ids.SlotAtOrAfter(ids.Last + 1));
            }
            else
            {
                tests.Add(SlotTest.Of(filter, generated, columns));
            }
        }

        tests.AddRange(group.Associations.Select(filter => new SlotTest.ByAssociation(filter, portal)));
        _tests = [.. tests];
    }

    public int FirstSlot { get; }

    public int EndSlot { get; }

    /// <summary>Whether the range says it all: every deal in it matches.</summary>
    public bool IsRangeOnly => _tests.Length == 0;

    public bool Matches(int slot)
    {
        if (slot < FirstSlot || slot >= EndSlot)
        {
            return false;
        }

        foreach (var test in _tests)
        {
            if (!test.Matches(slot))
            {
                return false;
            }
        }

        return true;
    }

    public bool Matches(StoredDeal deal) =>
        _group.Filters.TrueForAll(filter => filter.Matches(filter.Column.ValueOf(deal).ToText()))
        && _group.Associations.TrueForAll(filter => SlotTest.ByAssociation.IsMatch(_portal, deal.Id, filter));
}
