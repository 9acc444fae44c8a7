using Microsoft.Net.Http.Headers;

namespace HubSpotDeals.Api.Console.Frame;

/// <summary>What every page says to the browser about itself.</summary>
static class PageHeaders
{
    /// <summary>
    /// Nothing from elsewhere, nothing inline, no frame around it: a deal's name that is a script is only a name, and stays one even if a page
    /// forgot to encode it.
    /// </summary>
    const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'";

    /// <summary>Adds them when the response begins, whatever has become of it by then.</summary>
    internal static void Add(HttpResponse response) => response.OnStarting(
        static state =>
        {
            var headers = ((HttpResponse)state).Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers[HeaderNames.XContentTypeOptions] = "nosniff";
            headers[HeaderNames.XFrameOptions] = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            // Figures of the moment, and other people's deals: no cache keeps them.
            headers.CacheControl = "no-store";
            return Task.CompletedTask;
        },
        response);
}
