using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>
/// The contacts and companies of a deal, computed from it. Each company comes once for each of its association types; every
/// 500th id has more contacts than HubSpot lists inline.
/// </summary>
static class AssociationWriter
{
    const int MostInline = 100;

    /// <summary>Search names an object type in the singular.</summary>
    public static string PluralOf(string objectType) => objectType switch
    {
        "contact" => "contacts",
        "company" => "companies",
        _ => objectType,
    };

    public static long[] IdsOf(Portal portal, long dealId, string objectType)
    {
        var roll = Dice.Roll(portal.Deals.Generated.Seed, (ulong)dealId);
        var count = objectType switch
        {
            "contacts" => dealId % 500 == 0 ? 250 : Dice.Below(4, roll, 1),
            "companies" => Dice.Below(2, roll, 2),
            _ => 0,
        };
        return [.. Enumerable.Range(0, (int)count).Select(index => 120_000_000_000 + (Dice.Below(1_000_000, roll, 3) * 1000) + index)];
    }

    /// <summary>Writes the record's <c>associations</c> and the comma after; nothing when it has none.</summary>
    public static void WriteInline(Portal portal, long dealId, IReadOnlyList<string> objectTypes, JsonBuffer json)
    {
        var isFirst = true;
        foreach (var objectType in objectTypes)
        {
            var ids = IdsOf(portal, dealId, objectType);
            if (ids.Length == 0)
            {
                continue;
            }

            json.Raw(isFirst ? "\"associations\":{"u8 : ","u8);
            isFirst = false;
            json.Quoted(objectType);
            json.Raw(":{\"results\":["u8);
            WriteResults(objectType, ids, json);
            json.Raw((byte)']');
            if (ids.Length > MostInline)
            {
                WriteNext(dealId, objectType, json);
            }

            json.Raw((byte)'}');
        }

        json.Raw(isFirst ? ""u8 : "},"u8);
    }

    static void WriteResults(string objectType, long[] ids, JsonBuffer json)
    {
        string[] types = objectType == "companies" ? ["deal_to_company", "deal_to_company_unlabeled"] : ["deal_to_contact"];
        var isFirst = true;
        foreach (var id in ids.Take(MostInline))
        {
            foreach (var type in types)
            {
                json.Raw(isFirst ? "{\"id\":\""u8 : ",{\"id\":\""u8);
                isFirst = false;
                json.Number(id);
                json.Raw("\",\"type\":"u8);
                json.Quoted(type);
                json.Raw((byte)'}');
            }
        }
    }

    static void WriteNext(long dealId, string objectType, JsonBuffer json)
    {
        var after = Uri.EscapeDataString(Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"0-1-{MostInline}")));
        json.Raw(",\"paging\":{\"next\":{\"after\":"u8);
        json.Quoted(after);
        json.Raw(",\"link\":"u8);
        json.Quoted($"https://api.hubapi.com/crm/v3/objects/deals/{dealId}/associations/{objectType}?after={after}");
        json.Raw("}}"u8);
    }
}
