using Hangfire.Dashboard;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Lets in whoever gets as far as the dashboard.</summary>
/// <remarks>
/// The API's own access stands in front of its path. Hangfire's usual filter, which lets in requests from the machine itself, would let in
/// everybody whom a proxy on the same machine passes on.
/// </remarks>
sealed class OpenToAll : IDashboardAuthorizationFilter
{
    /// <inheritdoc/>
    public bool Authorize(DashboardContext context) => true;
}
