using Hangfire;
using Hangfire.AspNetCore;
using HubSpotDeals.Infrastructure.Postgres.Migrations;
using HubSpotDeals.Jobs.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Puts the engine into the service.</summary>
public static class JobEngineSetup
{
    /// <summary>The engine's tables.</summary>
    public static MigrationSet Migrations { get; } =
        new("hangfire", typeof(JobEngineSetup).Assembly, "HubSpotDeals.Jobs.Engines.Hangfire.Migrations");

    /// <summary>Registers <see cref="JobEngine"/> and, on a worker, the server that runs what is queued; adds a health check <c>jobs</c>.</summary>
    /// <param name="services">The service's parts.</param>
    /// <param name="connectionString">The database.</param>
    /// <param name="node">This process; one that is no worker queues scans and runs none.</param>
    /// <param name="concurrency">Scans that run at a time.</param>
    internal static IServiceCollection AddJobEngine(
        this IServiceCollection services, string connectionString, NodeIdentity node, int concurrency)
    {
        services.AddSingleton<JobStorage>(_ => JobStorageSetup.Open(connectionString));
        services.AddHangfire((provider, hangfire) => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseLogProvider(new ServiceLog(provider.GetRequiredService<ILoggerFactory>()))
            .UseStorage(provider.GetRequiredService<JobStorage>()));
        // Hangfire's default is one for the whole process: the last of several hosts would run the jobs of all.
        services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddSingleton<JobEngine>();
        services.AddScoped<RunScanJob>();
        services.AddScoped<RunRecurringJob>();
        if (node.Roles.HasFlag(NodeRoles.Worker))
        {
            services.AddHangfireServer(server =>
            {
                server.ServerName = node.Id;
                server.WorkerCount = concurrency;
                // Delayed and recurring jobs are looked for so often.
                server.SchedulePollingInterval = TimeSpan.FromSeconds(1);
                server.CancellationCheckInterval = TimeSpan.FromSeconds(1);
                server.HeartbeatInterval = TimeSpan.FromSeconds(5);
                server.ServerTimeout = TimeSpan.FromSeconds(30);
                server.ServerCheckInterval = TimeSpan.FromSeconds(15);
            });
            services.AddHealthChecks().AddCheck<JobServerCheck>("jobs");
        }

        return services;
    }

    /// <summary>Puts the engine's own dashboard at the path. Everybody who reaches it may use it: the caller keeps strangers from the path.</summary>
    /// <param name="endpoints">The application's routes.</param>
    /// <param name="path">Such as <c>/hangfire</c>.</param>
    /// <returns>Whether there is one.</returns>
    public static bool MapJobDashboard(this IEndpointRouteBuilder endpoints, string path)
    {
        endpoints.MapHangfireDashboard(path, new DashboardOptions
        {
            Authorization = [new OpenToAll()],
            AppPath = "/",
            DisplayStorageConnectionString = false,
        });
        return true;
    }
}
