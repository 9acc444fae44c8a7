using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubSpotDeals.Infrastructure.HubSpot.Budget;

/// <summary>The budgets of the portals that this process works for. All processes share what is behind them.</summary>
public sealed class PortalBudgets(NpgsqlDataSource database, IOptions<HubSpotOptions> options, TimeProvider clock)
{
    readonly ConcurrentDictionary<string, PortalBudget> _portals = new(StringComparer.Ordinal);

    /// <summary>The portal's budget, the same object for everybody who asks.</summary>
    public PortalBudget Of(string portalId) =>
        _portals.GetOrAdd(portalId, id => new PortalBudget(new BudgetStore(database, id), options.Value, clock));
}
