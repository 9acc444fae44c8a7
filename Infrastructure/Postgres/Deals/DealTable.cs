namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>The partition that holds one scan's deals: <c>hubspot_deals_&lt;portal&gt;.deals_&lt;number&gt;</c>.</summary>
/// <param name="Schema">The portal's schema.</param>
/// <param name="Number">The scan's number, unique in the service.</param>
public sealed record DealTable(TenantSchema Schema, long Number)
{
    /// <summary>The partitioned table of all the portal's scans, as SQL.</summary>
    public string Parent => Schema.Name + ".deals";

    /// <summary>The partition, as SQL. Written and read by name, so that no lock on the parent stands between two scans.</summary>
    public string Name => $"{Schema.Name}.deals_{Number}";

    /// <summary>The portal's table of deals that could not be stored, as SQL.</summary>
    public string Failed => Schema.Name + ".failed_deals";
}
