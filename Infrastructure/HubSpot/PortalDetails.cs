namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>The account that an access token belongs to.</summary>
/// <param name="PortalId">HubSpot's number for the account.</param>
/// <param name="TimeZone">
/// The account's time zone, often by a legacy name such as <c>US/Eastern</c>; the daily limit starts anew at its midnight.
/// </param>
/// <param name="Currency">Company currency, ISO 4217.</param>
/// <param name="UiDomain">Where the account's pages are, such as <c>app-eu1.hubspot.com</c>.</param>
/// <param name="AccountType"><c>STANDARD</c>, <c>DEVELOPER_TEST</c>, <c>SANDBOX</c> or <c>APP_DEVELOPER</c>.</param>
public sealed record PortalDetails(long PortalId, string? TimeZone, string? Currency, string? UiDomain, string? AccountType);
