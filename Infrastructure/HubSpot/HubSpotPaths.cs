namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>
/// Where each call goes. The releases with dates put the version behind the resource
/// (<c>/crm/objects/2026-09/deals</c>), the older API before it (<c>/crm/v3/objects/deals</c>).
/// </summary>
public sealed class HubSpotPaths
{
    /// <summary>The API before its releases had dates; HubSpot answers it until September 2027.</summary>
    public const string V3 = "v3";

    /// <param name="baseUrl">Absolute; a path in it is kept as a prefix.</param>
    /// <param name="version"><c>v3</c> or a release, <c>YYYY-MM</c>.</param>
    public HubSpotPaths(string baseUrl, string version)
    {
        var root = baseUrl.TrimEnd('/');
        AccountDetails = $"{root}/account-info/{version}/details";
        Deals = Crm("objects");
        DealSearch = $"{Deals}/search";
        DealBatchRead = $"{Deals}/batch/read";
        DealProperties = Crm("properties");
        DealPipelines = Crm("pipelines");
        Owners = version is V3 ? $"{root}/crm/v3/owners" : $"{root}/crm/owners/{version}";

        string Crm(string resource) => version is V3 ? $"{root}/crm/v3/{resource}/deals" : $"{root}/crm/{resource}/{version}/deals";
    }

    public string AccountDetails { get; }

    public string Deals { get; }

    public string DealSearch { get; }

    public string DealBatchRead { get; }

    public string DealProperties { get; }

    public string DealPipelines { get; }

    public string Owners { get; }
}
