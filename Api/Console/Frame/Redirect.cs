namespace HubSpotDeals.Api.Console.Frame;

/// <summary>Where a form leads when it has been dealt with: to a page that can be loaded again without doing it twice.</summary>
static class Redirect
{
    /// <summary>303 to an address of this service.</summary>
    internal static IResult To(string path) => new SeeOther(path);

    /// <summary>The address, if it is one of this service and no other's; else the list of scans.</summary>
    internal static string Local(string? path) => path is ['/', not ('/' or '\\'), ..] && path.All(letter => letter is >= '!' and <= '~') ? path : "/";

    sealed record SeeOther(string Path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = Path;
            return Task.CompletedTask;
        }
    }
}
