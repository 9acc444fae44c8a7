using System.Text;
using System.Text.Json;
using HubSpotDeals.Suite.Scans;
using Microsoft.AspNetCore.Routing;

namespace HubSpotDeals.Suite.Auth;

/// <summary>A request to a route, as its description has it, and whether it names a portal: by a scan in its path, or an <c>organizationId</c>.</summary>
sealed record ApiRoute(HttpMethod Method, string Path, string? Body, bool NamesPortal)
{
    internal StringContent? Content => Body is null ? null : new StringContent(Body, Encoding.UTF8, "application/json");
}

/// <summary>
/// A request to every route there is under <c>/api/v1</c>, whoever added it: found where the routing finds them, and filled in as the API's
/// document shows it.
/// </summary>
static class ApiRoutes
{
    internal static async Task<List<ApiRoute>> OfAsync(ScanApi api, string scanId)
    {
        var paths = JsonDocument.Parse((await api.GetAsync("/swagger.json")).Text).RootElement.GetProperty("paths");
        List<ApiRoute> routes = [];
        foreach (var endpoint in api.Endpoints)
        {
            var pattern = endpoint.RoutePattern.RawText!;
            if (pattern.StartsWith("/api/v1/", StringComparison.Ordinal))
            {
                foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
                {
                    routes.Add(Fill(HttpMethod.Parse(method), pattern, paths.GetProperty(pattern).GetProperty(method.ToLowerInvariant()), scanId));
                }
            }
        }

        return routes;
    }

    static ApiRoute Fill(HttpMethod method, string pattern, JsonElement description, string scanId)
    {
        var body = description.TryGetProperty("requestBody", out var taken)
            ? taken.GetProperty("content").GetProperty("application/json").GetProperty("example").GetRawText()
            : null;
        var asksPortal = description.TryGetProperty("parameters", out var parameters)
            && parameters.EnumerateArray().Any(parameter => parameter.Text("name") == "organizationId");
        var path = pattern.Replace("{scan_id}", scanId, StringComparison.Ordinal).Replace("{format}", "csv", StringComparison.Ordinal);
        return new ApiRoute(
            method,
            path + (asksPortal ? "?organizationId=" + ScanApi.Portal : ""),
            body,
            NamesPortal: asksPortal
                || pattern.Contains("{scan_id}", StringComparison.Ordinal)
                || body?.Contains("\"organizationId\"", StringComparison.Ordinal) == true);
    }
}
