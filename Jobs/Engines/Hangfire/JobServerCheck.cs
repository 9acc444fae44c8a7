using Hangfire;
using HubSpotDeals.Jobs.Nodes;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Whether this node's job server gives signs of life.</summary>
sealed class JobServerCheck(JobStorage storage, NodeIdentity node, TimeProvider clock) : IHealthCheck
{
    /// <summary>Heartbeats come every five seconds.</summary>
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.Run(Check, cancellationToken);

    HealthCheckResult Check()
    {
        // Hangfire adds a suffix of its own to the name that a server is given.
        var server = storage.GetMonitoringApi().Servers().FirstOrDefault(server => server.Name.StartsWith(node.Id, StringComparison.OrdinalIgnoreCase));
        return server?.Heartbeat is { } heartbeat && clock.GetUtcNow().UtcDateTime - heartbeat < LongestSilence
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The job server of this node gives no sign of life");
    }
}
