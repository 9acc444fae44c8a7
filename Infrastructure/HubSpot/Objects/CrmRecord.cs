namespace HubSpotDeals.Infrastructure.HubSpot.Objects;

/// <summary>A record as HubSpot answers it.</summary>
public sealed record CrmRecord
{
    public required string Id { get; init; }

    /// <summary>Values as HubSpot's text, by internal name; null: the record has none.</summary>
    public required IReadOnlyDictionary<string, string?> Properties { get; init; }

    /// <summary>Absent from the answers of some writes.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }
}

/// <summary>A page of records.</summary>
/// <param name="Records">In HubSpot's order.</param>
/// <param name="After">Where the next page begins; null: there is none.</param>
/// <param name="Total">How many there are in all; only a search says so.</param>
public sealed record CrmPage(IReadOnlyList<CrmRecord> Records, string? After, long? Total);

/// <summary>What became of one record of a batch.</summary>
/// <param name="Record">The record; null: it failed, or there was nothing to answer.</param>
/// <param name="Failure">Why it failed, in HubSpot's words; null: it did not.</param>
/// <param name="Category">HubSpot's name for the failure, such as <c>CONFLICT</c>.</param>
public sealed record BatchOutcome(CrmRecord? Record, string? Failure, string? Category);
