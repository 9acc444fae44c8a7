using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>
/// The associations inside a record: the first hundred of each object type, the same id once for each way in which it is
/// associated, with a cursor to the rest.
/// </summary>
static class AssociationWriter
{
    const int MostInline = 100;

    /// <summary>Writes the record's <c>associations</c> and the comma after; nothing when it has none.</summary>
    public static void WriteInline(Portal portal, ObjectType from, long id, IReadOnlyList<string> objectTypes, JsonBuffer json)
    {
        var isFirst = true;
        foreach (var objectType in objectTypes)
        {
            var links = ObjectType.Find(objectType) is { } to ? portal.Links.Of(from, id, to) : [];
            if (links.Length == 0)
            {
                continue;
            }

            json.Raw(isFirst ? "\"associations\":{"u8 : ","u8);
            isFirst = false;
            json.Quoted(objectType);
            json.Raw(":{\"results\":["u8);
            WriteResults(links, json);
            json.Raw((byte)']');
            if (links.Length > MostInline)
            {
                WriteNext(from, id, objectType, json);
            }

            json.Raw((byte)'}');
        }

        json.Raw(isFirst ? ""u8 : "},"u8);
    }

    static void WriteResults(Link[] links, JsonBuffer json)
    {
        var isFirst = true;
        foreach (var link in links.AsSpan(0, Math.Min(links.Length, MostInline)))
        {
            foreach (var type in link.Types)
            {
                json.Raw(isFirst ? "{\"id\":\""u8 : ",{\"id\":\""u8);
                isFirst = false;
                json.Number(link.Id);
                json.Raw("\",\"type\":"u8);
                json.Quoted(type.Name);
                json.Raw((byte)'}');
            }
        }
    }

    static void WriteNext(ObjectType from, long id, string objectType, JsonBuffer json)
    {
        var after = Uri.EscapeDataString(Associations.CursorOf(MostInline));
        json.Raw(",\"paging\":{\"next\":{\"after\":"u8);
        json.Quoted(after);
        json.Raw(",\"link\":"u8);
        json.Quoted($"https://api.hubapi.com/crm/v3/objects/{from.Plural}/{id}/associations/{objectType}?after={after}");
        json.Raw("}}"u8);
    }
}
