using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Records;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>
/// What can be asked of contacts and tickets. Their paths are written out, by plural, singular and id, so that the router tells
/// them from deals before anything of the sandbox runs, and deals pay nothing for them.
/// </summary>
static class RecordRoutes
{
    static readonly string[] Objects = ["/crm/v3/objects", "/crm/objects/2026-03", "/crm/objects/2026-09"];
    static readonly string[] Properties = ["/crm/v3/properties", "/crm/properties/2026-03", "/crm/properties/2026-09"];
    static readonly string[] Pipelines = ["/crm/v3/pipelines", "/crm/pipelines/2026-03", "/crm/pipelines/2026-09"];

    public static void MapRecords(this IEndpointRouteBuilder app, ApiGateway gateway)
    {
        foreach (var type in ObjectType.Kept)
        {
            MapRecords(new RouteMap(app, gateway, type));
            MapDefinitions(new RouteMap(app, gateway, type));
        }
    }

    static void MapRecords(RouteMap map)
    {
        var (type, read, write) = (map.Type.Plural, map.Type.ReadScope, map.Type.WriteScope);
        map.Add("GET", Objects, "", $"{type}.list", RecordReads.List, read);
        map.Add("GET", Objects, "/{id}", $"{type}.get", RecordReads.Get, read);
        map.Add("POST", Objects, "", $"{type}.create", RecordWrites.CreateAsync, write);
        map.Add("PATCH", Objects, "/{id}", $"{type}.update", RecordWrites.UpdateAsync, write);
        map.Add("DELETE", Objects, "/{id}", $"{type}.archive", RecordWrites.Archive, write);
        map.Add("POST", Objects, "/batch/read", $"{type}.batch.read", RecordBatches.ReadAsync, read);
        map.Add("POST", Objects, "/batch/create", $"{type}.batch.create", RecordBatches.CreateAsync, write);
        map.Add("POST", Objects, "/batch/update", $"{type}.batch.update", RecordBatches.UpdateAsync, write);
        map.Add("POST", Objects, "/batch/upsert", $"{type}.batch.upsert", RecordBatches.UpsertAsync, write);
        map.Add("POST", Objects, "/batch/archive", $"{type}.batch.archive", RecordBatches.ArchiveAsync, write);
        map.Add("POST", Objects, "/search", $"{type}.search", SearchEndpoint.SearchRecordsAsync, read, RateClass.Search);
    }

    // the operations of definitions have one name for all object types: their paths tell which
    static void MapDefinitions(RouteMap map)
    {
        map.Add("GET", Properties, "", "properties.list", PropertyEndpoints.List, map.Type.ReadSchemaScope);
        map.Add("GET", Properties, "/{name}", "properties.get", PropertyEndpoints.Get, map.Type.ReadSchemaScope);
        map.Add("POST", Properties, "", "properties.create", PropertyWrites.CreateAsync, map.Type.WriteSchemaScope);
        map.Add("PATCH", Properties, "/{name}", "properties.update", PropertyWrites.UpdateAsync, map.Type.WriteSchemaScope);
        map.Add("DELETE", Properties, "/{name}", "properties.archive", PropertyWrites.Archive, map.Type.WriteSchemaScope);
        if (map.Type == ObjectType.Tickets)
        {
            map.Add("GET", Pipelines, "", "pipelines.list", PipelineEndpoints.List, map.Type.ReadSchemaScope);
            map.Add("GET", Pipelines, "/{id}", "pipelines.get", PipelineEndpoints.Get, map.Type.ReadSchemaScope);
            map.Add("GET", Pipelines, "/{id}/stages", "pipelines.stages", PipelineEndpoints.Stages, map.Type.ReadSchemaScope);
        }
    }
}
