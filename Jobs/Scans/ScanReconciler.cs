using Dapper;
using HubSpotDeals.Infrastructure.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Jobs.Scans;

/// <summary>Finds scans that should be running and that nobody runs, every second, on every worker, and hands them to the engine again.</summary>
/// <remarks>
/// Three kinds: pending ones that the engine was never told of (the process died between the commit and the telling) or seems to have
/// forgotten, a retry among them, running ones whose owner is gone, and those whose pause for the day is over. All workers may find the same: the engine takes an epoch once, and the lease decides.
/// </remarks>
sealed partial class ScanReconciler(NpgsqlDataSource database, ScanQueue queue, TimeProvider clock, ILogger<ScanReconciler> logger)
    : BackgroundService
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>One pass.</summary>
    /// <returns>How many scans were handed over.</returns>
    internal async Task<int> PassAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // A start tells the engine itself within a moment of its commit: pending scans get that moment. A scan in the engine's queue
        // may wait long for its turn, so that the engine is asked again only now and then.
        var found = (await connection.QueryAsync<(Guid Id, long Epoch)>(new CommandDefinition(
            """
            select j.id, j.lease_epoch
              from hubspot_deals.scan_jobs j
             where j.status = 'running' and hubspot_deals.lease_lapsed(j)
                or j.status = 'paused' and j.run_after <= clock_timestamp()
                   and (j.enqueued_at is null or j.enqueued_at < clock_timestamp() - interval '10 seconds')
                or j.status = 'pending'
                   and (j.run_after is null or j.run_after <= clock_timestamp())
                   and (j.enqueued_at is null and j.updated_at < clock_timestamp() - interval '1 second'
                        or j.run_after < clock_timestamp() - interval '2 seconds'
                        or j.enqueued_at < clock_timestamp() - interval '10 seconds')
             order by j.created_at
             limit 100
            """,
            cancellationToken: cancellationToken))).ToList();
        foreach (var (id, epoch) in found)
        {
            await queue.EnqueueAsync(id, epoch, cancellationToken);
        }

        return found.Count;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await PassAsync(stoppingToken) is > 0 and var count)
                {
                    Log.Found(logger, count);
                }

                await Task.Delay(Period, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble) when (PostgresErrors.IsTrouble(trouble))
            {
                Log.NoPass(logger, trouble);
                await Task.Delay(Period, clock, CancellationToken.None);
            }
        }
    }

    static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Information, "{Count} scans that nobody ran are handed to the job engine")]
        public static partial void Found(ILogger logger, int count);

        [LoggerMessage(3302, LogLevel.Warning, "the reconciler could not look for scans; it tries again")]
        public static partial void NoPass(ILogger logger, Exception trouble);
    }
}
