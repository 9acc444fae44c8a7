namespace HubSpotDeals.Sandbox.Portals;

/// <summary>Chance without state: the same seed and salt always give the same roll, so a deal is computed and never stored.</summary>
static class Dice
{
    const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A well mixed number for each pair (SplitMix64's finalizer).</summary>
    public static ulong Roll(ulong seed, ulong salt)
    {
        var mixed = seed + (Golden * (salt + 1));
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>0 to <paramref name="bound"/> - 1, evenly.</summary>
    public static long Below(long bound, ulong seed, ulong salt) => (long)Math.BigMul(Roll(seed, salt), (ulong)bound, out _);

    /// <summary>0 to 1, 1 excluded.</summary>
    public static double Unit(ulong seed, ulong salt) => (Roll(seed, salt) >> 11) * (1.0 / (1UL << 53));

    /// <summary>The same text gives the same number on every run, unlike <see cref="string.GetHashCode()"/>.</summary>
    public static ulong Of(string text)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var character in text)
        {
            hash = (hash ^ character) * 0x100000001B3;
        }

        return hash;
    }
}
