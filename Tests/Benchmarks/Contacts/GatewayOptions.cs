using HubSpotDeals.Benchmarks.Machine;

namespace HubSpotDeals.Benchmarks.Contacts;

/// <summary>How long the gateway is asked.</summary>
sealed record GatewayOptions(int Rounds)
{
    public static bool TryParse(IReadOnlyList<string> arguments, out GatewayOptions options)
    {
        var sizes = new SizeOptions(deals: 1, rounds: 3);
        var isGood = sizes.TryRead(arguments);
        options = new GatewayOptions(sizes.Rounds);
        return isGood;
    }
}
