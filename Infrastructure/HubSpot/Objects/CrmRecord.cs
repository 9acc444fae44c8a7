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

/// <summary>Another record that one is joined to when it is created.</summary>
/// <param name="Id">That record's id.</param>
/// <param name="TypeId">HubSpot's number for the kind of association, in the direction from the new record.</param>
public sealed record CrmLink(string Id, int TypeId)
{
    /// <summary>HubSpot's own kinds of association. <see href="https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide"/></summary>
    public const int DealToContact = 3;
    public const int TicketToContact = 16;
    public const int TicketToDeal = 28;
}

/// <summary>A record to be created.</summary>
/// <param name="Properties">Its values, by internal name.</param>
/// <param name="Links">What it is joined to.</param>
public sealed record NewCrmRecord(IReadOnlyDictionary<string, string> Properties, IReadOnlyList<CrmLink> Links);

/// <summary>What became of one record of a batch.</summary>
/// <param name="Record">The record; null: it failed, or there was nothing to answer.</param>
/// <param name="Failure">Why it failed, in HubSpot's words; null: it did not.</param>
/// <param name="Category">HubSpot's name for the failure, such as <c>CONFLICT</c>.</param>
public sealed record BatchOutcome(CrmRecord? Record, string? Failure, string? Category);
