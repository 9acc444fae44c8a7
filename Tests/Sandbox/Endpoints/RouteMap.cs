using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Records;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Puts operations on one object type at its paths, under each of its names.</summary>
sealed class RouteMap(IEndpointRouteBuilder app, ApiGateway gateway, ObjectType type)
{
    public ObjectType Type => type;

    public void Add(string method, string[] prefixes, string path, string name, Action<Exchange> handle, string scope, RateClass rate = RateClass.Burst) =>
        Add(method, prefixes, path, name, Done(handle), scope, rate);

    public void Add(
        string method,
        string[] prefixes,
        string path,
        string name,
        Func<Exchange, CancellationToken, Task> handle,
        string scope,
        RateClass rate = RateClass.Burst)
    {
        var operation = new Operation(name, [scope], handle, rate) { Type = type };
        foreach (var prefix in prefixes)
        {
            foreach (var typeName in new[] { type.Plural, type.Singular, type.Id })
            {
                app.MapMethods($"{prefix}/{typeName}{path}", [method], http => gateway.ServeAsync(http, operation));
            }
        }
    }

    static Func<Exchange, CancellationToken, Task> Done(Action<Exchange> handle) => (exchange, _) =>
    {
        handle(exchange);
        return Task.CompletedTask;
    };
}
