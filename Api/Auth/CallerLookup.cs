namespace HubSpotDeals.Api.Auth;

/// <summary>Finds out who asks, once per request. Refuses nobody: that is the <see cref="Door"/>'s, after the request was counted.</summary>
sealed class CallerLookup(RequestDelegate next, ApiKeyRing keys, SignIn signIn)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (Find(context) is { } caller)
        {
            context.Features.Set(caller);
        }

        return next(context);
    }

    Caller? Find(HttpContext context)
    {
        if (!keys.AreNeeded)
        {
            return Caller.Anyone;
        }

        var request = context.Request;
        if (request.Headers.TryGetValue(ApiKeyRing.Header, out var sent))
        {
            return keys.Find(sent);
        }

        // A page's form has a token against forgery; a call of the API that changes something has none, and needs the key itself.
        return Access.IsPage(request.Path) || HttpMethods.IsGet(request.Method) ? signIn.Find(context) : null;
    }
}
