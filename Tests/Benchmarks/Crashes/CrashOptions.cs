using System.Globalization;

namespace HubSpotDeals.Benchmarks.Crashes;

/// <summary>How many kills, over scans of how many deals, at which moments.</summary>
/// <param name="Kills">Processes that are killed.</param>
/// <param name="Deals">Deals of a scan.</param>
/// <param name="Seed">The same seed waits the same times and chooses the same victims.</param>
sealed record CrashOptions(int Kills, int Deals, int Seed)
{
    /// <summary>Reads <c>--kills N</c>, <c>--deals N</c> and <c>--seed N</c>.</summary>
    public static bool TryParse(IReadOnlyList<string> arguments, out CrashOptions options)
    {
        options = new CrashOptions(Kills: 500, Deals: 100_000, Seed: Random.Shared.Next());
        for (var index = 0; index < arguments.Count; index += 2)
        {
            if (index + 1 == arguments.Count
                || !int.TryParse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            switch (arguments[index])
            {
                case "--kills": options = options with { Kills = number }; break;
                case "--deals": options = options with { Deals = number }; break;
                case "--seed": options = options with { Seed = number }; break;
                default: return false;
            }
        }

        return options is { Kills: > 0, Deals: > 0 };
    }
}
