using HubSpotDeals.Infrastructure.Postgres.Scans;
using Microsoft.Extensions.Logging;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Notes with the engine how far a scan has come, about once a second while a run goes on and once when it has ended.</summary>
/// <remarks>
/// The scan's row is read beside the run, which knows nothing of it. What goes wrong here is logged and costs the run nothing; what hangs
/// is left behind.
/// </remarks>
public sealed partial class ProgressNotes(ScanStore scans, TimeProvider clock, ILogger<ProgressNotes> logger)
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The last note may take so long after the run's end.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Takes notes while the run goes on.</summary>
    /// <param name="scan">The scan's UUID.</param>
    /// <param name="note">Notes the scan's figures with the engine; never called twice at a time.</param>
    /// <param name="run">The run.</param>
    /// <returns>What the run returned.</returns>
    internal async Task<T> DuringAsync<T>(Guid scan, Action<ScanJob> note, Func<Task<T>> run)
    {
        using var ended = new CancellationTokenSource();
        var notes = Task.Run(() => NoteAsync(scan, note, ended.Token), CancellationToken.None);
        try
        {
            return await run();
        }
        finally
        {
            await ended.CancelAsync();
            await LeaveAsync(scan, notes);
        }
    }

    async Task NoteAsync(Guid scan, Action<ScanJob> note, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            await PauseAsync(ended);
            try
            {
                if (await scans.FindAsync(scan, CancellationToken.None) is { } now)
                {
                    note(now);
                }
            }
#pragma warning disable CA1031 // whatever it is, the run goes on
            catch (Exception trouble)
#pragma warning restore CA1031
            {
                Log.NotNoted(logger, scan, trouble);
            }
        }
    }

    async Task PauseAsync(CancellationToken ended)
    {
        try
        {
            await Task.Delay(Period, clock, ended);
        }
        catch (OperationCanceledException)
        {
            // One last look, and out.
        }
    }

    async Task LeaveAsync(Guid scan, Task notes)
    {
        try
        {
            await notes.WaitAsync(Patience, clock);
        }
        catch (TimeoutException late)
        {
            Log.NotNoted(logger, scan, late);
        }
    }

    static partial class Log
    {
        [LoggerMessage(3602, LogLevel.Debug, "how far scan {Scan} has come could not be noted with the job engine")]
        internal static partial void NotNoted(ILogger logger, Guid scan, Exception trouble);
    }
}
