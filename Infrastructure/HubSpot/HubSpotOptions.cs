using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>Where HubSpot is and how it is called: configuration section <c>HubSpot</c>.</summary>
public sealed class HubSpotOptions
{
    public const string Section = "HubSpot";

    /// <summary>Where the API is. Tests and the sandbox set it.</summary>
    public string BaseUrl { get; set; } = "https://api.hubapi.com";

    /// <summary>A release of the API, <c>YYYY-MM</c>, or <c>v3</c> for the paths before the releases had dates.</summary>
    public string ApiVersion { get; set; } = "2026-09";

    /// <summary>A portal's burst budget, shared by all nodes.</summary>
    public int RequestsPer10Seconds { get; set; } = 100;

    /// <summary>The search API's own budget in a portal.</summary>
    public int SearchRequestsPerSecond { get; set; } = 5;

    /// <summary>
    /// How long HubSpot's search may take to notice that a deal was created or changed: seconds, as HubSpot says; 22 s were seen. A scan
    /// that is read through the search looks once more after this time; zero: it does not.
    /// </summary>
    public TimeSpan SearchIndexLag { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests in flight, per scan.</summary>
    public int MaxConcurrentRequests { get; set; } = 16;

    /// <summary>The time one request may take, to the last byte of its answer; then it counts as a transient failure.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The first wait before a retry; it doubles with each, give or take.</summary>
    public TimeSpan RetryBaseDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The longest wait before a retry of a transient failure. If HubSpot asks for a longer one, the call fails and says when to come back.
    /// Burst limits are bounded by <see cref="RateLimitPatience"/> instead.
    /// </summary>
    public TimeSpan RetryMaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one call waits, all in all, for burst limits to pass.</summary>
    public TimeSpan RateLimitPatience { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>Refuses a start with settings that can't work; each line names the key, its value and the mend.</summary>
sealed partial class HubSpotOptionsValidator : IValidateOptions<HubSpotOptions>
{
    public ValidateOptionsResult Validate(string? name, HubSpotOptions options)
    {
        List<string> failures = [];
        if (!IsBaseUrl(options.BaseUrl))
        {
            Refuse(nameof(options.BaseUrl), WithoutCredentials(options.BaseUrl),
                "an absolute http or https URL without user, query or fragment, such as https://api.hubapi.com");
        }
        if (options.ApiVersion is not HubSpotPaths.V3 && !Release().IsMatch(options.ApiVersion))
        {
            Refuse(nameof(options.ApiVersion), options.ApiVersion, "a release such as 2026-09, or v3");
        }
        Within(nameof(options.RequestsPer10Seconds), options.RequestsPer10Seconds, 1, 100_000);
        Within(nameof(options.SearchRequestsPerSecond), options.SearchRequestsPerSecond, 1, 10_000);
        Within(nameof(options.MaxConcurrentRequests), options.MaxConcurrentRequests, 1, 1_000);
        Lasting(nameof(options.SearchIndexLag), options.SearchIndexLag, TimeSpan.Zero, TimeSpan.FromHours(1));
        Lasting(nameof(options.RequestTimeout), options.RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        Lasting(nameof(options.RetryBaseDelay), options.RetryBaseDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Lasting(nameof(options.RetryMaxDelay), options.RetryMaxDelay, options.RetryBaseDelay, TimeSpan.FromHours(1));
        Lasting(nameof(options.RateLimitPatience), options.RateLimitPatience, TimeSpan.Zero, TimeSpan.FromDays(1));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Within(string key, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                Refuse(key, value.ToString(CultureInfo.InvariantCulture), $"a number from {least} to {most}");
            }
        }

        void Lasting(string key, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                Refuse(key, value.ToString(), $"a time from {least} to {most} (hours:minutes:seconds)");
            }
        }

        void Refuse(string key, string value, string mend) =>
            failures.Add($"{HubSpotOptions.Section}__{key} is '{value}': set it to {mend}.");
    }

    static bool IsBaseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" };

    // A password in a URL is a likely slip, and the line is going to be printed.
    static string WithoutCredentials(string text) => Credentials().Replace(text, "//***@");

    [GeneratedRegex(@"^\d{4}-(0[1-9]|1[0-2])$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Release();

    [GeneratedRegex("//[^/]*@", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Credentials();
}
