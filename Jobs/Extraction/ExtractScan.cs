using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>The work itself: plan the scan if nobody has, then carry its open segments from HubSpot into PostgreSQL.</summary>
/// <remarks>Going on after a crash is not a special case: a run begins wherever the checkpoints are.</remarks>
sealed class ExtractScan(NpgsqlDataSource database, HubSpotClient hubSpot, DealTables tables, TimeProvider clock)
{
    /// <summary>Runs until every segment is done, or until something ends it.</summary>
    /// <param name="lease">The right to write.</param>
    /// <param name="scan">The scan as it is under the lease.</param>
    /// <param name="token">HubSpot's access token.</param>
    /// <param name="meter">Told of requests and stored deals.</param>
    /// <param name="stop">Ends the reading; what was read is stored.</param>
    /// <param name="abort">Ends everything at once.</param>
    /// <returns>True when every segment is done; false when it was stopped before.</returns>
    internal async Task<bool> RunAsync(
        ScanLease lease, ScanJob scan, AccessToken token, RunMeter meter, CancellationToken stop, CancellationToken abort)
    {
        var call = new CallOptions { MaxRetries = scan.Config.MaxRetries, Observer = meter.Called };
        using var planning = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        IReadOnlyList<DealColumn> columns;
        IReadOnlyList<Segment> segments;
        try
        {
            await ProvePortalAsync(scan, token, call, planning.Token);
            columns = scan.Columns ?? await PlanAsync(lease, scan, token, call, planning.Token);
            segments = await Segment.ReadOpenAsync(database, scan.Id, planning.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !abort.IsCancellationRequested)
        {
            return false;
        }

        var plan = ScanPlan.Of(scan.Config, columns);
        var source = new DealSource(hubSpot, token, call, plan);
        foreach (var segment in segments)
        {
            // HubSpot's search has judged already; of the list endpoint's deals, this service is the judge.
            var filter = segment.Source == SegmentSource.Search ? null : plan.Filter;
            var parser = new DealPageParser(scan.ScanId, columns, filter);
            await using var writer = await DealWriter.OpenAsync(database, lease, segment.Number, scan.Table, columns, abort);
            if (!await new SegmentPipeline(source, parser, writer, segment, meter, clock).RunAsync(stop, abort))
            {
                return false;
            }
        }

        return true;
    }

    async Task<IReadOnlyList<DealColumn>> PlanAsync(
        ScanLease lease, ScanJob scan, AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        var schema = await ReadSchemaAsync(token, call, cancellationToken);
        ScanPlan.RefuseUnknown(scan.Config, schema);
        var properties = ScanPlan.PropertiesOf(scan.Config, schema);
        var segments = ScanPlan.SegmentsOf(scan.Config, properties);
        var total = await CountAsync(scan.Config, token, call, cancellationToken);
        return await tables.PlanAsync(lease, scan, properties, segments, total, cancellationToken);
    }

    /// <summary>
    /// A start is accepted unproven when HubSpot can't be reached, and a run may have another token than the one before: no deal is read
    /// before it is known whose it is.
    /// </summary>
    async Task ProvePortalAsync(ScanJob scan, AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        try
        {
            var account = await hubSpot.ReadAccountDetailsAsync(token, call, cancellationToken);
            if ($"{account.PortalId}" != scan.PortalId)
            {
                throw new WrongPortalException($"The access token belongs to portal {account.PortalId}, and the scan to {scan.PortalId}: start it again with a token of its own portal.");
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

    /// <summary>HubSpot's count, which nothing but the progress needs: a search that is out of order does not hold up a scan.</summary>
    async Task<long?> CountAsync(ScanConfig config, AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        try
        {
            return await hubSpot.CountDealsAsync(token, new DealFilter(config).ForSearch(), call, cancellationToken);
        }
        catch (HubSpotException refused) when (refused.Kind is not (
            HubSpotErrorKind.InvalidToken or HubSpotErrorKind.TokenExpired or HubSpotErrorKind.MissingScopes))
        {
            return null;
        }
    }
}
