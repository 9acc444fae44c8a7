using Dapper;
using Hangfire;
using Npgsql;
using RecurringJob = HubSpotDeals.Jobs.Maintenance.RecurringJob;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Runs what comes again, found by the name that it was scheduled under. One at a time in the whole cluster.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class RunRecurringJob(IEnumerable<RecurringJob> jobs, NpgsqlDataSource database)
{
    /// <summary>Does it once; if it is still being done, not at all: it comes again.</summary>
    /// <param name="name">What it was scheduled under.</param>
    /// <param name="stop">Hangfire's own, when the job runs.</param>
    public async Task RunAsync(string name, CancellationToken stop)
    {
        // None: scheduled by another build of the service, which knows what it is.
        if (jobs.FirstOrDefault(job => job.Name == name) is not { } job)
        {
            return;
        }

        // PostgreSQL's lock ends with its session; Hangfire's own would keep everybody out for ten minutes after a process was killed.
        await using var connection = await database.OpenConnectionAsync(stop);
        var key = new { key = $"hubspot-deals:recurring:{name}" };
        if (!await connection.ExecuteScalarAsync<bool>("select pg_try_advisory_lock(hashtextextended(@key, 0))", key))
        {
            return;
        }

        try
        {
            await job.RunAsync(stop);
        }
        finally
        {
            await connection.ExecuteAsync("select pg_advisory_unlock(hashtextextended(@key, 0))", key);
        }
    }
}
