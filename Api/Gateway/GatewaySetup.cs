using HubSpotDeals.Api.Gateway.Connection;
using HubSpotDeals.Api.Gateway.Contacts;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Gateway;

namespace HubSpotDeals.Api.Gateway;

/// <summary>The contacts gateway: <c>/api/hs</c>, in three verbs for the composition.</summary>
/// <remarks>
/// A document of its own describes it, with answers and errors of its own form. Its callers bring a HubSpot token or a browser session that is
/// connected by OAuth; this service's API keys are not asked for.
/// </remarks>
public static class GatewaySetup
{
    static readonly PathString Prefix = new("/api/hs");

    /// <summary>Registers what the gateway needs.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.AddMemoryCache();
        services.AddSingleton<GatewaySessions>();
        services.AddSingleton<Connections>();
        services.AddSingleton<ContactTotals>();
        return services;
    }

    /// <summary>Makes all errors below its prefix the gateway's own. Belongs before everything that can fail.</summary>
    public static IApplicationBuilder UseGatewayErrors(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (Covers(context.Request.Path))
        {
            context.Features.Set<IErrorForm>(GatewayErrors.Instance);
        }

        return next(context);
    });

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapGateway(this IEndpointRouteBuilder app)
    {
        var gateway = app.MapGroup(Prefix).WithTags("Contacts gateway").WithMetadata(new ErrorFormNote(typeof(GatewayErrorDocument), GatewayErrorDocument.Of));
        ConnectionEndpoints.Map(gateway);
        ContactEndpoints.Map(gateway);
        return app;
    }

    /// <summary>True of the gateway's addresses, in every spelling that the routing takes for them.</summary>
    internal static bool Covers(PathString path) => path.StartsWithSegments(Prefix, StringComparison.OrdinalIgnoreCase);
}

/// <summary>An error of the gateway, for the OpenAPI document.</summary>
public sealed record GatewayErrorDocument(GatewayErrorDocument.Part Error)
{
    internal static object Of(ApiError error) => new GatewayErrorDocument(new Part(error.Code, error.Message, new { }));

    /// <param name="Code">What programs read.</param>
    /// <param name="Message">What is wrong, for people.</param>
    /// <param name="Details">What else helps; of validation errors <c>fields</c>, each with what is wrong there.</param>
    public sealed record Part(string Code, string Message, object? Details);
}
