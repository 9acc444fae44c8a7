using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Jobs.Extraction;
using HubSpotDeals.Jobs.Maintenance;
using HubSpotDeals.Jobs.Nodes;
using HubSpotDeals.Jobs.Portals;
using HubSpotDeals.Jobs.Scans;
using HubSpotDeals.Jobs.Verification;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubSpotDeals.Jobs;

/// <summary>Puts the work into the service.</summary>
public static class JobsRegistration
{
    /// <summary>Registers the queue of scans and, on a worker, everything that runs them.</summary>
    /// <param name="services">The service's parts.</param>
    /// <param name="configuration">Its settings.</param>
    /// <param name="connectionString">The database.</param>
    /// <param name="node">This process.</param>
    public static IServiceCollection AddJobs(
        this IServiceCollection services, IConfiguration configuration, string connectionString, NodeIdentity node)
    {
        var section = configuration.GetSection(ScanOptions.Section);
        services.AddOptions<ScanOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ScanOptions>, ScanOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(node);
        services.AddSingleton<ScanQueue>();
        services.AddSingleton<RunningScans>();
        services.AddSingleton<ScanSignals>();
        services.AddSingleton<PortalBudgets>();
        services.AddSingleton<DealTables>();
        services.AddSingleton<PortalNaming>();
        services.AddSingleton(provider => new ScanPlanner(
            provider.GetRequiredService<HubSpotClient>(),
            provider.GetRequiredService<PortalBudgets>(),
            provider.GetRequiredService<DealTables>(),
            provider.GetRequiredService<IOptions<HubSpotOptions>>().Value,
            provider.GetRequiredService<IOptions<ScanOptions>>().Value.FilteredReads));
        services.AddSingleton(provider => new ScanForecaster(
            provider.GetRequiredService<ScanPlanner>(),
            provider.GetRequiredService<PortalBudgets>(),
            provider.GetRequiredService<IOptions<HubSpotOptions>>().Value));
        services.AddSingleton(provider => new ExtractScan(
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<HubSpotClient>(),
            provider.GetRequiredService<PortalBudgets>(),
            provider.GetRequiredService<ScanPlanner>(),
            provider.GetRequiredService<IOptions<HubSpotOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ExtractScan>>()));
        services.AddSingleton(provider => new ScanRunner(
            provider.GetRequiredService<NpgsqlDataSource>(),
            node,
            provider.GetRequiredService<TokenVault>(),
            provider.GetRequiredService<RunningScans>(),
            provider.GetRequiredService<ExtractScan>(),
            new VerifyScan(
                provider.GetRequiredService<NpgsqlDataSource>(),
                provider.GetRequiredService<HubSpotClient>(),
                provider.GetRequiredService<PortalBudgets>(),
                provider.GetRequiredService<ILogger<VerifyScan>>()),
            provider.GetRequiredService<PortalNaming>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<ScanOptions>>(),
            provider.GetRequiredService<ILogger<ScanRunner>>()));

        services.AddSingleton<ProgressNotes>();
        services.AddMaintenance(configuration);

        // In this order: a scan's node is known before it runs, and is struck off after its scans were handed back.
        services.AddHostedService<NodeSession>();
        services.AddJobEngine(connectionString, node, section.GetValue(nameof(ScanOptions.Concurrency), new ScanOptions().Concurrency));
        if (node.Roles.HasFlag(NodeRoles.Worker))
        {
            services.AddHostedService<ScanReconciler>();
            services.AddHostedService<RecurringJobs>();
        }

        return services;
    }

    static void AddMaintenance(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MaintenanceOptions>().Bind(configuration.GetSection(MaintenanceOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MaintenanceOptions>, MaintenanceOptionsValidator>());
        services.AddSingleton<ScanRemoval>();
        services.AddSingleton<ScanCleanup>();
        services.AddSingleton<CrashDetection>();
        services.AddSingleton<MaintenanceJobs>();
        services.AddSingleton(provider => provider.GetRequiredService<MaintenanceJobs>().Cleanup);
        services.AddSingleton(provider => provider.GetRequiredService<MaintenanceJobs>().CrashDetection);
    }
}
