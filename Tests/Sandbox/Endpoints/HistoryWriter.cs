using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Writes <c>propertiesWithHistory</c>: for each property its values, the newest first. One never set has no entry in its list.</summary>
static class HistoryWriter
{
    public static void Write(PropertySchema schema, IReadOnlyList<string> names, StoredDeal deal, JsonBuffer json)
    {
        json.Raw(",\"propertiesWithHistory\":{"u8);
        var isFirst = true;
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (schema.Find(name) is not { } column)
            {
                continue;
            }

            json.Raw(isFirst ? ""u8 : ","u8);
            isFirst = false;
            json.Raw(column.JsonName);
            json.Raw((byte)'[');
            WriteValues(column, deal, json);
            json.Raw((byte)']');
        }

        json.Raw((byte)'}');
    }

    static void WriteValues(PropertyColumn column, StoredDeal deal, JsonBuffer json)
    {
        var current = column.ValueOf(deal).ToText();
        deal.History.TryGetValue(column.Name, out var earlier);
        var isFirst = true;
        if (current is not null)
        {
            WriteEntry(current, deal.Written.ContainsKey(column.Name) ? deal.Facts.Modified : deal.Facts.Created, json);
            isFirst = false;
        }

        foreach (var (value, setAt) in earlier ?? [])
        {
            if (value is not null)
            {
                json.Raw(isFirst ? ""u8 : ","u8);
                WriteEntry(value, setAt, json);
                isFirst = false;
            }
        }
    }

    static void WriteEntry(string value, long setAt, JsonBuffer json)
    {
        json.Raw("{\"value\":"u8);
        json.Quoted(value);
        json.Raw(",\"timestamp\":\""u8);
        json.Instant(setAt);
        json.Raw("\",\"sourceType\":\"CRM_UI\",\"sourceId\":\"userId:28604240\",\"updatedByUserId\":28604240}"u8);
    }
}
