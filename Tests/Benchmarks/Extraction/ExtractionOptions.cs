using System.Globalization;

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

        var (deals, rounds) = (UsualDeals, UsualRounds);
        for (var index = 0; index < arguments.Count; index += 2)
        {
            if (index + 1 == arguments.Count
                || !int.TryParse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number == 0)
            {
                return false;
            }

            switch (arguments[index])
            {
                case "--deals": deals = number; break;
                case "--rounds": rounds = number; break;
                default: return false;
            }
        }

        options = new ExtractionOptions([(deals, rounds)]);
        return true;
    }
}
