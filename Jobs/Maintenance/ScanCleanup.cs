using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Jobs.Maintenance;

/// <summary>Removes scans that ended long ago, with their rows.</summary>
public sealed partial class ScanCleanup(NpgsqlDataSource database, ScanRemoval removal, ILogger<ScanCleanup> logger)
{
    /// <summary>Nobody means more: a hundred years.</summary>
    public const int MostDays = 36_500;

    /// <summary>Removes the scans that completed, failed or were cancelled more than so many days ago, one transaction each.</summary>
    /// <param name="daysOld">Days of 24 hours by the database's clock; 0: all that have ended.</param>
    /// <param name="portals">Of these portals only; null: of all.</param>
    /// <param name="dryRun">Only counts and measures; nothing is changed.</param>
    /// <param name="cancellationToken">Ends the cleanup; what was removed by then stays removed.</param>
    /// <returns>What was removed, or would be. A scan that a long query is reading is left for the next time.</returns>
    public async Task<CleanupReport> RunAsync(
        int daysOld, IReadOnlyCollection<string>? portals, bool dryRun, CancellationToken cancellationToken)
    {
        var report = new CleanupReport(Scans: 0, Deals: 0, Bytes: 0);
        foreach (var scanId in await FindAsync(daysOld, portals, cancellationToken))
        {
            if ((dryRun ? await removal.MeasureAsync(scanId, cancellationToken) : await RemoveAsync(scanId, cancellationToken)) is { } found)
            {
                report = new CleanupReport(report.Scans + 1, report.Deals + found.Scan.ProcessedDeals, report.Bytes + found.Bytes);
            }
        }

        return report;
    }

    async Task<IReadOnlyList<string>> FindAsync(int daysOld, IReadOnlyCollection<string>? portals, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var found = await connection.QueryAsync<string>(new CommandDefinition(
            """
            select scan_id
              from hubspot_deals.scan_jobs
             where status in ('completed', 'failed', 'cancelled')
               and completed_at < clock_timestamp() - make_interval(hours => 24 * @daysOld)
               and (@portals::text[] is null or portal_id = any(@portals))
             order by completed_at
            """,
            new { daysOld, portals = portals?.ToArray() },
            cancellationToken: cancellationToken));
        return [.. found];
    }

    /// <summary>Null: it is not there any more, runs again, or can't be had now.</summary>
    async Task<ScanRemovalOutcome?> RemoveAsync(string scanId, CancellationToken cancellationToken)
    {
        try
        {
            return await removal.RemoveAsync(scanId, cancellationToken) is { IsRemoved: true } removed ? removed : null;
        }
        catch (PostgresException locked) when (ScanRemoval.IsLocked(locked))
        {
            Log.LeftAlone(logger, scanId, locked.MessageText);
            return null;
        }
    }

    static partial class Log
    {
        [LoggerMessage(3501, LogLevel.Warning, "scan {ScanId} could not be cleaned up, the next cleanup tries again: {Reason}")]
        internal static partial void LeftAlone(ILogger logger, string scanId, string reason);
    }
}

/// <summary>What a cleanup removed, or would remove.</summary>
/// <param name="Scans">How many scans.</param>
/// <param name="Deals">How many deals they had stored.</param>
/// <param name="Bytes">What these took on disk.</param>
public sealed record CleanupReport(long Scans, long Deals, long Bytes);
