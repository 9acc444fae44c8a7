namespace HubSpotDeals.Benchmarks.Pace;

/// <summary>Which cases are measured.</summary>
sealed record PaceOptions(IReadOnlyList<string> Cases)
{
    static readonly string[] All = ["latency", "unlimited", "nodes", "search"];

    /// <summary>Reads <c>--only CASE</c>; without it there are all.</summary>
    public static bool TryParse(IReadOnlyList<string> arguments, out PaceOptions options)
    {
        options = new PaceOptions(arguments is ["--only", var one] ? [one] : All);
        return arguments.Count == 0 || (arguments is ["--only", var name] && All.Contains(name, StringComparer.Ordinal));
    }
}
