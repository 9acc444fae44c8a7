using HubSpotDeals.Sandbox.Properties;

namespace HubSpotDeals.Sandbox.Portals;

/// <summary>
/// The deals a portal starts with. Nothing is stored: a deal is computed from the seed and its slot each time it is read.
/// </summary>
abstract class GeneratedDeals(ulong seed, int slots, int archived)
{
    /// <summary>2021-01-04: the team begins to use HubSpot.</summary>
    public const long FirstCreated = 1_609_718_400_000;

    /// <summary>2026-11-01: nothing generated happened later, so that writes are always the newest.</summary>
    public const long LastTouched = 1_793_491_200_000;

    public ulong Seed { get; } = seed;

    /// <summary>Live and archived deals together.</summary>
    public int Slots { get; } = slots;

    public IdSequence Ids { get; } = new(seed, slots);

    public ArchivedSlots Archived { get; } = new(slots, archived);

    /// <summary>Computes the deal in <paramref name="slot"/>.</summary>
    public abstract void Describe(int slot, out DealFacts deal);

    /// <summary>The deal's name when nothing awkward replaces it.</summary>
    public abstract string NameOf(in DealFacts deal);

    /// <summary>Properties that only these deals bring with them.</summary>
    public virtual IEnumerable<PropertyColumn> OwnProperties() => [];
}
