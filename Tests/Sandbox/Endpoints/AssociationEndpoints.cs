using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>What records are associated with, many records at a time or one.</summary>
static class AssociationEndpoints
{
    const int PageV3 = 100;
    const int MaxInputsV3 = 100;
    const int PageV4 = 500;
    const int MaxInputsV4 = 1_000;

    /// <summary>
    /// A hundred of each record's associations, and a cursor that changes nothing: v3 ignores <c>after</c>, so who follows it never
    /// ends. Only v4 can be paged.
    /// </summary>
    public static Task BatchV3Async(Exchange exchange, CancellationToken cancellationToken) =>
        BatchAsync(exchange, MaxInputsV3, (fromId, links, _) => PageOf(fromId, links, new Page(PageV3, 0), ToV3), cancellationToken);

    public static Task BatchV4Async(Exchange exchange, CancellationToken cancellationToken) =>
        BatchAsync(exchange, MaxInputsV4, (fromId, links, after) => PageOf(fromId, links, new Page(PageV4, after), ToV4), cancellationToken);

    public static void ListV3(Exchange exchange) => List(exchange, ToV3);

    public static void ListV4(Exchange exchange) => List(exchange, ToV4);

    static async Task BatchAsync(
        Exchange exchange, int maxInputs, Func<long, Link[], int, JsonObject> resultOf, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        if (!document.RootElement.TryGetProperty("inputs", out var inputs) || inputs.ValueKind != JsonValueKind.Array)
        {
            throw Refusals.InvalidJson(1, 1, "inputs is required");
        }

        if (inputs.GetArrayLength() > maxInputs)
        {
            throw Refusals.Invalid(
                $"The maximum number of inputs supported in a batch is {maxInputs}. Please reduce the number of items and try again");
        }

        var (results, errors) = (new JsonArray(), new JsonArray());
        foreach (var input in inputs.EnumerateArray())
        {
            var fromId = input.TryGetProperty("id", out var id) && long.TryParse(id.ToString(), out var number) ? number : 0;
            var links = exchange.Portal.Has(exchange.Operation.Type, fromId) ? LinksOf(exchange, fromId) : [];
            if (links.Length == 0)
            {
                errors.Add(NoneFound(exchange.Operation.Type, fromId, exchange.RouteText("to")));
                continue;
            }

            var after = input.TryGetProperty("after", out var cursor) ? Associations.PlaceOf(cursor.ToString()) : 0;
            results.Add(resultOf(fromId, links, after));
        }

        Write(exchange, results, errors);
    }

    /// <summary>Writes the answer to a batch.</summary>
    /// <param name="exchange">The call.</param>
    /// <param name="results">What could be done.</param>
    /// <param name="errors">What could not.</param>
    /// <param name="hasMultiStatus">Whether the specification of the call names 207 for it.</param>
    public static void Write(Exchange exchange, JsonArray results, JsonArray errors, bool hasMultiStatus = true)
    {
        var at = InstantText.ToText(exchange.Arrived.ToUnixTimeMilliseconds());
        var body = new JsonObject { ["status"] = "COMPLETE", ["results"] = results };
        if (errors.Count > 0)
        {
            exchange.Status = hasMultiStatus && exchange.Portal.AnswersMultiStatus ? StatusCodes.Status207MultiStatus : exchange.Status;
            body["numErrors"] = errors.Count;
            body["errors"] = errors;
        }

        body["startedAt"] = at;
        body["completedAt"] = at;
        exchange.Body.Node(body);
    }

    static void List(Exchange exchange, Func<Link, IEnumerable<JsonObject>> toOf)
    {
        var fromId = exchange.RouteId();
        if (!exchange.Portal.Has(exchange.Operation.Type, fromId))
        {
            throw Refusals.NotFoundPage(exchange.Request.Path);
        }

        var limit = int.TryParse(exchange.Request.Query["limit"], out var asked) && asked is > 0 and <= PageV4 ? asked : PageV4;
        var after = Associations.PlaceOf(exchange.Request.Query["after"]);
        var page = PageOf(fromId, LinksOf(exchange, fromId), new Page(limit, after), toOf);
        page.Remove("from");
        page.Remove("to", out var results);
        page.Insert(0, "results", results);
        exchange.Body.Node(page);
    }

    static Link[] LinksOf(Exchange exchange, long fromId) =>
        ObjectType.Find(exchange.RouteText("to")) is { } to ? exchange.Portal.Links.Of(exchange.Operation.Type, fromId, to) : [];

    static JsonObject PageOf(long fromId, Link[] links, Page page, Func<Link, IEnumerable<JsonObject>> toOf)
    {
        var body = new JsonObject
        {
            ["from"] = new JsonObject { ["id"] = fromId.ToString() },
            ["to"] = new JsonArray([.. links.Skip(page.After).Take(page.Limit).SelectMany(toOf)]),
        };
        if (page.After + page.Limit < links.Length)
        {
            body["paging"] = new JsonObject
            {
                ["next"] = new JsonObject { ["after"] = Associations.CursorOf(page.After + page.Limit) },
            };
        }

        return body;
    }

    static IEnumerable<JsonObject> ToV3(Link link) => link.Types.Select(type => new JsonObject
    {
        ["id"] = link.Id.ToString(),
        ["type"] = type.Name,
    });

    static IEnumerable<JsonObject> ToV4(Link link) =>
    [
        new JsonObject
        {
            ["toObjectId"] = link.Id,
            ["associationTypes"] = new JsonArray([.. link.Types.Select(type => new JsonObject
            {
                ["category"] = "HUBSPOT_DEFINED",
                ["typeId"] = type.Id,
                ["label"] = type.Label,
            })]),
        },
    ];

    static JsonObject NoneFound(ObjectType from, long fromId, string to)
    {
        var singular = ObjectType.Find(to)?.Singular ?? to;
        return new JsonObject
        {
            ["status"] = "error",
            ["category"] = "OBJECT_NOT_FOUND",
            ["subCategory"] = "crm.associations.NO_ASSOCIATIONS_FOUND",
            ["message"] = $"No {singular} is associated with {from.Singular} {fromId}.",
            ["context"] = new JsonObject
            {
                ["fromObjectId"] = new JsonArray(fromId.ToString()),
                ["fromObjectType"] = new JsonArray(from.Singular),
                ["toObjectType"] = new JsonArray(singular),
            },
        };
    }

    sealed record Page(int Limit, int After);
}
