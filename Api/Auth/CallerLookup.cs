namespace HubSpotDeals.Api.Auth;

/// <summary>Finds out who asks, once per request. Refuses nobody: that is the <see cref="Door"/>'s, after the request was counted.</summary>
sealed class CallerLookup(RequestDelegate next, ApiKeyRing keys)
{
    public Task InvokeAsync(HttpContext context)
    {
        if ((keys.AreNeeded ? keys.Find(context.Request.Headers[ApiKeyRing.Header]) : Caller.Anyone) is { } caller)
        {
            context.Features.Set(caller);
        }

        return next(context);
    }
}
