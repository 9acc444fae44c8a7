using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Api.Auth;

/// <summary>
/// Who may call <c>/api/v1</c> and see the console's pages, how often, and for which portals, in two verbs for the composition. Without
/// settings: everybody, for all.
/// </summary>
/// <remarks>
/// What is asked of a request hangs on its path, not on the endpoint's route table: an endpoint that is added later stands behind the
/// same door, and so does an address under the prefix where nothing is.
/// </remarks>
public static class Access
{
    /// <summary>Where a browser gives its key.</summary>
    internal const string SignInPath = "/sign-in";

    static readonly PathString Api = new("/api/v1");

    static readonly PathString[] Pages = ["/scans", "/start", "/portals", JobsPath, EnginePath, SignInPath, "/sign-out"];

    /// <summary>The page of what the job engine knows.</summary>
    internal const string JobsPath = "/jobs";

    /// <summary>The job engine's own dashboard, where it has one.</summary>
    internal const string EnginePath = "/hangfire";

    /// <summary>Registers what <see cref="UseAccess"/> needs.</summary>
    /// <exception cref="Infrastructure.Postgres.SetupException">A key is configured that can't be.</exception>
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new ApiKeyRing(ApiKeySettings.Read(configuration)));
        services.AddDataProtection();
        services.AddSingleton<SignIn>();
        services.AddOptions<RequestLimitOptions>().Bind(configuration.GetSection(RequestLimitOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RequestLimitOptions>, RequestLimitOptionsValidator>());
        return services.AddRequestLimit();
    }

    /// <summary>Puts the door before the endpoints of <c>/api/v1</c> and the console. Belongs behind the routing, whose findings it judges.</summary>
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
    internal static bool Covers(PathString path) => StartsWith(path, Api) || IsPage(path);

    /// <summary>True of those among them that people look at in a browser: who is not known there is asked for a key.</summary>
    internal static bool IsPage(PathString path) => path.Value is "/" or "" || Array.Exists(Pages, page => StartsWith(path, page));

    /// <summary>True of the one page that takes a key, and so is there for those without one.</summary>
    internal static bool IsSignIn(PathString path) => StartsWith(path, SignInPath);

    /// <summary>True of the job engine's own dashboard.</summary>
    internal static bool IsEngine(PathString path) => StartsWith(path, EnginePath);

    static bool StartsWith(PathString path, PathString prefix) => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase);
}
