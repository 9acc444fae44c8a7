using HubSpotDeals.Sandbox.Portals;

namespace HubSpotDeals.Sandbox.Records;

/// <summary>A contact or ticket. It never changes; a write makes the next one. Times are milliseconds since 1970.</summary>
sealed record CrmRecord
{
    static readonly IReadOnlyDictionary<string, EarlierValue[]> NoHistory = new Dictionary<string, EarlierValue[]>(StringComparer.Ordinal);

    public required long Id { get; init; }

    public required long Created { get; init; }

    public required long Modified { get; init; }

    /// <summary>Null while the record is live. Archiving moves no other time.</summary>
    public long? ArchivedAt { get; init; }

    /// <summary>Every property that was ever set: its text, "" when it was cleared.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>Values that edits replaced, newest first, by property.</summary>
    public IReadOnlyDictionary<string, EarlierValue[]> History { get; init; } = NoHistory;

    /// <summary>When the search index notices this state of the record.</summary>
    public DateTimeOffset IndexedAt { get; init; }

    /// <summary>The state that the index shows until then; null when it shows none.</summary>
    public CrmRecord? Before { get; init; }

    public string? ValueOf(string property) => Values.GetValueOrDefault(property);

    /// <summary>The record as the search index knows it at this time.</summary>
    public CrmRecord? Indexed(DateTimeOffset now)
    {
        var state = this;
        while (state is not null && state.IndexedAt > now)
        {
            state = state.Before;
        }

        return state;
    }
}
