namespace HubSpotDeals.Jobs.Maintenance;

/// <summary>Work that comes again and again, on one node at a time.</summary>
/// <param name="Name">What it is called, at the engine too.</param>
/// <param name="Schedule">Five fields of cron, in UTC; empty: it is switched off.</param>
/// <param name="RunAsync">Does it once.</param>
public sealed record RecurringJob(string Name, string Schedule, Func<CancellationToken, Task> RunAsync);
