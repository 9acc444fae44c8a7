namespace HubSpotDeals.Infrastructure.HubSpot.Objects;

/// <summary>A kind of record in a portal's CRM.</summary>
/// <param name="Name">As it stands in HubSpot's paths.</param>
/// <param name="One">What people call one of them.</param>
public sealed record CrmObjectType(string Name, string One)
{
    public static readonly CrmObjectType Contacts = new("contacts", "contact");
    public static readonly CrmObjectType Deals = new("deals", "deal");
    public static readonly CrmObjectType Tickets = new("tickets", "ticket");
}
