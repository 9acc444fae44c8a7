using Hangfire;
using Hangfire.Storage;
using RecurringJob = HubSpotDeals.Jobs.Maintenance.RecurringJob;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Runs what comes again, found by the name that it was scheduled under. One at a time in the whole cluster.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed class RunRecurringJob(IEnumerable<RecurringJob> jobs, JobStorage storage)
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

        using var connection = storage.GetConnection();
        if (TryLock(connection, name) is { } locked)
        {
            using (locked)
            {
                await job.RunAsync(stop);
            }
        }
    }

    static IDisposable? TryLock(IStorageConnection connection, string name)
    {
        try
        {
            return connection.AcquireDistributedLock($"hubspot-deals:recurring:{name}", TimeSpan.FromSeconds(1));
        }
        catch (Exception held) when (held is DistributedLockTimeoutException or global::Hangfire.PostgreSql.PostgreSqlDistributedLockException)
        {
            return null;
        }
    }
}
