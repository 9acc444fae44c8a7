using HubSpotDeals.Benchmarks.Machine;

namespace HubSpotDeals.Benchmarks.Downloads;

/// <summary>How large a scan is downloaded, how often.</summary>
sealed record DownloadOptions(int Deals, int Rounds)
{
    public static bool TryParse(IReadOnlyList<string> arguments, out DownloadOptions options)
    {
        var sizes = new SizeOptions(1_000_000, 5);
        var isGood = sizes.TryRead(arguments);
        options = new DownloadOptions(sizes.Deals, sizes.Rounds);
        return isGood;
    }
}
