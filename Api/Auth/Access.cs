using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Api.Auth;

/// <summary>Who may call <c>/api/v1</c>, how often, and for which portals, in two verbs for the composition. Without settings: everybody, for all.</summary>
/// <remarks>
/// What is asked of a request hangs on its path, not on the endpoint's route table: an endpoint that is added later stands behind the
/// same door, and so does an address under the prefix where nothing is.
/// </remarks>
public static class Access
{
    static readonly PathString Prefix = new("/api/v1");

    /// <summary>Registers what <see cref="UseAccess"/> needs.</summary>
    /// <exception cref="Infrastructure.Postgres.SetupException">A key is configured that can't be.</exception>
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new ApiKeyRing(ApiKeySettings.Read(configuration)));
        services.AddOptions<RequestLimitOptions>().Bind(configuration.GetSection(RequestLimitOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RequestLimitOptions>, RequestLimitOptionsValidator>());
        return services.AddRequestLimit();
    }

    /// <summary>Puts the door before the endpoints of <c>/api/v1</c>. Belongs behind the routing, whose findings it judges.</summary>
    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app.UseWhen(
        static context => Covers(context.Request.Path),
        static api =>
        {
            // In this order: a key has a limit of its own, and those who have none, or guess at one, are counted before they are refused.
            api.UseMiddleware<CallerLookup>();
            api.UseRateLimiter();
            api.UseMiddleware<Door>();
        });

    /// <summary>True of the addresses behind the door, in every spelling that the routing takes for them.</summary>
    internal static bool Covers(PathString path) => path.StartsWithSegments(Prefix, StringComparison.OrdinalIgnoreCase);
}
