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
    NpgsqlDataSource database, HubSpotClient hubSpot, PortalBudgets budgets, ScanPlanner planner, HubSpotOptions limits, TimeProvider clock,
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
        long? highest = null;
        try
        {
            if (scan.Columns is null)
            {
                highest = await planner.PlanAsync(lease, scan, token, call, planning.Token);
                scan = await lease.ReadAsync(planning.Token);
            }
            else
            {
                await planner.ProvePortalAsync(scan.PortalId, token, call, planning.Token);
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
                await ReadAsync(lease, scan, source, part, highest, inFlight, meter, stop, abort);
            }
            catch (UnprovenCursorException unproven)
            {
                Log.AsOneChain(logger, scan.ScanId, unproven.Message);
                await Segment.ReadAsOneChainAsync(database, lease, part[0].Source, unproven.Message, abort);
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
    /// What is to be read next, side by side: the live deals, then the closing look, then the archive, each only when there is nothing left of
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
        ScanLease lease, ScanJob scan, DealSource source, IReadOnlyList<Segment> part, long? highest, InFlight inFlight,
        RunMeter meter, CancellationToken stop, CancellationToken abort)
    {
        // Judged here as well where HubSpot's search has judged: its index may not have noticed yet what the deal has become.
        var parser = new DealPageParser(scan.ScanId, scan.Columns!, new DealFilter(scan.Config));
        var expected = part[0].Source == SegmentSource.Archived || scan.Config.IsFiltered ? null : scan.TotalDeals;
        var crew = new SegmentCrew(database, lease, source, part, expected, highest, inFlight, clock);
        await using var writer = await DealWriter.OpenAsync(database, lease, scan.Table, scan.Columns!, abort);
        await new ScanPipeline(crew, parser, writer, meter, clock).RunAsync(stop, abort);
    }

    static partial class Log
    {
        [LoggerMessage(3051, LogLevel.Warning, "scan {ScanId} is read as one chain of the list endpoint from here on: {Reason}")]
        public static partial void AsOneChain(ILogger logger, string scanId, string reason);
    }
}
