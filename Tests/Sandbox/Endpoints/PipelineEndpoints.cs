using System.Globalization;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>The portal's pipelines of deals or of tickets, all at once: this list has no paging.</summary>
static class PipelineEndpoints
{
    public static void List(Exchange exchange)
    {
        exchange.Body.Node(Results(exchange.Pipelines.All.Select(PipelineOf)));
    }

    public static void Get(Exchange exchange)
    {
        exchange.Body.Node(PipelineOf(Find(exchange), 0));
    }

    public static void Stages(Exchange exchange)
    {
        var pipeline = Find(exchange);
        exchange.Body.Node(Results(pipeline.Stages.Select(StageOf)));
    }

    static Pipeline Find(Exchange exchange) =>
        exchange.Pipelines.All.Find(pipeline => pipeline.Id == exchange.RouteText("id")) ?? throw Refusals.ResourceNotFound();

    static JsonObject Results(IEnumerable<JsonObject> items) => new() { ["results"] = new JsonArray([.. items]) };

    static JsonObject PipelineOf(Pipeline pipeline, int order) => new()
    {
        ["label"] = pipeline.Label,
        ["displayOrder"] = order,
        ["id"] = pipeline.Id,
        ["stages"] = new JsonArray([.. pipeline.Stages.Select(StageOf)]),
        ["createdAt"] = MadeAt(pipeline),
        ["updatedAt"] = MadeAt(pipeline),
        ["archived"] = false,
    };

    static JsonObject StageOf(Stage stage, int order) => new()
    {
        ["label"] = stage.Label,
        ["displayOrder"] = order,
        ["metadata"] = MetadataOf(stage),
        ["id"] = stage.Id,
        ["createdAt"] = MadeAt(stage.Pipeline),
        ["updatedAt"] = MadeAt(stage.Pipeline),
        ["archived"] = false,
        ["writePermissions"] = "CRM_PERMISSIONS_ENFORCEMENT",
    };

    static JsonObject MetadataOf(Stage stage) => stage.Pipeline.IsOfTickets
        ? new JsonObject
        {
            ["isClosed"] = stage.IsClosed ? "true" : "false",
            ["ticketState"] = stage.IsClosed ? "CLOSED" : "OPEN",
        }
        : new JsonObject
        {
            ["isClosed"] = stage.IsClosed ? "true" : "false",
            ["probability"] = stage.Probability.ToString("0.0", CultureInfo.InvariantCulture),
        };

    static string MadeAt(Pipeline pipeline) => InstantText.ToText(pipeline.IsUntouchedDefault ? 0 : GeneratedDeals.FirstCreated);
}
