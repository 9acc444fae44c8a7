using HubSpotDeals.Sandbox.Endpoints;
using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Search;

/// <summary>The order of results that come from both the generated and the written deals; the same as the index's own.</summary>
sealed class ResultOrder(Portal portal, SearchRequest request)
{
    public void Sort(List<PageItem> items)
    {
        var keyed = items.ConvertAll(item => (Key: KeyOf(item), Item: item));
        keyed.Sort((one, other) =>
        {
            var order = Compare(one.Key, other.Key);
            return request.Descending ? -order : order;
        });
        items.Clear();
        items.AddRange(keyed.Select(pair => pair.Item));
    }

    Key KeyOf(PageItem item)
    {
        if (request.SortBy is not { } column)
        {
            return new Key(0, null, item.Id);
        }

        var compared = SearchFilter.ComparedAsOf(column.Definition);
        var deal = item.Stored ?? Describe(item.Slot);
        var text = column.ValueOf(deal).ToText();
        if (compared is ComparedAs.Number or ComparedAs.Time)
        {
            var number = SearchFilter.NumberOf(text, compared);
            return new Key(double.IsNaN(number) ? double.PositiveInfinity : number, null, item.Id);
        }

        return string.IsNullOrEmpty(text) ? new Key(1, null, item.Id) : new Key(0, text.ToLowerInvariant(), item.Id);
    }

    StoredDeal Describe(int slot)
    {
        portal.Deals.Generated.Describe(slot, out var facts);
        return new StoredDeal { Facts = facts };
    }

    static int Compare(Key one, Key other)
    {
        var order = one.Number.CompareTo(other.Number);
        order = order != 0 ? order : string.CompareOrdinal(one.Text, other.Text);
        return order != 0 ? order : one.Id.CompareTo(other.Id);
    }

    readonly record struct Key(double Number, string? Text, long Id);
}
