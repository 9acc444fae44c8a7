using HubSpotDeals.Benchmarks.Machine;

namespace HubSpotDeals.Benchmarks.Extraction;

/// <summary>Which scans are measured: how many deals, how often.</summary>
sealed record ExtractionOptions(IReadOnlyList<(int Deals, int Rounds)> Sizes)
{
    const int UsualDeals = 100_000;
    const int UsualRounds = 5;

    /// <summary>Reads <c>--deals N</c> and <c>--rounds N</c>; with either of them there is one size instead of two.</summary>
    public static bool TryParse(IReadOnlyList<string> arguments, out ExtractionOptions options)
    {
        options = new ExtractionOptions([(UsualDeals, UsualRounds), (1_000_000, 1)]);
        if (arguments.Count == 0)
        {
            return true;
        }

        var sizes = new SizeOptions(UsualDeals, UsualRounds);
        if (!sizes.TryRead(arguments))
        {
            return false;
        }

        options = new ExtractionOptions([(sizes.Deals, sizes.Rounds)]);
        return true;
    }
}
