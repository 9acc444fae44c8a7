using System.Globalization;

namespace HubSpotDeals.Benchmarks.Machine;

/// <summary>How many deals, how often: <c>--deals N</c> and <c>--rounds N</c>.</summary>
sealed class SizeOptions(int deals, int rounds)
{
    public int Deals { get; private set; } = deals;

    public int Rounds { get; private set; } = rounds;

    /// <summary>Reads the options; what is not given stays as it is.</summary>
    public bool TryRead(IReadOnlyList<string> arguments)
    {
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
                case "--deals": Deals = number; break;
                case "--rounds": Rounds = number; break;
                default: return false;
            }
        }

        return true;
    }
}
