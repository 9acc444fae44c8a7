using HubSpotDeals.Jobs.Extraction;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Jobs.Scans;

/// <summary>How this process works on scans: configuration section <c>Scans</c>.</summary>
public sealed class ScanOptions
{
    public const string Section = "Scans";

    /// <summary>Scans that one worker runs at a time; the others wait their turn.</summary>
    public int Concurrency { get; set; } = 10;

    /// <summary>How filtered scans are read.</summary>
    public FilteredReads FilteredReads { get; set; }

    /// <summary>
    /// The waits before a scan that was stopped by trouble (of HubSpot, of the database) is tried again, one after the other; a stored
    /// page begins them anew. When they are used up, it fails.
    /// </summary>
    public string RetryDelays { get; set; } = "00:00:05,00:00:30,00:02:00,00:10:00";

    internal IReadOnlyList<TimeSpan> Delays => [.. RetryDelays.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => TimeSpan.Parse(text))];
}

/// <summary>Refuses a start with settings that can't work.</summary>
sealed class ScanOptionsValidator : IValidateOptions<ScanOptions>
{
    public ValidateOptionsResult Validate(string? name, ScanOptions options)
    {
        List<string> failures = [];
        if (options.Concurrency is < 1 or > 100)
        {
            failures.Add($"{ScanOptions.Section}__Concurrency is '{options.Concurrency}': set it to a number from 1 to 100.");
        }

        if (!Enum.IsDefined(options.FilteredReads))
        {
            failures.Add($"{ScanOptions.Section}__FilteredReads is '{options.FilteredReads}': set it to auto, search or list.");
        }

        var delays = options.RetryDelays.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (!Array.TrueForAll(delays, text => TimeSpan.TryParse(text, out var delay) && delay >= TimeSpan.Zero && delay <= TimeSpan.FromDays(1)))
        {
            failures.Add($"{ScanOptions.Section}__RetryDelays is '{options.RetryDelays}': set it to times of at most a day (hours:minutes:seconds), with commas between.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
