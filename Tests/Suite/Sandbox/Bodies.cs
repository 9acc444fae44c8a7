using System.Text.Json.Nodes;

namespace HubSpotDeals.Suite.Sandbox;

/// <summary>The bodies of calls that write records and associations.</summary>
static class Bodies
{
    public static JsonObject Record(params (string Name, string Value)[] properties) => new()
    {
        ["properties"] = new JsonObject(properties.Select(property => KeyValuePair.Create(property.Name, (JsonNode?)property.Value))),
    };

    public static JsonObject Contact(string email, string firstName = "Ada") => Record(("email", email), ("firstname", firstName));

    public static JsonObject Ticket(string subject) => Record(("subject", subject), ("hs_pipeline_stage", "1"));

    /// <summary>The same record, associated with another by one of HubSpot's types.</summary>
    public static JsonObject With(this JsonObject record, long id, int typeId)
    {
        var associations = record["associations"] as JsonArray ?? [];
        record["associations"] = associations;
        associations.Add(new JsonObject { ["to"] = new JsonObject { ["id"] = id.ToString() }, ["types"] = Types(typeId) });
        return record;
    }

    /// <summary>The same record, with a further member beside its properties.</summary>
    public static JsonObject And(this JsonObject record, string name, JsonNode value)
    {
        record[name] = value;
        return record;
    }

    public static JsonObject Batch(params IEnumerable<JsonObject> inputs) => new() { ["inputs"] = new JsonArray([.. inputs]) };

    public static JsonObject Ids(params IEnumerable<long> ids) =>
        Batch(ids.Select(id => new JsonObject { ["id"] = id.ToString() }));

    public static JsonObject Pair(long from, long to) => new()
    {
        ["from"] = new JsonObject { ["id"] = from.ToString() },
        ["to"] = new JsonObject { ["id"] = to.ToString() },
    };

    public static JsonArray Types(params IEnumerable<int> ids) => new([.. ids.Select(id => new JsonObject
    {
        ["associationCategory"] = "HUBSPOT_DEFINED",
        ["associationTypeId"] = id,
    })]);
}
