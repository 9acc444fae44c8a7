namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>A kind of call: by one name in metrics and log lines, by another in sentences.</summary>
/// <param name="Name">Such as <c>deals.list</c>.</param>
/// <param name="Doing">Completes "Could not …".</param>
sealed record HubSpotOperation(string Name, string Doing)
{
    public static readonly HubSpotOperation AccountDetails = new("account.details", "read the account's details");
    public static readonly HubSpotOperation DealProperties = new("deals.properties", "read the deal properties");
    public static readonly HubSpotOperation DealPipelines = new("deals.pipelines", "read the deal pipelines");
    public static readonly HubSpotOperation ListDeals = new("deals.list", "list deals");
    public static readonly HubSpotOperation SearchDeals = new("deals.search", "search deals");
    public static readonly HubSpotOperation CountDeals = new("deals.count", "count deals");
}
