using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Properties;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Writes <c>propertiesWithHistory</c>: for each property its values, the newest first. One never set has no entry in its list.</summary>
static class HistoryWriter
{
    public static void Write(PropertySchema schema, IReadOnlyList<string> names, StoredDeal deal, JsonBuffer json) =>
        Write(
            schema,
            names,
            column => WriteValues(
                column.ValueOf(deal).ToText(),
                deal.Written.ContainsKey(column.Name) ? deal.Facts.Modified : deal.Facts.Created,
                deal.History.GetValueOrDefault(column.Name),
                json),
            json);

    public static void Write(PropertySchema schema, IReadOnlyList<string> names, CrmRecord record, JsonBuffer json) =>
        Write(
            schema,
            names,
            column =>
            {
                var earlier = record.History.GetValueOrDefault(column.Name);
                WriteValues(record.ValueOf(column.Name), earlier is null ? record.Created : record.Modified, earlier, json);
            },
            json);

    static void Write(PropertySchema schema, IReadOnlyList<string> names, Action<PropertyColumn> writeValues, JsonBuffer json)
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
            writeValues(column);
            json.Raw((byte)']');
        }

        json.Raw((byte)'}');
    }

    static void WriteValues(string? current, long currentSetAt, EarlierValue[]? earlier, JsonBuffer json)
    {
        var isFirst = true;
        if (current is not null)
        {
            WriteEntry(current, currentSetAt, json);
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
