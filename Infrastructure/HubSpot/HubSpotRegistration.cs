using System.Diagnostics;
using System.Net;
using HubSpotDeals.Infrastructure.HubSpot.OAuth;
using HubSpotDeals.Infrastructure.HubSpot.Objects;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Infrastructure.HubSpot;

public static class HubSpotRegistration
{
    /// <summary>Registers <see cref="HubSpotClient"/> and its <see cref="HubSpotOptions"/>; wrong settings refuse the start.</summary>
    public static IServiceCollection AddHubSpot(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<HubSpotOptions>().Bind(configuration.GetSection(HubSpotOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HubSpotOptions>, HubSpotOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<HubSpotMetrics>();
        services.AddSingleton<HubSpotTransport>();
        services.AddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<HubSpotOptions>>().Value;
            return new HubSpotClient(
                provider.GetRequiredService<HubSpotTransport>(), new HubSpotPaths(options.BaseUrl, options.ApiVersion));
        });

        services.AddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<HubSpotOptions>>().Value;
            return new CrmClient(provider.GetRequiredService<HubSpotTransport>(), new HubSpotPaths(options.BaseUrl, options.ApiVersion));
        });

        services.AddOptions<OAuthOptions>().Configure<IConfiguration>(OAuthOptions.Read);
        services.AddSingleton(static provider => new OAuthClient(
            provider.GetRequiredService<IHttpClientFactory>(),
            provider.GetRequiredService<IOptions<HubSpotOptions>>(),
            provider.GetRequiredService<IOptions<OAuthOptions>>(),
            provider.GetRequiredService<TimeProvider>()));

        services.AddHttpClient(HubSpotTransport.HttpClientName)
            .ConfigureHttpClient(static http =>
            {
                // Each attempt has its own time-out, by the clock that tests can move.
                http.Timeout = Timeout.InfiniteTimeSpan;
                var version = typeof(HubSpotRegistration).Assembly.GetName().Version!.ToString(3);
                http.DefaultRequestHeaders.UserAgent.ParseAdd($"HubSpotDeals/{version}");
                http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
            })
            .ConfigurePrimaryHttpMessageHandler(static provider =>
                CreateHandler(provider.GetRequiredService<IOptions<HubSpotOptions>>().Value))
            // The handler renews its own connections; the factory's rotation would only lose the pool.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The factory's loggers write two lines a request and know the headers; what is worth saying, HubSpotCall says.
            .RemoveAllLoggers();
        return services;
    }

    static SocketsHttpHandler CreateHandler(HubSpotOptions options) => new()
    {
        // HTTP/1.1, a connection per request in flight: pages are large, and on one HTTP/2 connection they would share its flow control.
        // Room for several scans at once; without a bound, an outage would pile up sockets.
        MaxConnectionsPerServer = Math.Max(256, options.MaxConcurrentRequests),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        // Long enough to be worth its TLS handshake, short enough to follow a change of DNS.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli,
        // A cookie of one portal's answer has no business in another's request, nor a token at a redirect's target.
        UseCookies = false,
        AllowAutoRedirect = false,
        // A HubSpot on this machine is the sandbox; a corporate proxy does not lead there.
        UseProxy = !new Uri(options.BaseUrl).IsLoopback,
        // HubSpot has no use for our trace ids.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
    };
}
