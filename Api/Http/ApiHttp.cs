using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HubSpotDeals.Api.Http;

/// <summary>What every endpoint group stands on, in two verbs for the composition.</summary>
public static class ApiHttp
{
    /// <summary>Registers what <see cref="UseApiErrors"/> and the envelopes need.</summary>
    public static IServiceCollection AddApiHttp(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        return services;
    }

    /// <summary>
    /// Makes every failure an envelope, answers HEAD and OPTIONS, and begins routing. Belongs before any other middleware:
    /// routing is begun here because the framework would else put it before this edge, out of its reach.
    /// </summary>
    public static IApplicationBuilder UseApiErrors(this IApplicationBuilder app)
    {
        app.UseMiddleware<ErrorEdge>();
        app.Use(HeadRequests.AnswerAsync);
        return app.UseRouting();
    }
}
