using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Records;

namespace HubSpotDeals.Sandbox.Search;

/// <summary>Decides a condition for a generated deal, from the index where it can.</summary>
abstract class SlotTest
{
    public abstract bool Matches(int slot);

    /// <summary>The quickest test that agrees with <see cref="SearchFilter.Matches(string?)"/>.</summary>
    public static SlotTest Of(SearchFilter filter, GeneratedDeals generated, SearchColumns columns)
    {
        if (filter.IsDecidedByNumber)
        {
            return new ByNumber(filter, columns.NumbersOf(filter.Column, filter.Compared));
        }

        if (filter.Compared == ComparedAs.Choice)
        {
            var column = columns.ChoicesOf(filter.Column);
            return new ByChoice([.. column.Meanings.Select(filter.Matches)], column.Codes);
        }

        return new ByText(filter, generated);
    }

    sealed class ByNumber(SearchFilter filter, double[] numbers) : SlotTest
    {
        public override bool Matches(int slot) => filter.Matches(numbers[slot]);
    }

    sealed class ByChoice(bool[] isMatch, ushort[] codes) : SlotTest
    {
        public override bool Matches(int slot) => isMatch[codes[slot]];
    }

    sealed class ByText(SearchFilter filter, GeneratedDeals generated) : SlotTest
    {
        public override bool Matches(int slot)
        {
            generated.Describe(slot, out var deal);
            return filter.Matches(filter.Column.ValueOf(in deal).ToText());
        }
    }

    /// <summary>A test of the deal's id and associations, which no column holds.</summary>
    public sealed class ByAssociation(AssociationFilter filter, Portal portal) : SlotTest
    {
        public override bool Matches(int slot) => IsMatch(portal, portal.Deals.Generated.Ids.IdAt(slot), filter);

        public static bool IsMatch(Portal portal, long dealId, AssociationFilter filter) =>
            Array.Exists(
                ObjectType.Find(filter.ObjectType) is { } to ? portal.Links.Of(ObjectType.Deals, dealId, to) : [],
                link => link.Id.ToString() == filter.RecordId);
    }
}
