namespace HubSpotDeals.Api.Http;

/// <summary>What a HubSpot portal's id looks like wherever the API takes one: 1–20 decimal digits.</summary>
static class PortalId
{
    internal const int MaxLength = 20;
    internal const string Mend = "Must be a valid HubSpot Portal ID";

    internal static bool IsValid(string text) => text.Length is >= 1 and <= MaxLength && text.All(char.IsAsciiDigit);
}
