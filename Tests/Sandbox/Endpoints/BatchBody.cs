using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>The bodies of batch calls: the inputs, and the answer with what could be done and what could not.</summary>
static class BatchBody
{
    const int MaxInputs = 100;
    const int MaxInputsWithHistory = 50;

    public static void Write(Exchange exchange, Action[] results, List<JsonObject> errors)
    {
        var json = exchange.Body;
        var at = InstantText.ToText(exchange.Arrived.ToUnixTimeMilliseconds());
        json.Raw("{\"status\":\"COMPLETE\",\"results\":["u8);
        for (var index = 0; index < results.Length; index++)
        {
            json.Raw(index == 0 ? ""u8 : ","u8);
            results[index]();
        }

        json.Raw((byte)']');
        if (errors.Count > 0)
        {
            exchange.Status = exchange.Portal.AnswersMultiStatus ? StatusCodes.Status207MultiStatus : exchange.Status;
            json.Raw(",\"numErrors\":"u8);
            json.Number(errors.Count);
            json.Raw(",\"errors\":"u8);
            json.Node(new JsonArray([.. errors]));
        }

        json.Raw(Encoding.ASCII.GetBytes($",\"startedAt\":\"{at}\",\"completedAt\":\"{at}\"}}"));
    }

    /// <summary>One error for all missing ids; none when none is missing.</summary>
    public static List<JsonObject> NotFound(ObjectType type, List<string> missing) => missing.Count == 0
        ? []
        :
        [
            new JsonObject
            {
                ["status"] = "error",
                ["category"] = "OBJECT_NOT_FOUND",
                ["message"] = $"Could not get some {type.InMessages} objects, they may be deleted or not exist. Check that ids are valid.",
                ["context"] = new JsonObject { ["ids"] = Refusals.Texts(missing) },
            },
        ];

    public static JsonElement[] InputsOf(JsonElement root, bool withHistory)
    {
        if (!root.TryGetProperty("inputs", out var inputs) || inputs.ValueKind != JsonValueKind.Array)
        {
            throw Refusals.InvalidJson(1, 1, "inputs is required");
        }

        if (withHistory && inputs.GetArrayLength() > MaxInputsWithHistory)
        {
            throw Refusals.Invalid(
                $"The maximum number of inputs supported in a batch request for property histories is {MaxInputsWithHistory}. "
                + "Please reduce the number of items and try again");
        }

        return inputs.GetArrayLength() <= MaxInputs
            ? [.. inputs.EnumerateArray()]
            : throw Refusals.Invalid(
                $"The maximum number of inputs supported in a batch is {MaxInputs}. Please reduce the number of items and try again");
    }

    public static string IdOf(JsonElement input) =>
        input.ValueKind == JsonValueKind.Object && input.TryGetProperty("id", out var id)
            ? id.ToString()
            : throw Refusals.InvalidJson(1, 1, "id is required");

    public static string[] TextsOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out var texts) && texts.ValueKind == JsonValueKind.Array
            ? [.. texts.EnumerateArray().Select(text => text.ToString())]
            : [];
}
