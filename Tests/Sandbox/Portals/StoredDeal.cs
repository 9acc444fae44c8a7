namespace HubSpotDeals.Sandbox.Portals;

/// <summary>
/// One deal by itself, as opposed to one met while reading a page: looked up by id, or written to since the portal started. It
/// never changes; a write makes the next one.
/// </summary>
sealed record StoredDeal
{
    static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>(StringComparer.Ordinal);
    static readonly IReadOnlyDictionary<string, EarlierValue[]> NoHistory = new Dictionary<string, EarlierValue[]>(StringComparer.Ordinal);

    public required DealFacts Facts { get; init; }

    public long Id => Facts.Id;

    /// <summary>Property values exactly as they were written; all others follow from <see cref="Facts"/>.</summary>
    public IReadOnlyDictionary<string, string> Written { get; init; } = Nothing;

    /// <summary>Milliseconds since 1970, or null while the deal is live. Archiving moves no other time.</summary>
    public long? ArchivedAt { get; init; }

    /// <summary>The deal that swallowed this one in a merge. The record itself is gone, its id leads to the survivor.</summary>
    public long? MergedInto { get; init; }

    /// <summary>Values that edits replaced, newest first, by property.</summary>
    public IReadOnlyDictionary<string, EarlierValue[]> History { get; init; } = NoHistory;
}

/// <summary>A value a property had, and when it was set (milliseconds since 1970).</summary>
sealed record EarlierValue(string? Value, long SetAt);
