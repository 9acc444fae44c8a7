namespace HubSpotDeals.Sandbox.Portals;

/// <summary>Which slots of a portal hold archived deals: spread evenly among all, so that both kinds can be counted and stepped through.</summary>
/// <param name="slots">Live and archived deals together.</param>
/// <param name="archived">How many of them are archived.</param>
sealed class ArchivedSlots(int slots, int archived)
{
    public int Count => archived;

    public bool Contains(int slot) => Before(slot + 1) > Before(slot);

    /// <summary>How many of the slots before <paramref name="slot"/> are archived.</summary>
    public int Before(int slot) => slots == 0 ? 0 : (int)((long)slot * archived / slots);

    /// <summary>The first archived slot at or after <paramref name="slot"/>; the number of slots when there is none.</summary>
    public int NextFrom(int slot)
    {
        var rank = Before(slot);
        return rank >= archived ? slots : (int)((((rank + 1L) * slots) + archived - 1) / archived) - 1;
    }
}
