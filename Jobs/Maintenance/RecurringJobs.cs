using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Jobs.Engines;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HubSpotDeals.Jobs.Maintenance;

/// <summary>Tells the job engine, when a worker starts, what comes again and when. All workers say the same; the engine keeps it once.</summary>
sealed partial class RecurringJobs(IEnumerable<RecurringJob> jobs, JobEngine engine, TimeProvider clock, ILogger<RecurringJobs> logger)
    : BackgroundService
{
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var job in jobs)
        {
            while (!await TryScheduleAsync(job, stoppingToken))
            {
                await Task.Delay(BetweenTries, clock, stoppingToken);
            }
        }
    }

    async Task<bool> TryScheduleAsync(RecurringJob job, CancellationToken cancellationToken)
    {
        try
        {
            await (job.Schedule.Length > 0
                ? engine.RepeatAsync(job.Name, job.Schedule, cancellationToken)
                : engine.StopRepeatingAsync(job.Name, cancellationToken));
            return true;
        }
        catch (Exception trouble) when (JobEngine.IsTrouble(trouble) || PostgresErrors.IsTrouble(trouble))
        {
            Log.NotScheduled(logger, job.Name, trouble);
            return false;
        }
    }

    static partial class Log
    {
        [LoggerMessage(3504, LogLevel.Warning, "the job engine could not be told of the recurring job {Job}; it is tried again")]
        internal static partial void NotScheduled(ILogger logger, string job, Exception trouble);
    }
}
