using HubSpotDeals.Benchmarks.Machine;

namespace HubSpotDeals.Benchmarks.Pages;

/// <summary>How large a scan is looked at, how often.</summary>
sealed record ConsoleOptions(int Deals, int Rounds)
{
    public static bool TryParse(IReadOnlyList<string> arguments, out ConsoleOptions options)
    {
        var sizes = new SizeOptions(1_000_000, 5);
        var isGood = sizes.TryRead(arguments);
        options = new ConsoleOptions(sizes.Deals, sizes.Rounds);
        return isGood;
    }
}
