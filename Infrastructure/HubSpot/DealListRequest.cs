namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>One page of the list endpoint: every deal of the portal, by ascending id.</summary>
public sealed record DealListRequest
{
    /// <summary>Internal names of the properties to read. Empty: HubSpot's eight default properties.</summary>
    public required IReadOnlyList<string> Properties { get; init; }

    /// <summary>Deals on the page, 1 to 100.</summary>
    public int Limit
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, HubSpotLimits.ListPageSize);
            field = value;
        }
    } = HubSpotLimits.ListPageSize;

    /// <summary>The cursor of the page before, as it was given; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>True reads the archived deals, and only those.</summary>
    public bool Archived { get; init; }
}
