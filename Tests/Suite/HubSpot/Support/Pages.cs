namespace HubSpotDeals.Suite.HubSpot.Support;

/// <summary>Small pages as HubSpot writes them.</summary>
static class Pages
{
    public const string Deal =
        """{"id":"479475667160","properties":{"amount":"3000","dealname":"a \"paging\":{} deal"},"createdAt":"2026-02-25T16:26:25.880Z","archived":false}""";

    public const string WithNext = $$$$"""{"results":[{{{{Deal}}}}],"paging":{"next":{"after":"479475667161","link":"https://elsewhere.example/?after=479475667161"}}}""";

    public const string Last = $$$$"""{"results":[{{{{Deal}}}}]}""";

    public const string SearchWithNext = $$$$"""{"total":21,"results":[{{{{Deal}}}}],"paging":{"next":{"after":"5"}}}""";
}
