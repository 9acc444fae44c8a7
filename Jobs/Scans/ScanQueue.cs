using Dapper;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Engines;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Jobs.Scans;

/// <summary>Tells the job engine of scans that are to be run. Losing word does no harm: the reconciler finds what waits.</summary>
public sealed partial class ScanQueue(NpgsqlDataSource database, JobEngine engine, ILogger<ScanQueue> logger)
{
    /// <summary>Hands a durable scan to the engine, to be run at once.</summary>
    public Task EnqueueAsync(ScanJob scan, CancellationToken cancellationToken) =>
        EnqueueAsync(scan.Id, scan.LeaseEpoch, cancellationToken);

    /// <summary>Hands a scan to the engine; the same epoch is taken once, however often it is handed over.</summary>
    internal async Task EnqueueAsync(Guid scan, long epoch, CancellationToken cancellationToken)
    {
        try
        {
            await engine.EnqueueAsync(scan, epoch, TimeSpan.Zero, cancellationToken);
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                "update hubspot_deals.scan_jobs set enqueued_at = clock_timestamp() where id = @scan and lease_epoch = @epoch",
                new { scan, epoch },
                cancellationToken: cancellationToken));
        }
        catch (Exception trouble) when (JobEngine.IsTrouble(trouble) || PostgresErrors.IsTrouble(trouble))
        {
            Log.NotTold(logger, scan, trouble);
        }
    }

    static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Warning, "the job engine could not be told of scan {Scan}; the reconciler will find it")]
        public static partial void NotTold(ILogger logger, Guid scan, Exception trouble);
    }
}
