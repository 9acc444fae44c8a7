namespace HubSpotDeals.Sandbox.Portals;

/// <summary>
/// What everything else about a deal follows from: its place, times, stage, owner and amount. All its other properties are
/// computed from these, so they fit each other. Times are milliseconds since 1970.
/// </summary>
struct DealFacts
{
    public long Id { get; set; }

    /// <summary>The deal's own chance; properties without a rule of their own are rolled from it.</summary>
    public ulong Hash { get; set; }

    /// <summary>The place in the generated portal, or -1 for a deal made through the API.</summary>
    public int Slot { get; set; }

    public long Created { get; set; }

    public long Modified { get; set; }

    /// <summary>Null when the seller named no closing date.</summary>
    public long? Closes { get; set; }

    /// <summary>A user may empty <c>createdate</c>; HubSpot then reports <c>createdAt</c> as 1970.</summary>
    public bool CreateDateCleared { get; set; }

    /// <summary>Null in a deal that was made without one.</summary>
    public Stage? Stage { get; set; }

    /// <summary>Null when nobody owns the deal.</summary>
    public Owner? Owner { get; set; }

    /// <summary>The amount's digits, to be divided by 10^<see cref="AmountScale"/>; null when none was given.</summary>
    public long? Amount { get; set; }

    public byte AmountScale { get; set; }

    /// <summary>Which awkward values this deal carries, or -1; see <see cref="Properties.AwkwardValues"/>.</summary>
    public int Awkward { get; set; }

    public readonly bool IsGenerated => Slot >= 0;

    /// <summary>When an archived deal was archived. Archiving does not move <see cref="Modified"/>.</summary>
    public long? Archived { get; set; }
}
