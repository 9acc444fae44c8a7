namespace HubSpotDeals.Launcher;

/// <summary>Which HubSpot the service is started on, and who asks for the demo scan's deals there.</summary>
/// <param name="BaseUrl">Configured already; null: HubSpot itself, or the sandbox once it runs.</param>
/// <param name="IsSandbox">Whether the sandbox is to be started.</param>
/// <param name="Portal">The demo scan's portal; null when nobody named one.</param>
/// <param name="AccessToken">The demo scan's token; null when nobody gave one.</param>
sealed record HubSpotSource(string? BaseUrl, bool IsSandbox, string? Portal, string? AccessToken)
{
    // The sandbox's own portal; its token opens nothing else.
    const string SandboxPortal = "12345678";
    const string SandboxToken = "pat-na1-11111111-2222-3333-4444-555555555555";

    public bool CanDemonstrate => Portal is not null && AccessToken is not null;

    /// <summary>The real HubSpot when asked for, the one that the environment configures, or else the sandbox.</summary>
    public static HubSpotSource From(LaunchOptions options)
    {
        var baseUrl = Variable("HubSpot__BaseUrl");
        return options.Live || baseUrl is not null
            ? new HubSpotSource(baseUrl, IsSandbox: false, Variable("HUBSPOT_HUB_ID"), Variable("HUBSPOT_API_KEY"))
            : new HubSpotSource(BaseUrl: null, IsSandbox: true, SandboxPortal, SandboxToken);
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
