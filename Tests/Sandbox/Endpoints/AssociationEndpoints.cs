using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>The contacts and companies of deals, many deals at a time or one.</summary>
static class AssociationEndpoints
{
    const int PageV3 = 100;
    const int MaxInputsV3 = 100;
    const int PageV4 = 500;
    const int MaxInputsV4 = 1_000;

    /// <summary>
    /// A hundred of each deal's associations, and a cursor that changes nothing: v3 ignores <c>after</c>, so who follows it never
    /// ends. Only v4 can be paged.
    /// </summary>
    public static Task BatchV3Async(Exchange exchange, CancellationToken cancellationToken) =>
        BatchAsync(exchange, MaxInputsV3, (dealId, ids, _) => PageOf(exchange, dealId, ids, new Page(PageV3, 0), ToV3), cancellationToken);

    public static Task BatchV4Async(Exchange exchange, CancellationToken cancellationToken) =>
        BatchAsync(exchange, MaxInputsV4, (dealId, ids, after) => PageOf(exchange, dealId, ids, new Page(PageV4, after), ToV4), cancellationToken);

    public static void ListV3(Exchange exchange) => List(exchange, ToV3);

    public static void ListV4(Exchange exchange) => List(exchange, ToV4);

    static async Task BatchAsync(
        Exchange exchange, int maxInputs, Func<long, long[], int, JsonObject> resultOf, CancellationToken cancellationToken)
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
            var dealId = input.TryGetProperty("id", out var id) && long.TryParse(id.ToString(), out var number) ? number : 0;
            var isLive = exchange.Portal.Deals.Find(dealId) is { ArchivedAt: null, MergedInto: null };
            var ids = isLive ? Associations.IdsOf(exchange.Portal, dealId, exchange.RouteText("to")) : [];
            if (ids.Length == 0)
            {
                errors.Add(NoneFound(dealId, exchange.RouteText("to")));
                continue;
            }

            var after = input.TryGetProperty("after", out var cursor) ? Associations.PlaceOf(cursor.ToString()) : 0;
            results.Add(resultOf(dealId, ids, after));
        }

        Write(exchange, results, errors);
    }

    static void Write(Exchange exchange, JsonArray results, JsonArray errors)
    {
        var at = InstantText.ToText(exchange.Arrived.ToUnixTimeMilliseconds());
        var body = new JsonObject { ["status"] = "COMPLETE", ["results"] = results };
        if (errors.Count > 0)
        {
            exchange.Status = exchange.Portal.AnswersMultiStatus ? StatusCodes.Status207MultiStatus : exchange.Status;
            body["numErrors"] = errors.Count;
            body["errors"] = errors;
        }

        body["startedAt"] = at;
        body["completedAt"] = at;
        exchange.Body.Node(body);
    }

    static void List(Exchange exchange, Func<long, AssociationType[], IEnumerable<JsonObject>> toOf)
    {
        if (exchange.RouteDeal() is not { ArchivedAt: null } deal)
        {
            throw Refusals.NotFoundPage(exchange.Request.Path);
        }

        var limit = int.TryParse(exchange.Request.Query["limit"], out var asked) && asked is > 0 and <= PageV4 ? asked : PageV4;
        var after = Associations.PlaceOf(exchange.Request.Query["after"]);
        var ids = Associations.IdsOf(exchange.Portal, deal.Id, exchange.RouteText("to"));
        var page = PageOf(exchange, deal.Id, ids, new Page(limit, after), toOf);
        page.Remove("from");
        page.Remove("to", out var results);
        page.Insert(0, "results", results);
        exchange.Body.Node(page);
    }

    static JsonObject PageOf(Exchange exchange, long dealId, long[] ids, Page page, Func<long, AssociationType[], IEnumerable<JsonObject>> toOf)
    {
        var types = Associations.TypesTo(exchange.RouteText("to"));
        var body = new JsonObject
        {
            ["from"] = new JsonObject { ["id"] = dealId.ToString() },
            ["to"] = new JsonArray([.. ids.Skip(page.After).Take(page.Limit).SelectMany(id => toOf(id, types))]),
        };
        if (page.After + page.Limit < ids.Length)
        {
            body["paging"] = new JsonObject
            {
                ["next"] = new JsonObject { ["after"] = Associations.CursorOf(page.After + page.Limit) },
            };
        }

        return body;
    }

    static IEnumerable<JsonObject> ToV3(long id, AssociationType[] types) => types.Select(type => new JsonObject
    {
        ["id"] = id.ToString(),
        ["type"] = type.Name,
    });

    static IEnumerable<JsonObject> ToV4(long id, AssociationType[] types) =>
    [
        new JsonObject
        {
            ["toObjectId"] = id,
            ["associationTypes"] = new JsonArray([.. types.Select(type => new JsonObject
            {
                ["category"] = "HUBSPOT_DEFINED",
                ["typeId"] = type.Id,
                ["label"] = type.Label,
            })]),
        },
    ];

    static JsonObject NoneFound(long dealId, string to)
    {
        var singular = Associations.SingularOf(to);
        return new JsonObject
        {
            ["status"] = "error",
            ["category"] = "OBJECT_NOT_FOUND",
            ["subCategory"] = "crm.associations.NO_ASSOCIATIONS_FOUND",
            ["message"] = $"No {singular} is associated with deal {dealId}.",
            ["context"] = new JsonObject
            {
                ["fromObjectId"] = new JsonArray(dealId.ToString()),
                ["fromObjectType"] = new JsonArray("deal"),
                ["toObjectType"] = new JsonArray(singular),
            },
        };
    }

    sealed record Page(int Limit, int After);
}
