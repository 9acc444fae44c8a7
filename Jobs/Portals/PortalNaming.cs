using System.Globalization;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Infrastructure.Postgres.Portals;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Jobs.Portals;

/// <summary>Asks HubSpot, once a day, what a portal's people call its stages, pipelines and owners, and keeps it.</summary>
/// <remarks>For charts alone: nothing of it is needed, and nothing that goes wrong with it is anybody's failure.</remarks>
public sealed partial class PortalNaming(
    NpgsqlDataSource database, HubSpotClient hubSpot, PortalBudgets budgets, TimeProvider clock, ILogger<PortalNaming> logger)
{
    static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    /// <summary>Whoever waits for it waits no longer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks, unless the names are fresh.</summary>
    /// <param name="portalId">The portal, which the token is known to belong to.</param>
    /// <param name="token">What each name can't be asked for with stays an id.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task RefreshAsync(string portalId, AccessToken token, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            if (await PortalNames.AreFreshAsync(database, portalId, Fresh, limit.Token))
            {
                return;
            }

            var names = await ReadAsync(portalId, token, limit.Token);
            await names.StoreAsync(database, portalId, limit.Token);
        }
        catch (Exception trouble) when (trouble is HubSpotException or OperationCanceledException || PostgresErrors.IsTrouble(trouble))
        {
            Log.NotRead(logger, portalId, trouble.Message);
        }
    }

    async Task<PortalNames> ReadAsync(string portalId, AccessToken token, CancellationToken cancellationToken)
    {
        var call = new CallOptions { MaxRetries = 1, RateLimitPatience = TimeSpan.Zero, Budget = budgets.Of(portalId) };
        var account = AllowedAsync(hubSpot.ReadAccountDetailsAsync(token, call, cancellationToken));
        var pipelines = AllowedAsync(hubSpot.ReadDealPipelinesAsync(token, call, cancellationToken));
        var owners = AllowedAsync(hubSpot.ReadOwnersAsync(token, archived: false, call, cancellationToken));
        // Deals go on naming those who have left.
        var former = AllowedAsync(hubSpot.ReadOwnersAsync(token, archived: true, call, cancellationToken));
        await Task.WhenAll(account, pipelines, owners, former);
        return new PortalNames
        {
            Currency = await account is { } details && details.PortalId.ToString(CultureInfo.InvariantCulture) == portalId ? details.Currency : null,
            Pipelines = await pipelines ?? [],
            Owners = (await former ?? []).Concat(await owners ?? [])
                .GroupBy(owner => owner.Id, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Last().Name, StringComparer.Ordinal),
        };
    }

    /// <summary>Null: the token may not ask for it.</summary>
    static async Task<T?> AllowedAsync<T>(Task<T> call) where T : class
    {
        try
        {
            return await call;
        }
        catch (HubSpotException refused) when (refused.Kind == HubSpotErrorKind.MissingScopes || refused.StatusCode == 403)
        {
            return null;
        }
    }

    static partial class Log
    {
        [LoggerMessage(3601, LogLevel.Information, "the names of portal {Portal} could not be read; its charts go by ids: {Reason}")]
        internal static partial void NotRead(ILogger logger, string portal, string reason);
    }
}
