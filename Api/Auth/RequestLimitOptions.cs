using Microsoft.Extensions.Options;

namespace HubSpotDeals.Api.Auth;

/// <summary>How often one caller may ask: configuration section <c>Limits</c>.</summary>
public sealed class RequestLimitOptions
{
    public const string Section = "Limits";

    /// <summary>Requests that one key, or where there is none one client address, has in a window, on each node; 0: no limit.</summary>
    public int Requests { get; set; }

    /// <summary>How long it is until all of them may be made again.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Refuses a start with a limit that can't be.</summary>
sealed class RequestLimitOptionsValidator : IValidateOptions<RequestLimitOptions>
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, RequestLimitOptions options)
    {
        const string Section = RequestLimitOptions.Section;
        List<string> failures = [];
        if (options.Requests is < 0 or > 1_000_000)
        {
            failures.Add($"{Section}__Requests is '{options.Requests}': set it to a number from 1 to 1000000, or to 0 for no limit.");
        }

        if (options.Window < Shortest || options.Window > Longest)
        {
            failures.Add($"{Section}__Window is '{options.Window}': set it to a time from {Shortest} to {Longest} (hours:minutes:seconds).");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
