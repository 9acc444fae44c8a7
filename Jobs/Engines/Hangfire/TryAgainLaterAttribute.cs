using Hangfire.Common;
using Hangfire.States;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>A job that would fail with <see cref="TryAgainException"/> is scheduled again instead, the same job, with the reason.</summary>
/// <remarks>Hangfire's own retries wait as long as an attribute says; how long a scan waits is known when it has failed.</remarks>
[AttributeUsage(AttributeTargets.Class)]
sealed class TryAgainLaterAttribute : JobFilterAttribute, IElectStateFilter
{
    /// <summary>As Hangfire's own retries call it; its dashboard shows it with the job.</summary>
    const string RetryCount = "RetryCount";

    /// <inheritdoc/>
    public void OnStateElection(ElectStateContext context)
    {
        if (context.CandidateState is not FailedState { Exception: TryAgainException again })
        {
            return;
        }

        context.SetJobParameter(RetryCount, context.GetJobParameter<int>(RetryCount) + 1);
        context.CandidateState = JobEngine.Later(again.Report.Delay, again.Report.Reason);
        // With the change of state: from then on this job is what is queued for the scan at its new epoch.
        JobEngine.Note(context.Transaction, again.Scan, again.Report.Epoch, context.BackgroundJob.Id);
    }
}
