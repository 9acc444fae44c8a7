namespace HubSpotDeals.Infrastructure.HubSpot.Objects;

/// <summary>A kind of record in a portal's CRM.</summary>
/// <param name="Name">As it stands in HubSpot's paths.</param>
public sealed record CrmObjectType(string Name)
{
    public static readonly CrmObjectType Contacts = new("contacts");
}
