using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Wire;
using static HubSpotDeals.Sandbox.SandboxScopes;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>What HubSpot can be asked here, under v3 and both date-versioned paths.</summary>
static class Routes
{
    static readonly string[] ObjectTypeNames = ["deals", "deal", "0-3"];

    static readonly string[] Objects = ["/crm/v3/objects/{type}", "/crm/objects/2026-03/{type}", "/crm/objects/2026-09/{type}"];
    static readonly string[] ObjectsV4 = ["/crm/v4/objects/{type}"];
    static readonly string[] AssociationsV3 = ["/crm/v3/associations/{type}/{to}"];

    static readonly string[] AssociationsV4 =
        ["/crm/v4/associations/{type}/{to}", "/crm/associations/2026-03/{type}/{to}", "/crm/associations/2026-09/{type}/{to}"];

    static readonly string[] Properties = ["/crm/v3/properties/{type}", "/crm/properties/2026-03/{type}", "/crm/properties/2026-09/{type}"];
    static readonly string[] Pipelines = ["/crm/v3/pipelines/{type}", "/crm/pipelines/2026-03/{type}", "/crm/pipelines/2026-09/{type}"];
    static readonly string[] Owners = ["/crm/v3/owners", "/crm/owners/2026-03", "/crm/owners/2026-09"];
    static readonly string[] Account = ["/account-info/v3", "/account-info/2026-03", "/account-info/2026-09"];

    public static void MapHubSpot(this IEndpointRouteBuilder app, ApiGateway gateway)
    {
        Map("GET", Objects, "", "deals.list", DealReads.List, DealsRead);
        Map("GET", Objects, "/{id}", "deals.get", DealReads.Get, DealsRead);
        MapAsync("POST", Objects, "", "deals.create", DealWrites.CreateAsync, DealsWrite);
        MapAsync("PATCH", Objects, "/{id}", "deals.update", DealWrites.UpdateAsync, DealsWrite);
        Map("DELETE", Objects, "/{id}", "deals.archive", DealWrites.Archive, DealsWrite);
        MapAsync("POST", Objects, "/merge", "deals.merge", DealWrites.MergeAsync, DealsWrite);
        MapAsync("POST", Objects, "/batch/read", "deals.batch.read", DealBatches.ReadAsync, DealsRead);
        MapAsync("POST", Objects, "/batch/create", "deals.batch.create", DealBatches.CreateAsync, DealsWrite);
        MapAsync("POST", Objects, "/batch/update", "deals.batch.update", DealBatches.UpdateAsync, DealsWrite);
        MapAsync("POST", Objects, "/batch/archive", "deals.batch.archive", DealBatches.ArchiveAsync, DealsWrite);
        MapAsync("POST", Objects, "/search", "deals.search", SearchEndpoint.SearchAsync, DealsRead, RateClass.Search);

        MapAsync("POST", AssociationsV3, "/batch/read", "associations.v3.batch", AssociationEndpoints.BatchV3Async, DealsRead, RateClass.DailyOnly);
        MapAsync("POST", AssociationsV4, "/batch/read", "associations.v4.batch", AssociationEndpoints.BatchV4Async, DealsRead, RateClass.DailyOnly);
        Map("GET", Objects, "/{id}/associations/{to}", "associations.v3.list", AssociationEndpoints.ListV3, DealsRead);
        Map("GET", ObjectsV4, "/{id}/associations/{to}", "associations.v4.list", AssociationEndpoints.ListV4, DealsRead);

        Map("GET", Properties, "", "properties.list", PropertyEndpoints.List, SchemasRead);
        Map("GET", Properties, "/{name}", "properties.get", PropertyEndpoints.Get, SchemasRead);
        MapAsync("POST", Properties, "", "properties.create", PropertyWrites.CreateAsync, SchemasWrite);
        MapAsync("PATCH", Properties, "/{name}", "properties.update", PropertyWrites.UpdateAsync, SchemasWrite);
        Map("DELETE", Properties, "/{name}", "properties.archive", PropertyWrites.Archive, SchemasWrite);

        Map("GET", Pipelines, "", "pipelines.list", PipelineEndpoints.List, SchemasRead);
        Map("GET", Pipelines, "/{id}", "pipelines.get", PipelineEndpoints.Get, SchemasRead);
        Map("GET", Pipelines, "/{id}/stages", "pipelines.stages", PipelineEndpoints.Stages, SchemasRead);

        Map("GET", Owners, "", "owners.list", OwnerEndpoints.List, OwnersRead);
        Map("GET", Owners, "/{id}", "owners.get", OwnerEndpoints.Get, OwnersRead);

        Map("GET", Account, "/details", "account.details", AccountEndpoints.Details, SandboxScopes.Account);
        Map("GET", Account, "/api-usage/daily/private-apps", "account.usage", AccountEndpoints.DailyUsage, SandboxScopes.Account);

        var unknown = new Operation("unknown", [], Done(static exchange => throw Refusals.NotFoundPage(exchange.Request.Path)), RateClass.Burst);
        app.Map("{*path}", http => gateway.ServeAsync(http, unknown)).WithOrder(int.MaxValue);

        void Map(
            string method,
            string[] prefixes,
            string path,
            string name,
            Action<Exchange> handle,
            string scope) => MapAsync(method, prefixes, path, name, Done(handle), scope);

        void MapAsync(
            string method,
            string[] prefixes,
            string path,
            string name,
            Func<Exchange, CancellationToken, Task> handle,
            string scope,
            RateClass rate = RateClass.Burst)
        {
            var operation = new Operation(name, [scope], ForDeals(handle), rate);
            foreach (var prefix in prefixes)
            {
                app.MapMethods(prefix + path, [method], http => gateway.ServeAsync(http, operation));
            }
        }
    }

    static Func<Exchange, CancellationToken, Task> Done(Action<Exchange> handle) => (exchange, _) =>
    {
        handle(exchange);
        return Task.CompletedTask;
    };

    // of all of HubSpot's object types the sandbox has deals
    static Func<Exchange, CancellationToken, Task> ForDeals(Func<Exchange, CancellationToken, Task> handle) =>
        (exchange, cancellationToken) =>
            exchange.Request.RouteValues["type"] is string type && !ObjectTypeNames.Contains(type)
                ? throw Refusals.UnknownObjectType(type)
                : handle(exchange, cancellationToken);
}
