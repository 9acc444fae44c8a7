using System.Reflection;
using HubSpotDeals.Api.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace HubSpotDeals.Api.Auth;

/// <summary>Who asks, as a handler's parameter: what this request may touch.</summary>
/// <remarks>
/// A handler under <c>/api/v1</c> whose path names no scan must take it: <see cref="Door"/> lets no other through. What it takes it has to
/// use, or the build refuses it.
/// </remarks>
public sealed class Caller : IEndpointParameterMetadataProvider
{
    internal Caller(string name, IReadOnlyList<string>? portals) => (Name, Portals) = (name, portals);

    /// <summary>Whoever calls a service that needs no keys.</summary>
    internal static Caller Anyone { get; } = new("anyone", portals: null);

    /// <summary>The name of its key.</summary>
    public string Name { get; }

    /// <summary>The portals that it may touch; null: all.</summary>
    public IReadOnlyList<string>? Portals { get; }

    /// <summary>Whether it may touch the portal.</summary>
    public bool MayTouch(string portalId) => Portals is null || Portals.Contains(portalId, StringComparer.Ordinal);

    /// <summary>Ends the request unless the caller may touch the portal.</summary>
    /// <exception cref="ApiException"><c>FORBIDDEN</c>.</exception>
    public void Demand(string portalId)
    {
        if (!MayTouch(portalId))
        {
            throw new ApiException(ApiError.Forbidden, details: new
            {
                organizationId = portalId,
                suggestion = "This API key may not touch this organization; use one that may",
            });
        }
    }

    /// <summary>Ends the request unless the caller may touch every portal there is.</summary>
    /// <exception cref="ApiException"><c>FORBIDDEN</c>.</exception>
    public void DemandAll()
    {
        if (Portals is not null)
        {
            throw new ApiException(ApiError.Forbidden, details: new
            {
                suggestion = "This API key may not touch every organization, as this would; use one that may",
            });
        }
    }

    /// <summary>Ends the request unless the caller may touch the scan's portal; the answer tells nothing of the scan.</summary>
    /// <exception cref="ApiException"><c>FORBIDDEN</c>.</exception>
    public void DemandScan(string scanId, string portalId)
    {
        if (!MayTouch(portalId))
        {
            throw new ApiException(ApiError.Forbidden, details: new
            {
                scanId,
                suggestion = "This API key may not touch the organization of this scan; use one that may, or another scan ID",
            });
        }
    }

    /// <summary>The portals that a query over many may touch: the one that was asked for, else all of the caller's; null: all there are.</summary>
    /// <exception cref="ApiException"><c>FORBIDDEN</c>: one was asked for that the caller may not touch.</exception>
    public IReadOnlyList<string>? Within(string? portalId)
    {
        if (portalId is null)
        {
            return Portals;
        }

        Demand(portalId);
        return [portalId];
    }

    /// <summary>Binds the parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(
        context.Features.Get<Caller>()
        ?? throw new InvalidOperationException($"{context.GetEndpoint()?.DisplayName} takes a {nameof(Caller)}, but does not lie behind {nameof(Access.UseAccess)}"));

    /// <summary>Marks the endpoint as one that asks its caller.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(AsksCaller.Mark);

    /// <summary>On an endpoint: its handler takes the caller, and keeps to what it may touch.</summary>
    internal sealed class AsksCaller
    {
        internal static AsksCaller Mark { get; } = new();
    }
}
