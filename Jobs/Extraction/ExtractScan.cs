using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>The work itself: plan the scan if nobody has, then carry its open segments from HubSpot into PostgreSQL.</summary>
/// <remarks>Going on after a crash is not a special case: a run begins wherever the checkpoints are.</remarks>
sealed partial class ExtractScan(
    NpgsqlDataSource database, HubSpotClient hubSpot, PortalBudgets budgets, DealTables tables, HubSpotOptions limits, FilteredReads filteredReads, TimeProvider clock,
    ILogger<ExtractScan> logger)
{
    /// <summary>HubSpot says when a deal was changed by its own clock, and the database when the scan was planned by another.</summary>
    static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

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
        var inFlight = new InFlight(limits.MaxConcurrentRequests);
        var call = new CallOptions
        {
            MaxRetries = scan.Config.MaxRetries,
            Budget = budgets.Of(scan.PortalId),
            Observer = attempt =>
            {
                meter.Called(attempt);
                inFlight.Answered(attempt.Duration, attempt.Waited);
            },
        };
        using var planning = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        IReadOnlyList<Segment> segments;
        try
        {
            await ProvePortalAsync(scan, token, call, planning.Token);
            if (scan.Columns is null)
            {
                await PlanAsync(lease, scan, token, call, planning.Token);
                scan = await lease.ReadAsync(planning.Token);
            }

            segments = await Segment.ReadOpenAsync(database, scan.Id, planning.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !abort.IsCancellationRequested)
        {
            return false;
        }

        var readAt = clock.GetTimestamp();
        var changedSince = new DateTimeOffset((scan.PlannedAt ?? scan.StartedAt) - limits.SearchIndexLag - ClockSkew);
        var source = new DealSource(hubSpot, token, call, ScanPlan.Of(scan.Config, scan.Columns!), changedSince);
        while (NextOf(segments) is { Count: > 0 } part)
        {
            if (part[0].Source == SegmentSource.Closing && !await ComesTimeAsync(scan, readAt, stop, abort))
            {
                return false;
            }

            try
            {
                await ReadAsync(lease, scan, source, part, inFlight, meter, stop, abort);
            }
            catch (UnprovenCursorException unproven)
            {
                Log.AsOneChain(logger, scan.ScanId, unproven.Message);
                await Segment.ReadAsOneChainAsync(database, lease, part[0].Source, abort);
            }

            if (stop.IsCancellationRequested)
            {
                return false;
            }

            segments = await Segment.ReadOpenAsync(database, scan.Id, abort);
        }

        return true;
    }

    /// <summary>
    /// What is to be read next, side by side: the live deals, then the archive, then the closing look, each only when there is nothing left of
    /// the one before.
    /// </summary>
    static IReadOnlyList<Segment> NextOf(IReadOnlyList<Segment> open) =>
        open.Count == 0 ? [] : [.. open.GroupBy(segment => segment.Source).MinBy(part => ScanPlan.TurnOf(part.Key))!];

    /// <summary>Waits until HubSpot's search must know everything that had happened when the scan was planned.</summary>
    /// <returns>False: it was stopped before.</returns>
    async Task<bool> ComesTimeAsync(ScanJob scan, long readAt, CancellationToken stop, CancellationToken abort)
    {
        // The database's clock says when it was planned and how long ago that was; from then on this process counts by itself.
        var age = scan.ReadAt - (scan.PlannedAt ?? scan.ReadAt) + clock.GetElapsedTime(readAt);
        if (age >= limits.SearchIndexLag)
        {
            return true;
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        try
        {
            await Task.Delay(limits.SearchIndexLag - age, clock, waiting.Token);
            return true;
        }
        catch (OperationCanceledException) when (!abort.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Carries segments of one source to their end, or until it is stopped.</summary>
    async Task ReadAsync(
        ScanLease lease, ScanJob scan, DealSource source, IReadOnlyList<Segment> part, InFlight inFlight, RunMeter meter,
        CancellationToken stop, CancellationToken abort)
    {
        // Judged here as well where HubSpot's search has judged: its index may not have noticed yet what the deal has become.
        var parser = new DealPageParser(scan.ScanId, scan.Columns!, new DealFilter(scan.Config));
        var expected = part[0].Source == SegmentSource.Archived || scan.Config.IsFiltered ? null : scan.TotalDeals;
        var crew = new SegmentCrew(database, lease, source, part, expected, inFlight, clock);
        await using var writer = await DealWriter.OpenAsync(database, lease, scan.Table, scan.Columns!, abort);
        await new ScanPipeline(crew, parser, writer, meter, clock).RunAsync(stop, abort);
    }

    async Task PlanAsync(
        ScanLease lease, ScanJob scan, AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        var schema = await ReadSchemaAsync(token, call, cancellationToken);
        ScanPlan.RefuseUnknown(scan.Config, schema);
        var properties = ScanPlan.PropertiesOf(scan.Config, schema);
        var matching = await CountAsync(new DealFilter(scan.Config), token, call, cancellationToken);
        var live = SegmentSource.List;
        if (scan.Config.IsFiltered)
        {
            var choice = new ReadingChoice(limits.RequestsPer10Seconds / 10.0, limits.SearchRequestsPerSecond, limits.SearchIndexLag);
            var all = await CountAsync(new DealFilter(new ScanConfig()), token, call, cancellationToken);
            live = choice.For(filteredReads, ScanPlan.FitsSearch(scan.Config, properties), all, matching, scan.Config.BatchSize);
        }

        await tables.PlanAsync(
            lease, scan, properties, ScanPlan.SegmentsOf(scan.Config, live, limits.SearchIndexLag), matching, cancellationToken);
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

            if (account.TimeZone is { } timeZone)
            {
                await budgets.Of(scan.PortalId).RememberTimeZoneAsync(timeZone, cancellationToken);
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
    async Task<long?> CountAsync(DealFilter filter, AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        try
        {
            return await hubSpot.CountDealsAsync(token, filter.ForSearch(), call, cancellationToken);
        }
        catch (HubSpotException refused) when (refused.Kind is not (
            HubSpotErrorKind.InvalidToken or HubSpotErrorKind.TokenExpired or HubSpotErrorKind.MissingScopes))
        {
            return null;
        }
    }

    static partial class Log
    {
        [LoggerMessage(3051, LogLevel.Warning, "scan {ScanId} is read as one chain of the list endpoint from here on: {Reason}")]
        public static partial void AsOneChain(ILogger logger, string scanId, string reason);
    }
}
