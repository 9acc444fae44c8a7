namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>
/// Where each call goes. The releases with dates put the version behind the resource
/// (<c>/crm/objects/2026-09/deals</c>), the older API before it (<c>/crm/v3/objects/deals</c>).
/// </summary>
public sealed class HubSpotPaths
{
    /// <summary>The API before its releases had dates; HubSpot answers it until September 2027.</summary>
    public const string V3 = "v3";

    readonly string _root;
    readonly string _version;

    /// <param name="baseUrl">Absolute; a path in it is kept as a prefix.</param>
    /// <param name="version"><c>v3</c> or a release, <c>YYYY-MM</c>.</param>
    public HubSpotPaths(string baseUrl, string version)
    {
        _root = baseUrl.TrimEnd('/');
        _version = version;
        AccountDetails = $"{_root}/account-info/{version}/details";
        Deals = Objects("deals");
        DealSearch = $"{Deals}/search";
        DealBatchRead = $"{Deals}/batch/read";
        DealProperties = Crm("properties") + "/deals";
        DealPipelines = Crm("pipelines") + "/deals";
        Owners = Crm("owners");
    }

    public string AccountDetails { get; }

    public string Deals { get; }

    public string DealSearch { get; }

    public string DealBatchRead { get; }

    public string DealProperties { get; }

    public string DealPipelines { get; }

    public string Owners { get; }

    /// <summary>The records of a kind.</summary>
    public string Objects(string type) => $"{Crm("objects")}/{type}";

    string Crm(string resource) => _version is V3 ? $"{_root}/crm/v3/{resource}" : $"{_root}/crm/{resource}/{_version}";
}
