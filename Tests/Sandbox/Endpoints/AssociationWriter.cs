using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>
/// The associations inside a deal's record: the first hundred of each object type, the same id once for each way in which it is
/// associated, with a cursor to the rest.
/// </summary>
static class AssociationWriter
{
    const int MostInline = 100;

    /// <summary>Writes the record's <c>associations</c> and the comma after; nothing when it has none.</summary>
    public static void WriteInline(Portal portal, long dealId, IReadOnlyList<string> objectTypes, JsonBuffer json)
    {
        var isFirst = true;
        foreach (var objectType in objectTypes)
        {
            var ids = Associations.IdsOf(portal, dealId, objectType);
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
        var isFirst = true;
        foreach (var id in ids.Take(MostInline))
        {
            foreach (var type in Associations.TypesTo(objectType))
            {
                json.Raw(isFirst ? "{\"id\":\""u8 : ",{\"id\":\""u8);
                isFirst = false;
                json.Number(id);
                json.Raw("\",\"type\":"u8);
                json.Quoted(type.Name);
                json.Raw((byte)'}');
            }
        }
    }

    static void WriteNext(long dealId, string objectType, JsonBuffer json)
    {
        var after = Uri.EscapeDataString(Associations.CursorOf(MostInline));
        json.Raw(",\"paging\":{\"next\":{\"after\":"u8);
        json.Quoted(after);
        json.Raw(",\"link\":"u8);
        json.Quoted($"https://api.hubapi.com/crm/v3/objects/deals/{dealId}/associations/{objectType}?after={after}");
        json.Raw("}}"u8);
    }
}
