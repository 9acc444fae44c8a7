using System.Text.Json;

namespace HubSpotDeals.Infrastructure.HubSpot.Objects;

/// <summary>A search for records of a kind.</summary>
public sealed record CrmSearch
{
    /// <summary>Words that HubSpot looks for in the kind's usual properties; null: all records.</summary>
    public string? Query { get; init; }

    /// <summary>The property to sort by; null: as HubSpot likes.</summary>
    public string? Sort { get; init; }

    public bool Descending { get; init; }

    public IReadOnlyList<string> Properties { get; init; } = [];

    /// <summary>1 to 200.</summary>
    public int Limit { get; init; } = 20;

    /// <summary>Where the page begins; null: at the beginning. Never beyond 10,000.</summary>
    public string? After { get; init; }

    internal byte[] ToBody()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (Query is not null)
            {
                json.WriteString("query", Query);
            }

            if (Sort is not null)
            {
                json.WriteStartArray("sorts");
                json.WriteStartObject();
                json.WriteString("propertyName", Sort);
                json.WriteString("direction", Descending ? "DESCENDING" : "ASCENDING");
                json.WriteEndObject();
                json.WriteEndArray();
            }

            json.WriteStartArray("properties");
            foreach (var property in Properties)
            {
                json.WriteStringValue(property);
            }

            json.WriteEndArray();
            json.WriteNumber("limit", Limit);
            if (After is not null)
            {
                json.WriteString("after", After);
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
