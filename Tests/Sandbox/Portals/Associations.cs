using System.Text;
using HubSpotDeals.Sandbox.Records;

namespace HubSpotDeals.Sandbox.Portals;

/// <summary>A record at the other end of associations, and the ways in which it is associated.</summary>
readonly record struct Link(long Id, AssociationType[] Types);

/// <summary>
/// The contacts and companies of a deal that nobody associated, computed from it. Every deal whose id ends in 000 or 500 has 250
/// contacts, more than HubSpot lists at once.
/// </summary>
static class Associations
{
    static readonly AssociationType[] ToContact = [AssociationTypes.Find(3)!];

    // every company is associated in two ways, and so listed twice by v3
    static readonly AssociationType[] ToCompany = [AssociationTypes.Find(5)!, AssociationTypes.Find(341)!];

    /// <summary>A live deal's contacts or companies; none for other object types.</summary>
    public static Link[] Of(ulong seed, long dealId, ObjectType to)
    {
        var roll = Dice.Roll(seed, (ulong)dealId);
        var count = to.Singular switch
        {
            "contact" => dealId % 500 == 0 ? 250 : Dice.Below(4, roll, 1),
            "company" => Dice.Below(2, roll, 2),
            _ => 0,
        };
        if (count == 0)
        {
            return [];
        }

        var (links, types) = (new Link[count], to == ObjectType.Companies ? ToCompany : ToContact);
        var first = 120_000_000_000 + (Dice.Below(1_000_000, roll, 3) * 1000);
        for (var index = 0; index < links.Length; index++)
        {
            links[index] = new Link(first + index, types);
        }

        return links;
    }

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
