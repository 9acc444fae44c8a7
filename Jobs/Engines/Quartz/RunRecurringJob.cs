using HubSpotDeals.Jobs.Maintenance;
using Quartz;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Runs what comes again, found by the name that it was scheduled under. One at a time in the whole cluster.</summary>
[DisallowConcurrentExecution]
public sealed class RunRecurringJob(IEnumerable<RecurringJob> jobs) : IJob
{
    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        // None: scheduled by another build of the service, which knows what it is.
        if (jobs.FirstOrDefault(job => job.Name == context.JobDetail.Key.Name) is { } job)
        {
            await job.RunAsync(cancellationToken);
        }
    }
}
