using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Associations that a caller wants to make: read from JSON, and checked as HubSpot checks them.</summary>
static class AssociationInput
{
    /// <summary>The <c>associations</c> of a record that is to be made; none when the caller named none.</summary>
    /// <exception cref="Refusal">A type or a record is not there.</exception>
    public static (AssociationType Type, long To)[] ReadInline(Portal portal, ObjectType from, JsonElement input)
    {
        if (!input.TryGetProperty("associations", out var associations) || associations.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        return
        [
            .. associations.EnumerateArray().SelectMany(association =>
            {
                var to = IdOf(association, "to");
                var types = TypesOf(association.TryGetProperty("types", out var named) ? named : default);
                foreach (var type in types)
                {
                    // a type of another pair is told as recorded for single associations; here it is unverified
                    CheckEnd(portal, type.From == from ? type.To : type.From, to);
                }

                return types.Select(type => (type, to));
            }),
        ];
    }

    /// <summary>The list of <c>associationCategory</c> and <c>associationTypeId</c>.</summary>
    /// <exception cref="Refusal">It is none, or names a type that the portal does not define.</exception>
    public static AssociationType[] TypesOf(JsonElement types)
    {
        if (types.ValueKind != JsonValueKind.Array || types.GetArrayLength() == 0)
        {
            throw Refusals.InvalidJson(1, 1, "types is required");
        }

        return
        [
            .. types.EnumerateArray().Select(type =>
            {
                if (type.ValueKind != JsonValueKind.Object)
                {
                    throw Refusals.InvalidJson(1, 1, "Cannot construct instance of `AssociationSpec`");
                }

                var id = type.TryGetProperty("associationTypeId", out var member) && int.TryParse(member.ToString(), out var number) ? number : 0;
                var category = type.TryGetProperty("associationCategory", out var named) ? named.ToString() : "HUBSPOT_DEFINED";
                return (category == "HUBSPOT_DEFINED" ? AssociationTypes.Find(id) : null)
                    ?? throw Refusals.Invalid($"{category} association type {id} does not exist.");
            }),
        ];
    }

    /// <exception cref="Refusal">The type does not lead from the one record to the other, or one of them is not there.</exception>
    public static void Check(Portal portal, AssociationType type, long from, long to)
    {
        CheckEnd(portal, type.From, from);
        CheckEnd(portal, type.To, to);
    }

    /// <summary>The id in <c>{"from":{"id":"1"}}</c>, as text or number.</summary>
    public static long IdOf(JsonElement input, string end) =>
        input.ValueKind == JsonValueKind.Object && input.TryGetProperty(end, out var record) ? IdOf(record) : IdOf(default);

    /// <summary>The id in <c>{"id":"1"}</c>, as text or number.</summary>
    public static long IdOf(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object || !record.TryGetProperty("id", out var id))
        {
            throw Refusals.InvalidJson(1, 1, "id is required");
        }

        return long.TryParse(id.ToString(), out var number) ? number : throw Refusals.NonNumericId(id.ToString());
    }

    /// <summary>The body of a refusal as it stands among the errors of a batch.</summary>
    public static JsonObject ErrorOf(Refusal refusal, string correlationId)
    {
        var body = refusal.Body(correlationId);
        body.Remove("correlationId");
        return body;
    }

    // a type of another pair is told by its ids: taken for records of the type's own kinds, they are not there (hubspot-api-nodejs#646)
    static void CheckEnd(Portal portal, ObjectType type, long id)
    {
        if (!portal.Has(type, id))
        {
            throw Refusals.InvalidAssociation(type.InMessages, id);
        }
    }
}
