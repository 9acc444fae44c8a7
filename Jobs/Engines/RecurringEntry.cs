namespace HubSpotDeals.Jobs.Engines;

/// <summary>A recurring job as the engine knows it.</summary>
/// <param name="Name">What it was scheduled under.</param>
/// <param name="Schedule">Five fields of cron, in UTC.</param>
/// <param name="NextRun">When it comes next; null: never, as it stands.</param>
/// <param name="LastRun">When it was last started; null: not yet.</param>
/// <param name="LastState">What became of that run; null: there was none, or it is not known any more.</param>
/// <param name="LastReason">Why that run failed; null: it did not.</param>
public sealed record RecurringEntry(
    string Name, string Schedule, DateTimeOffset? NextRun, DateTimeOffset? LastRun, JobState? LastState, string? LastReason);
