using HubSpotDeals.Jobs.Engines;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Jobs.Maintenance;

/// <summary>What the service tidies up by itself: configuration section <c>Maintenance</c>.</summary>
public sealed class MaintenanceOptions
{
    public const string Section = "Maintenance";

    /// <summary>When scans that ended long ago are removed: five fields of cron, in UTC; empty: never.</summary>
    public string CleanupSchedule { get; set; } = "0 3 * * *";

    /// <summary>How many days ago a scan must have ended for that.</summary>
    public int CleanupDaysOld { get; set; } = 90;

    /// <summary>When crashed scans are looked for: five fields of cron, in UTC; empty: never.</summary>
    public string CrashDetectionSchedule { get; set; } = "* * * * *";

    /// <summary>How long a running scan must have given no sign of life to count as crashed.</summary>
    public TimeSpan CrashTimeout { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Refuses a start with settings that can't work.</summary>
sealed class MaintenanceOptionsValidator : IValidateOptions<MaintenanceOptions>
{
    /// <summary>A worker is noticed missing after ten seconds; a scan is given several times that before it counts as nobody's.</summary>
    static readonly TimeSpan LeastCrashTimeout = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, MaintenanceOptions options)
    {
        List<string> failures = [];
        CheckSchedule(nameof(options.CleanupSchedule), options.CleanupSchedule);
        CheckSchedule(nameof(options.CrashDetectionSchedule), options.CrashDetectionSchedule);
        if (options.CleanupDaysOld is < 0 or > ScanCleanup.MostDays)
        {
            failures.Add($"{MaintenanceOptions.Section}__CleanupDaysOld is '{options.CleanupDaysOld}': set it to a number from 0 to {ScanCleanup.MostDays}.");
        }

        if (options.CrashTimeout < LeastCrashTimeout || options.CrashTimeout > TimeSpan.FromDays(ScanCleanup.MostDays))
        {
            failures.Add($"{MaintenanceOptions.Section}__CrashTimeout is '{options.CrashTimeout}': set it to a time (hours:minutes:seconds) of at least a minute.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void CheckSchedule(string key, string schedule)
        {
            if (schedule.Length > 0 && !JobEngine.IsSchedule(schedule))
            {
                failures.Add($"{MaintenanceOptions.Section}__{key} is '{schedule}': set it to five fields of cron, such as '0 3 * * *', or leave it empty to switch it off.");
            }
        }
    }
}
