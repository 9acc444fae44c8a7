using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>
/// Making and ending associations, many at a time or one. In a batch those that can be made are made and the others are told as
/// errors: under 207 where types are named, under 200 where they are not, for the official client knows no other status of that
/// call. The form of the errors is taken from single associations and unverified.
/// </summary>
static class AssociationWrites
{
    const int MaxInputs = 2_000;

    /// <summary>Associations with the types that the caller names.</summary>
    public static Task BatchCreateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        exchange.Status = StatusCodes.Status201Created;
        return BatchAsync(
            exchange,
            input =>
            {
                var (from, to) = (AssociationInput.IdOf(input, "from"), AssociationInput.IdOf(input, "to"));
                var types = AssociationInput.TypesOf(Member(input, "types"));
                return () => Associate(exchange, from, to, types);
            },
            hasMultiStatus: true,
            cancellationToken);
    }

    /// <summary>Associations without a label.</summary>
    public static Task BatchDefaultAsync(Exchange exchange, CancellationToken cancellationToken) => BatchAsync(
        exchange,
        input =>
        {
            var (from, to) = (AssociationInput.IdOf(input, "from"), AssociationInput.IdOf(input, "to"));
            return () => AssociateByDefault(exchange, from, to);
        },
        hasMultiStatus: false,
        cancellationToken);

    /// <summary>Ends all associations of each pair; those that were not there are passed over.</summary>
    public static async Task BatchArchiveAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        foreach (var input in InputsOf(document.RootElement))
        {
            var from = AssociationInput.IdOf(input, "from");
            foreach (var to in Member(input, "to") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default)
            {
                exchange.Portal.Links.Remove(exchange.Operation.Type, from, ToOf(exchange), AssociationInput.IdOf(to));
            }
        }

        exchange.Status = StatusCodes.Status204NoContent;
    }

    public static void PutDefault(Exchange exchange) =>
        AssociationEndpoints.Write(exchange, new JsonArray(AssociateByDefault(exchange, exchange.RouteId(), RouteToId(exchange))), []);

    /// <summary>One association with the types of the body, which is a list.</summary>
    public static async Task PutAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var body = await exchange.ReadBodyAsync(cancellationToken);
        JsonDocument types;
        try
        {
            types = JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            throw Refusals.InvalidJson(1, 1, "Cannot deserialize value of type `java.util.HashSet`");
        }

        using (types)
        {
            exchange.Body.Node(Associate(exchange, exchange.RouteId(), RouteToId(exchange), AssociationInput.TypesOf(types.RootElement)));
        }

        exchange.Status = StatusCodes.Status201Created;
    }

    public static void Delete(Exchange exchange)
    {
        exchange.Portal.Links.Remove(exchange.Operation.Type, exchange.RouteId(), ToOf(exchange), RouteToId(exchange));
        exchange.Status = StatusCodes.Status204NoContent;
    }

    // all inputs are read before the first is made: one that can't be read refuses the batch
    static async Task BatchAsync(
        Exchange exchange, Func<JsonElement, Func<JsonObject>> read, bool hasMultiStatus, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var (results, errors) = (new JsonArray(), new JsonArray());
        foreach (var associate in Array.ConvertAll(InputsOf(document.RootElement), input => read(input)))
        {
            try
            {
                results.Add(associate());
            }
            catch (Refusal refusal) when (refusal.IsOfAssociation)
            {
                errors.Add(AssociationInput.ErrorOf(refusal, exchange.CorrelationId));
            }
        }

        AssociationEndpoints.Write(exchange, results, errors, hasMultiStatus);
    }

    static JsonObject Associate(Exchange exchange, long from, long to, AssociationType[] types)
    {
        var toType = ToOf(exchange);
        foreach (var type in types)
        {
            AssociationInput.Check(exchange.Portal, type, from, to);
        }

        foreach (var type in types)
        {
            exchange.Portal.Links.Add(type, from, to);
        }

        return new JsonObject
        {
            ["fromObjectTypeId"] = exchange.Operation.Type.Id,
            ["fromObjectId"] = from.ToString(),
            ["toObjectTypeId"] = toType.Id,
            ["toObjectId"] = to.ToString(),
            ["labels"] = Refusals.Texts(types.Select(type => type.Label).OfType<string>()),
        };
    }

    static JsonObject AssociateByDefault(Exchange exchange, long from, long to)
    {
        var (fromType, toType) = (exchange.Operation.Type, ToOf(exchange));
        var type = AssociationTypes.Default(fromType, toType)
            ?? throw Refusals.Invalid($"There is no default association type from {fromType.Plural} to {toType.Plural}.");
        AssociationInput.Check(exchange.Portal, type, from, to);
        exchange.Portal.Links.Add(type, from, to);
        return new JsonObject
        {
            ["from"] = new JsonObject { ["id"] = from.ToString() },
            ["to"] = new JsonObject { ["id"] = to.ToString() },
            ["associationSpec"] = new JsonObject
            {
                ["associationCategory"] = "HUBSPOT_DEFINED",
                ["associationTypeId"] = type.Id,
            },
        };
    }

    static JsonElement[] InputsOf(JsonElement root)
    {
        if (Member(root, "inputs") is not { ValueKind: JsonValueKind.Array } inputs)
        {
            throw Refusals.InvalidJson(1, 1, "inputs is required");
        }

        return inputs.GetArrayLength() <= MaxInputs
            ? [.. inputs.EnumerateArray()]
            : throw Refusals.Invalid(
                $"The maximum number of inputs supported in a batch is {MaxInputs}. Please reduce the number of items and try again");
    }

    static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    static ObjectType ToOf(Exchange exchange) =>
        ObjectType.Find(exchange.RouteText("to")) ?? throw Refusals.UnknownObjectType(exchange.RouteText("to"));

    static long RouteToId(Exchange exchange) =>
        long.TryParse(exchange.RouteText("toId"), out var id) ? id : throw Refusals.NonNumericId(exchange.RouteText("toId"));
}
