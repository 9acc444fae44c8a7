using HubSpotDeals.Infrastructure.Postgres.Migrations;
using HubSpotDeals.Jobs.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quartz;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Puts the engine into the service.</summary>
public static class JobEngineSetup
{
    /// <summary>The engine's tables.</summary>
    public static MigrationSet Migrations { get; } =
        new("quartz", typeof(JobEngineSetup).Assembly, "HubSpotDeals.Jobs.Engines.Quartz.Migrations");

    /// <summary>What all nodes of the cluster call their scheduler.</summary>
    internal const string SchedulerName = "hubspot_deals";

    /// <summary>Registers <see cref="JobEngine"/> and, on a worker, the scheduler that runs what is queued; adds a health check <c>jobs</c>.</summary>
    /// <param name="services">The service's parts.</param>
    /// <param name="connectionString">The database.</param>
    /// <param name="node">This process; one that is no worker queues scans and runs none.</param>
    /// <param name="concurrency">Scans that run at a time.</param>
    internal static IServiceCollection AddJobEngine(
        this IServiceCollection services, string connectionString, NodeIdentity node, int concurrency)
    {
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = SchedulerName;
                scheduler.InstanceId = node.Id;
                // How soon a worker sees what another node queued; a second is the least that is allowed.
                scheduler.IdleWaitTime = TimeSpan.FromSeconds(1);
                // A stopping node tells its runs, which store the page in hand and hand the scan back.
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
                scheduler.DefaultTimeZone = TimeZoneInfo.Utc;
            });
            quartz.UseDefaultThreadPool(concurrency);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(NpgsqlFactory.Instance, connectionString);
                store.UseExecutionHistory();
                store.ConfigureStore(options =>
                {
                    options.StoreJobDataAsStrings = true;
                    options.TablePrefix = "hubspot_deals_quartz.qrtz_";
                    options.DbRetryInterval = TimeSpan.FromSeconds(2);
                });
                // The leases decide who takes over; this is for what the engine itself keeps of a dead node.
                store.UseClustering(cluster =>
                {
                    cluster.CheckinInterval = TimeSpan.FromSeconds(2);
                    cluster.CheckinMisfireThreshold = TimeSpan.FromSeconds(3);
                });
            });
            // A process that only queues has a scheduler that never starts, and is none the worse for it.
            if (node.Roles.HasFlag(NodeRoles.Worker))
            {
                quartz.AddQuartzHealthChecks(health =>
                {
                    health.Name = "jobs";
                    health.StaleFiringTolerance = 3;
                });
            }
        });
        services.AddSingleton<JobEngine>();
        if (node.Roles.HasFlag(NodeRoles.Worker))
        {
            services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
        }

        return services;
    }

    /// <summary>Puts the engine's own dashboard at the path. Everybody who reaches it may use it: the caller keeps strangers from the path.</summary>
    /// <param name="endpoints">The application's routes.</param>
    /// <param name="path">Such as <c>/hangfire</c>.</param>
    /// <returns>Whether there is one: Quartz has none here.</returns>
#pragma warning disable IDE0060 // called as where there is one
    public static bool MapJobDashboard(this IEndpointRouteBuilder endpoints, string path) => false;
#pragma warning restore IDE0060
}
