using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Jobs.Nodes;

namespace HubSpotDeals.Api.Hosting;

/// <summary>Which roles this process has: configuration key <c>Node:Roles</c>.</summary>
static class NodeSettings
{
    const string Key = "Node:Roles";

    /// <summary>This process, as it is configured; both roles unless it says otherwise.</summary>
    /// <exception cref="SetupException">The roles are none, or none that there are.</exception>
    internal static NodeIdentity Read(IConfiguration configuration)
    {
        var text = configuration[Key] is { Length: > 0 } given ? given : "api,worker";
        NodeRoles roles = default;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            roles |= name switch
            {
                "api" => NodeRoles.Api,
                "worker" => NodeRoles.Worker,
                _ => throw new SetupException($"Node__Roles is '{text}': set it to api, to worker, or to api,worker"),
            };
        }

        return roles == default
            ? throw new SetupException($"Node__Roles is '{text}': set it to api, to worker, or to api,worker")
            : new NodeIdentity { Roles = roles };
    }
}
