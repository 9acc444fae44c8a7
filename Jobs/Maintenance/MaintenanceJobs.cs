using HubSpotDeals.Infrastructure.Postgres.Scans;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Jobs.Maintenance;

/// <summary>What the service tidies up by itself, as its settings say.</summary>
sealed partial class MaintenanceJobs(
    ScanCleanup cleanup, CrashDetection crashes, IOptions<MaintenanceOptions> options, ILogger<MaintenanceJobs> logger)
{
    readonly MaintenanceOptions _options = options.Value;

    internal RecurringJob Cleanup => new("cleanup", _options.CleanupSchedule, CleanUpAsync);

    internal RecurringJob CrashDetection => new("crash-detection", _options.CrashDetectionSchedule, DetectAsync);

    async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        var report = await cleanup.RunAsync(_options.CleanupDaysOld, portals: null, dryRun: false, cancellationToken);
        Log.CleanedUp(logger, report.Scans, report.Deals, report.Bytes);
    }

    async Task DetectAsync(CancellationToken cancellationToken)
    {
        foreach (var scan in await crashes.RunAsync(_options.CrashTimeout, portals: null, cancellationToken))
        {
            Log.Crashed(logger, scan.ScanId, scan.MinutesStale);
        }
    }

    static partial class Log
    {
        [LoggerMessage(3502, LogLevel.Information, "cleanup: {Scans} scans with {Deals} deals removed, {Bytes} bytes on disk")]
        internal static partial void CleanedUp(ILogger logger, long scans, long deals, long bytes);

        [LoggerMessage(3503, LogLevel.Warning, "scan {ScanId} gave no sign of life for {Minutes} minutes and is marked failed")]
        internal static partial void Crashed(ILogger logger, string scanId, long minutes);
    }
}
