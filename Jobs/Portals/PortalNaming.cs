using System.Globalization;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
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

    /// <summary>After an attempt in which HubSpot did not answer everything: not every scan is to wait for it.</summary>
    static readonly TimeSpan FreshInPart = TimeSpan.FromHours(1);

    /// <summary>Whoever waits for it waits no longer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks, unless the names are fresh.</summary>
    /// <param name="portalId">The portal, which the token is known to belong to.</param>
    /// <param name="token">What each name can't be asked for with stays as it was known, or an id.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task RefreshAsync(string portalId, AccessToken token, CancellationToken cancellationToken)
    {
        try
        {
            if (await PortalNames.AreFreshAsync(database, portalId, cancellationToken))
            {
                return;
            }

            var (names, isWhole) = await ReadAsync(portalId, token, cancellationToken);
            await names.StoreAsync(database, portalId, isWhole ? Fresh : FreshInPart, cancellationToken);
        }
#pragma warning disable CA1031 // whatever it is, a scan that has every deal does not fail for want of a name
        catch (Exception trouble)
#pragma warning restore CA1031
        {
            Log.NotRead(logger, portalId, trouble.Message);
        }
    }

    async Task<(PortalNames Names, bool IsWhole)> ReadAsync(string portalId, AccessToken token, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var call = new CallOptions { MaxRetries = 1, RateLimitPatience = TimeSpan.Zero, Budget = budgets.Of(portalId) };
        var account = TryAsync(hubSpot.ReadAccountDetailsAsync(token, call, limit.Token), cancellationToken);
        var pipelines = TryAsync(hubSpot.ReadDealPipelinesAsync(token, call, limit.Token), cancellationToken);
        var owners = TryAsync(hubSpot.ReadOwnersAsync(token, archived: false, call, limit.Token), cancellationToken);
        // Deals go on naming those who have left.
        var former = TryAsync(hubSpot.ReadOwnersAsync(token, archived: true, call, limit.Token), cancellationToken);
        await Task.WhenAll(account, pipelines, owners, former);
        var known = await PortalNames.ReadAsync(database, portalId, cancellationToken);
        var names = new Dictionary<string, string>(known.Owners, StringComparer.Ordinal);
        foreach (var owner in (await former ?? []).Concat(await owners ?? []))
        {
            names[owner.Id] = owner.Name;
        }

        return (
            new PortalNames
            {
                Currency = await account is { } details && details.PortalId.ToString(CultureInfo.InvariantCulture) == portalId ? details.Currency : known.Currency,
                Pipelines = await pipelines ?? known.Pipelines,
                Owners = names,
            },
            await account is not null && await pipelines is not null && await owners is not null && await former is not null);
    }

    /// <summary>Null: the token may not ask for it, or HubSpot does not say.</summary>
    static async Task<T?> TryAsync<T>(Task<T> call, CancellationToken cancellationToken) where T : class
    {
        try
        {
            return await call;
        }
        catch (Exception refused) when (refused is HubSpotException || (refused is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    static partial class Log
    {
        [LoggerMessage(3701, LogLevel.Information, "the names of portal {Portal} could not be read; its charts go by ids: {Reason}")]
        internal static partial void NotRead(ILogger logger, string portal, string reason);
    }
}
