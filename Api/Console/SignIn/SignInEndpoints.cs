using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Api.Console.SignIn;

/// <summary>The page that asks for a key.</summary>
/// <param name="Back">Where its visitor wanted to go.</param>
/// <param name="Problem">What was wrong with the key; null: none was given yet.</param>
public sealed record SignInModel(string Back, string? Problem);

/// <summary>Where a browser gives its key, and gives it up: <c>/sign-in</c>, <c>/sign-out</c>.</summary>
static partial class SignInEndpoints
{
    internal static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Access.SignInPath, Show);
        pages.MapPost(Access.SignInPath, EnterAsync).AddEndpointFilter<FormGuard>();
        pages.MapPost("/sign-out", (HttpContext context, Caller caller, ILogger<Auth.SignIn> logger) =>
        {
            Auth.SignIn.Leave(context);
            Log.Left(logger, caller.Name);
            return Redirect.To(Access.SignInPath);
        }).AddEndpointFilter<FormGuard>();
    }

    static IResult Show(HttpRequest request, ApiKeyRing keys) =>
        keys.AreNeeded ? Page.Of<SignInPage>(new SignInModel(Redirect.Local(request.Query["back"]), Problem: null)) : Redirect.To("/");

    static async Task<IResult> EnterAsync(HttpContext context, Auth.SignIn signIn, ILogger<Auth.SignIn> logger, CancellationToken cancellationToken)
    {
        var fields = await context.Request.ReadFormAsync(cancellationToken);
        var back = Redirect.Local(fields["back"]);
        if (signIn.TryEnter(context, fields["key"].ToString().Trim()))
        {
            return Redirect.To(back);
        }

        Log.Refused(logger, context.Connection.RemoteIpAddress);
        return Page.Of<SignInPage>(
            new SignInModel(back, "That is no key of this service. Ask its operator for one."), ApiError.Unauthorized.Status);
    }

    static partial class Log
    {
        [LoggerMessage(1601, LogLevel.Information, "sign-in from {Address}: refused, no key of ours")]
        internal static partial void Refused(ILogger logger, System.Net.IPAddress? address);

        [LoggerMessage(1602, LogLevel.Information, "{Caller} signed out")]
        internal static partial void Left(ILogger logger, string caller);
    }
}
