using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>
/// Writes list and search requests as HubSpot reads them. Every page repeats every parameter: the cursor alone keeps none of them.
/// </summary>
static class DealRequests
{
    // Nobody reads this as HTML, and every escape counts against the 3,000 characters of a search.
    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ListUrl(string path, DealListRequest request)
    {
        var url = new StringBuilder(path, 256)
            .Append("?limit=").Append(request.Limit)
            .Append("&archived=").Append(request.Archived ? "true" : "false");
        // One comma-separated list: a key per property would make the URL half as long again.
        for (var i = 0; i < request.Properties.Count; i++)
        {
            url.Append(i == 0 ? "&properties=" : ",").Append(Uri.EscapeDataString(request.Properties[i]));
        }
        if (request.After is { } after)
        {
            url.Append("&after=").Append(Uri.EscapeDataString(after));
        }
        return url.ToString();
    }

    public static byte[] SearchBody(DealSearchRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            WriteFilters(json, request.Filters);
            WriteSort(json, request.Sort);
            if (request.Properties.Count > 0)
            {
                WriteStrings(json, "properties", request.Properties);
            }
            json.WriteNumber("limit", request.Limit);
            if (request.After is { } after)
            {
                json.WriteString("after", after);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] BatchReadBody(IReadOnlyCollection<long> ids, IReadOnlyList<string> properties)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            WriteStrings(json, "properties", properties);
            json.WriteStartArray("inputs");
            foreach (var id in ids)
            {
                json.WriteStartObject();
                json.WriteString("id", DealIds.Text(id));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    static void WriteFilters(Utf8JsonWriter json, IReadOnlyList<SearchFilter> filters)
    {
        json.WriteStartArray("filterGroups");
        // A group without filters is refused; no group at all means every deal.
        if (filters.Count > 0)
        {
            json.WriteStartObject();
            json.WriteStartArray("filters");
            foreach (var filter in filters)
            {
                json.WriteStartObject();
                json.WriteString("propertyName", filter.Property);
                json.WriteString("operator", filter.Operator);
                if (filter.Value is { } value)
                {
                    json.WriteString("value", value);
                }
                if (filter.HighValue is { } highValue)
                {
                    json.WriteString("highValue", highValue);
                }
                if (filter.Values is { } values)
                {
                    WriteStrings(json, "values", values);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteSort(Utf8JsonWriter json, SearchSort? sort)
    {
        if (sort is null)
        {
            return;
        }
        json.WriteStartArray("sorts");
        json.WriteStartObject();
        json.WriteString("propertyName", sort.Property);
        json.WriteString("direction", sort.Descending ? "DESCENDING" : "ASCENDING");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static void WriteStrings(Utf8JsonWriter json, string key, IReadOnlyList<string> values)
    {
        json.WriteStartArray(key);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }
}
