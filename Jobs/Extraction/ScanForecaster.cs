using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Says what a scan would cost, by the same plan that a scan is made of. It starts nothing and stores nothing of it.</summary>
public sealed class ScanForecaster
{
    readonly ScanPlanner _planner;
    readonly PortalBudgets _budgets;
    readonly HubSpotOptions _limits;

    internal ScanForecaster(ScanPlanner planner, PortalBudgets budgets, HubSpotOptions limits)
    {
        _planner = planner;
        _budgets = budgets;
        _limits = limits;
    }

    /// <summary>The forecast for a scan; three or four requests, which wait for the portal's budget as every scan's do.</summary>
    /// <exception cref="HubSpotException">HubSpot could not be asked.</exception>
    /// <exception cref="WrongPortalException">The token belongs to another portal.</exception>
    /// <exception cref="UnknownPropertiesException">The scan asks for what the portal does not have.</exception>
    public async Task<ScanForecast> ForecastAsync(string portalId, ScanConfig config, AccessToken token, CancellationToken cancellationToken)
    {
        var budget = _budgets.Of(portalId);
        // A caller waits: what a limit refuses is told, not waited for.
        var call = new CallOptions { MaxRetries = 1, RateLimitPatience = TimeSpan.Zero, Budget = budget };
        var outline = await _planner.OutlineAsync(portalId, config, token, call, cancellationToken);
        await budget.RecordAsync(cancellationToken);
        return ScanForecast.Of(outline, config, await budget.ReadAsync(cancellationToken), _limits);
    }
}
