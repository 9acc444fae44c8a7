using System.Text;

namespace HubSpotDeals.Sandbox.Portals;

/// <summary>One way in which a deal is associated with a record: v3 says the name, v4 the number and the label.</summary>
sealed record AssociationType(string Name, int Id, string? Label);

/// <summary>
/// The contacts and companies of a deal, computed from it. Every deal whose id ends in 000 or 500 has 250 contacts, more than
/// HubSpot lists at once.
/// </summary>
static class Associations
{
    static readonly AssociationType[] ToContact = [new("deal_to_contact", 3, null)];
    static readonly AssociationType[] ToCompany = [new("deal_to_company", 5, "Primary"), new("deal_to_company_unlabeled", 341, null)];

    /// <summary>The ids of a live deal's contacts or companies; none for other object types.</summary>
    public static long[] IdsOf(Portal portal, long dealId, string objectType)
    {
        var roll = Dice.Roll(portal.Deals.Generated.Seed, (ulong)dealId);
        var count = SingularOf(objectType) switch
        {
            "contact" => dealId % 500 == 0 ? 250 : Dice.Below(4, roll, 1),
            "company" => Dice.Below(2, roll, 2),
            _ => 0,
        };
        return [.. Enumerable.Range(0, (int)count).Select(index => 120_000_000_000 + (Dice.Below(1_000_000, roll, 3) * 1000) + index)];
    }

    /// <summary>Every company is associated in two ways, and so listed twice by v3.</summary>
    public static AssociationType[] TypesTo(string objectType) => SingularOf(objectType) == "company" ? ToCompany : ToContact;

    public static string SingularOf(string objectType) => objectType switch
    {
        "contacts" or "0-1" => "contact",
        "companies" or "0-2" => "company",
        _ => objectType,
    };

    /// <summary>A cursor in the form of the recorded ones, base64 of "0-2-7502".</summary>
    public static string CursorOf(int place) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"0-2-{place}"));

    /// <summary>Where a cursor leads; the beginning if it is none.</summary>
    public static int PlaceOf(string? cursor)
    {
        var encoded = Uri.UnescapeDataString(cursor ?? "");
        var bytes = new byte[encoded.Length];
        var text = Convert.TryFromBase64String(encoded, bytes, out var length) ? Encoding.ASCII.GetString(bytes, 0, length) : "";
        return int.TryParse(text.Split('-')[^1], out var place) ? place : 0;
    }
}
