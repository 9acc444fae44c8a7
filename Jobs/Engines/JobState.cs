namespace HubSpotDeals.Jobs.Engines;

/// <summary>Where a job stands with the engine.</summary>
public enum JobState
{
    /// <summary>It waits for a worker, for its time, or to be tried again.</summary>
    Queued,

    /// <summary>A worker is at it.</summary>
    Running,

    /// <summary>It has ended well.</summary>
    Succeeded,

    /// <summary>It has ended badly.</summary>
    Failed,
}
