namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>A user who may own deals.</summary>
/// <param name="Id">As the property <c>hubspot_owner_id</c> holds it; not the user's own id.</param>
/// <param name="Name">First and last name; where there is none, the e-mail address.</param>
public sealed record DealOwner(string Id, string Name);
