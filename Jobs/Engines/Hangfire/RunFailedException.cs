namespace HubSpotDeals.Jobs.Engines;

/// <summary>Tells Hangfire that a run has failed, and why.</summary>
sealed class RunFailedException(string reason) : Exception(reason);
