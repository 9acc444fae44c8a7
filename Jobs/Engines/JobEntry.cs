namespace HubSpotDeals.Jobs.Engines;

/// <summary>A job as the engine knows it; what became of a scan is in the scan's own row.</summary>
/// <param name="Id">What the engine calls it, in this state.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Scan">The UUID of the scan that it runs; null: it runs none.</param>
/// <param name="Recurring">The name of the recurring job that it is a run of; null: of none.</param>
/// <param name="At">When it is due (queued), was started (running) or ended (succeeded, failed).</param>
/// <param name="Node">The node that runs it or ran it; null: none yet, or it is not known any more.</param>
/// <param name="Duration">How long it took; null until it has ended.</param>
/// <param name="Reason">Why it failed; of a queued one: why it is tried again, if that is known.</param>
public sealed record JobEntry(
    string Id, JobState State, Guid? Scan, string? Recurring, DateTimeOffset At, string? Node, TimeSpan? Duration, string? Reason);
