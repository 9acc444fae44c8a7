namespace HubSpotDeals.Jobs.Scans;

/// <summary>How a run of a scan ended, for the job engine that started it. The scan's row has recorded it already, where it could be.</summary>
public abstract record RunReport
{
    RunReport()
    {
    }

    /// <summary>The scan has completed.</summary>
    public sealed record Done : RunReport;

    /// <summary>There was nothing to do, or no longer: the scan is not due, or was cancelled, paused or taken by another.</summary>
    public sealed record NotDue : RunReport;

    /// <summary>The node is stopping; whoever finds the scan goes on with it.</summary>
    public sealed record HandedBack : RunReport;

    /// <summary>The scan waits for somebody, or for another day.</summary>
    public sealed record Paused(string Reason) : RunReport;

    /// <summary>The engine has the scan run again, as a retry of its own.</summary>
    /// <param name="Reason">What stood in the way.</param>
    /// <param name="Delay">It is not due before this has passed.</param>
    /// <param name="Epoch">The scan's lease epoch, at which the retry is queued.</param>
    public sealed record TryAgain(string Reason, TimeSpan Delay, long Epoch) : RunReport;

    /// <summary>
    /// The run has failed, and the engine does not repeat it. So has the scan; or not even that could be recorded, and the reconciler
    /// finds it once its lease has run out.
    /// </summary>
    public sealed record Failed(string Reason) : RunReport;
}
