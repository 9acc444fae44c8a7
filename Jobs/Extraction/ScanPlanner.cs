using System.Globalization;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Asks HubSpot what has to be known before a deal is read, and decides by it what is read from where.</summary>
sealed class ScanPlanner(
    HubSpotClient hubSpot, PortalBudgets budgets, DealTables tables, HubSpotOptions limits, FilteredReads filteredReads)
{
    /// <summary>Plans a scan, and makes the plan durable.</summary>
    /// <returns>The greatest id that HubSpot's search knows of; null: none, or it could not say.</returns>
    /// <exception cref="WrongPortalException">The token belongs to another portal.</exception>
    /// <exception cref="UnknownPropertiesException">The scan asks for what the portal does not have.</exception>
    internal async Task<long?> PlanAsync(
        ScanLease lease, ScanJob scan, AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        var outline = await OutlineAsync(scan.PortalId, scan.Config, token, call, cancellationToken);
        await tables.PlanAsync(lease, scan, outline.Properties, outline.Segments, outline.Matching?.Total, cancellationToken);
        return (outline.Live == SegmentSource.Search ? outline.Matching : outline.All ?? outline.Matching)?.HighestId;
    }

    /// <summary>Says what a scan would read, and starts nothing. All questions are asked at once.</summary>
    /// <exception cref="WrongPortalException">The token belongs to another portal.</exception>
    /// <exception cref="UnknownPropertiesException">The scan asks for what the portal does not have.</exception>
    internal async Task<ScanOutline> OutlineAsync(
        string portalId, ScanConfig config, AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        var portal = ProvePortalAsync(portalId, token, call, cancellationToken);
        var schemaRead = ReadSchemaAsync(token, call, cancellationToken);
        var counted = CountAsync(new DealFilter(config), token, call, cancellationToken);
        var allCounted = config.IsFiltered ? CountAsync(new DealFilter(new ScanConfig()), token, call, cancellationToken) : counted;
        // Whose deals they are comes first: of several failures the first in this order is thrown.
        await Task.WhenAll(portal, schemaRead, counted, allCounted);

        var (schema, matching, all) = (await schemaRead, await counted, await allCounted);
        ScanPlan.RefuseUnknown(config, schema);
        var properties = ScanPlan.PropertiesOf(config, schema);
        var live = SegmentSource.List;
        if (config.IsFiltered)
        {
            var budget = await budgets.Of(portalId).ReadAsync(cancellationToken);
            live = ReadingChoice.Of(budget, limits).For(
                filteredReads, ScanPlan.FitsSearch(config, properties), all?.Total, matching?.Total, config.BatchSize);
        }

        return new ScanOutline(
            properties, live, ScanPlan.SegmentsOf(config, live, limits.SearchIndexLag), matching, all,
            live == SegmentSource.List && !ScanPlan.FitsUrl(hubSpot, config, properties) ? 2 : 1);
    }

    /// <summary>
    /// A start is accepted unproven when HubSpot can't be reached, and a run may have another token than the one before: no deal is read
    /// before it is known whose it is.
    /// </summary>
    internal async Task ProvePortalAsync(string portalId, AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        try
        {
            var account = await hubSpot.ReadAccountDetailsAsync(token, call, cancellationToken);
            if (account.PortalId.ToString(CultureInfo.InvariantCulture) != portalId)
            {
                throw new WrongPortalException($"The access token belongs to portal {account.PortalId}, and the scan to {portalId}: start it again with a token of its own portal.");
            }

            if (account.TimeZone is { } timeZone)
            {
                await budgets.Of(portalId).RememberTimeZoneAsync(timeZone, cancellationToken);
            }
        }
        catch (HubSpotException refused) when (refused.Kind == HubSpotErrorKind.MissingScopes)
        {
            // Not every token may read its account; that alone is no reason not to read its deals.
        }
    }

    /// <summary>The portal's properties; null where the token may not read them, and everything unknown is taken as text.</summary>
    async Task<IReadOnlyList<PropertyDefinition>?> ReadSchemaAsync(AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        try
        {
            return await hubSpot.ReadDealPropertiesAsync(token, call, cancellationToken);
        }
        catch (HubSpotException refused) when (refused.Kind == HubSpotErrorKind.MissingScopes)
        {
            return null;
        }
    }

    /// <summary>HubSpot's count, which nothing but progress and speed need: a search that is out of order does not hold up a scan.</summary>
    async Task<DealCount?> CountAsync(DealFilter filter, AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        try
        {
            return await hubSpot.CountDealsAsync(token, filter.ForSearch(), call, cancellationToken);
        }
        catch (HubSpotException refused) when (refused.Kind is not (
            HubSpotErrorKind.InvalidToken or HubSpotErrorKind.TokenExpired or HubSpotErrorKind.MissingScopes)
            && refused.Policy != RateLimitPolicy.Daily)
        {
            return null;
        }
    }
}
