namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>A kind of call: by one name in metrics and log lines, by another in sentences.</summary>
/// <param name="Name">Such as <c>deals.list</c>.</param>
/// <param name="Doing">Completes "Could not …".</param>
/// <param name="Class">Which of the portal's limits it counts against.</param>
sealed record HubSpotOperation(string Name, string Doing, RequestClass Class = RequestClass.Burst)
{
    public static readonly HubSpotOperation AccountDetails = new("account.details", "read the account's details");
    public static readonly HubSpotOperation DealProperties = new("deals.properties", "read the deal properties");
    public static readonly HubSpotOperation DealPipelines = new("deals.pipelines", "read the deal pipelines");
    public static readonly HubSpotOperation Owners = new("owners.list", "read the owners");
    public static readonly HubSpotOperation ListDeals = new("deals.list", "list deals");
    public static readonly HubSpotOperation ReadDeals = new("deals.batch-read", "read deals by their ids");
    public static readonly HubSpotOperation SearchDeals = new("deals.search", "search deals", RequestClass.Search);
    public static readonly HubSpotOperation CountDeals = new("deals.count", "count deals", RequestClass.Search);
}

/// <summary>The limits of a portal that requests count against. (The day's counts them all.)</summary>
public enum RequestClass
{
    /// <summary>The app's requests in any ten seconds.</summary>
    Burst,

    /// <summary>The search endpoints' requests in a second; they are outside of the other.</summary>
    Search,
}
