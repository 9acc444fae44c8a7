using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>What an account says of itself, and what its private apps have used today.</summary>
static class AccountEndpoints
{
    public static void Details(Exchange exchange)
    {
        exchange.Body.Node(new JsonObject
        {
            ["portalId"] = exchange.Portal.PortalId,
            ["accountType"] = "STANDARD",
            ["timeZone"] = "US/Eastern",
            ["companyCurrency"] = "EUR",
            ["additionalCurrencies"] = new JsonArray("USD", "GBP"),
            ["utcOffset"] = "-04:00",
            ["utcOffsetMilliseconds"] = (long)AccountUsage.UtcOffset.TotalMilliseconds,
            ["uiDomain"] = "app.hubspot.com",
            ["dataHostingLocation"] = "na1",
        });
    }

    public static void DailyUsage(Exchange exchange)
    {
        var now = exchange.Arrived;
        exchange.Body.Node(new JsonObject
        {
            ["results"] = new JsonArray(new JsonObject
            {
                ["name"] = "private-apps-api-calls-daily",
                ["usageLimit"] = exchange.Portal.Limits.Daily,
                ["currentUsage"] = exchange.Portal.Usage.UsedToday(now),
                ["collectedAt"] = InstantText.ToText(now.ToUnixTimeMilliseconds()),
                ["fetchStatus"] = "SUCCESS",
                ["resetsAt"] = InstantText.ToText(AccountUsage.NextMidnight(now).ToUnixTimeMilliseconds()),
            }),
        });
    }
}
