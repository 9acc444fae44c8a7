using System.Globalization;
using System.Net.Http.Json;

namespace HubSpotDeals.Benchmarks.Extraction;

/// <summary>A portal of the sandbox with so many deals, awkward values among them.</summary>
sealed record SandboxPortal(int Deals)
{
    /// <summary>What is extracted of each deal: what people ask for first, of every type that there is.</summary>
    public static readonly IReadOnlyList<string> Properties =
    [
        "dealname", "amount", "dealstage", "pipeline", "closedate", "createdate", "hs_lastmodifieddate", "hubspot_owner_id", "dealtype",
        "hs_priority", "hs_forecast_probability", "description", "hs_next_step", "num_associated_contacts", "hs_is_closed",
        "hs_deal_stage_probability", "deal_currency_code",
    ];

    public string Id => (10_000_000 + Deals).ToString(CultureInfo.InvariantCulture);

    public string AccessToken => $"pat-na1-11111111-2222-3333-4444-{Id.PadLeft(12, '0')}";

    /// <summary>Adds the portal to a sandbox, without limits.</summary>
    public Task AddToAsync(Uri sandbox, HttpClient http, CancellationToken cancellationToken) =>
        AddToAsync(sandbox, http, requestsPer10Seconds: 0, searchesPerSecond: 0, cancellationToken);

    /// <summary>Adds the portal to a sandbox, with limits; 0 is none.</summary>
    public async Task AddToAsync(Uri sandbox, HttpClient http, int requestsPer10Seconds, int searchesPerSecond, CancellationToken cancellationToken)
    {
        var limits = new { requestsPer10Seconds, searchesPerSecond, daily = 0 };
        var portal = new { portalId = 10_000_000 + Deals, deals = Deals, tokens = new[] { new { token = AccessToken } }, limits };
        using var answer = await http.PostAsJsonAsync(new Uri(sandbox, "/_sandbox/portals"), portal, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
