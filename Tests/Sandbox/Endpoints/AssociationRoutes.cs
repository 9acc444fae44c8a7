using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Records;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>What can be asked of associations, from each object type; what they lead to is told by the path's second type.</summary>
static class AssociationRoutes
{
    static readonly string[] ObjectsV3 = ["/crm/v3/objects", "/crm/objects/2026-03", "/crm/objects/2026-09"];
    static readonly string[] ObjectsV4 = ["/crm/v4/objects"];
    static readonly string[] WritesV4 = ["/crm/v4/objects", "/crm/objects/2026-03", "/crm/objects/2026-09"];
    static readonly string[] BatchesV3 = ["/crm/v3/associations"];
    static readonly string[] BatchesV4 = ["/crm/v4/associations", "/crm/associations/2026-03", "/crm/associations/2026-09"];

    public static void MapAssociations(this IEndpointRouteBuilder app, ApiGateway gateway)
    {
        foreach (var type in new[] { ObjectType.Deals, ObjectType.Contacts, ObjectType.Tickets, ObjectType.Companies })
        {
            var map = new RouteMap(app, gateway, type);
            if (type != ObjectType.Deals)
            {
                MapReads(map);
            }

            MapWrites(map);
        }
    }

    // those of deals are among deals' own routes
    static void MapReads(RouteMap map)
    {
        var scope = map.Type.ReadScope;
        map.Add("POST", BatchesV3, "/{to}/batch/read", "associations.v3.batch", AssociationEndpoints.BatchV3Async, scope, RateClass.DailyOnly);
        map.Add("POST", BatchesV4, "/{to}/batch/read", "associations.v4.batch", AssociationEndpoints.BatchV4Async, scope, RateClass.DailyOnly);
        map.Add("GET", ObjectsV3, "/{id}/associations/{to}", "associations.v3.list", AssociationEndpoints.ListV3, scope);
        map.Add("GET", ObjectsV4, "/{id}/associations/{to}", "associations.v4.list", AssociationEndpoints.ListV4, scope);
    }

    static void MapWrites(RouteMap map)
    {
        var scope = map.Type.WriteScope;
        AddBatch("create", "create", AssociationWrites.BatchCreateAsync);
        AddBatch("associate/default", "default", AssociationWrites.BatchDefaultAsync);
        AddBatch("archive", "archive", AssociationWrites.BatchArchiveAsync);
        map.Add("PUT", WritesV4, "/{id}/associations/default/{to}/{toId}", "associations.v4.default", AssociationWrites.PutDefault, scope);
        map.Add("PUT", WritesV4, "/{id}/associations/{to}/{toId}", "associations.v4.create", AssociationWrites.PutAsync, scope);
        map.Add("DELETE", WritesV4, "/{id}/associations/{to}/{toId}", "associations.v4.archive", AssociationWrites.Delete, scope);

        void AddBatch(string path, string name, Func<Exchange, CancellationToken, Task> handle) =>
            map.Add("POST", BatchesV4, $"/{{to}}/batch/{path}", $"associations.v4.batch.{name}", handle, scope, RateClass.DailyOnly);
    }
}
