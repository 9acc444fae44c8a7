using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Microsoft.Net.Http.Headers;

namespace HubSpotDeals.Api.Auth;

/// <summary>
/// Lets callers through that are known, to scans that they may touch. Where the portal is not in the path but in a body or a query, or is
/// each of many, the handler asks the <see cref="Caller"/>; an endpoint that has neither is shut for everybody, with keys or without.
/// </summary>
sealed partial class Door(RequestDelegate next, ScanStore scans, ILogger<Door> logger)
{
    const string Challenge = "ApiKey realm=\"HubSpotDeals\"";

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (Access.IsSignIn(request.Path))
        {
            await next(context);
            return;
        }

        if (context.Features.Get<Caller>() is not { } caller)
        {
            if (Access.IsPage(request.Path))
            {
                AskForKey(context);
                return;
            }

            Log.Unknown(logger, request.Method, request.Path, context.Connection.RemoteIpAddress);
            context.Response.Headers[HeaderNames.WWWAuthenticate] = Challenge;
            await Answer.Error(ApiError.Unauthorized, new
            {
                suggestion = $"Send your API key, once, in the header {ApiKeyRing.Header}",
            }).ExecuteAsync(context);
            return;
        }

        if (Access.IsEngine(request.Path))
        {
            // The engine's dashboard shows and steers all jobs, and knows nothing of portals.
            caller.DemandAll();
            await next(context);
            return;
        }

        // Nothing but routes has handlers: where there is none, the answer is the routing's own (404, 405).
        if (context.GetEndpoint() is RouteEndpoint endpoint && !KnowsItsPortals(endpoint))
        {
            throw new InvalidOperationException(
                $"{endpoint.DisplayName} does not say whose rows it touches: name the scan in its path, as {{{RouteScanId.RouteParameter}}}, "
                + $"or let its handler take a {nameof(Caller)}");
        }

        try
        {
            await DemandScanAsync(caller, context);
            await next(context);
        }
        catch (ApiException refused) when (refused.Error.Status == StatusCodes.Status403Forbidden)
        {
            Log.Foreign(logger, request.Method, request.Path, caller.Name);
            throw;
        }
    }

    /// <summary>Sends a browser to where its user gives a key, and from there back to what it asked for.</summary>
    static void AskForKey(HttpContext context)
    {
        var request = context.Request;
        var back = HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString : "/";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = Access.SignInPath + QueryString.Create("back", back);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
    }

    /// <summary>Whether it is known whose rows the endpoint touches: a scan's, which is in its path, or those its handler asks the caller for.</summary>
    internal static bool KnowsItsPortals(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.GetParameter(RouteScanId.RouteParameter) is { IsOptional: false }
        || endpoint.Metadata.GetMetadata<Caller.AsksCaller>() is not null;

    /// <summary>Lets pass also a scan that is not there, and an id that no scan can have: their answers are the handler's.</summary>
    async ValueTask DemandScanAsync(Caller caller, HttpContext context)
    {
        if (caller.Portals is not null
            && context.GetRouteValue(RouteScanId.RouteParameter) is string scanId
            && RouteScanId.IsValid(scanId)
            && await scans.FindPortalAsync(scanId, context.RequestAborted) is { } portalId)
        {
            caller.DemandScan(scanId, portalId);
        }
    }

    static partial class Log
    {
        [LoggerMessage(1501, LogLevel.Information, "{Method} {Path} from {Address}: refused, no key of ours")]
        internal static partial void Unknown(ILogger logger, string method, PathString path, System.Net.IPAddress? address);

        [LoggerMessage(1502, LogLevel.Information, "{Method} {Path}: refused, the key of {Caller} may not touch the portal")]
        internal static partial void Foreign(ILogger logger, string method, PathString path, string caller);
    }
}
