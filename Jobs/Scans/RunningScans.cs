using System.Collections.Concurrent;

namespace HubSpotDeals.Jobs.Scans;

/// <summary>The scans that this process runs, so that word of a change reaches them at once.</summary>
public sealed class RunningScans
{
    readonly ConcurrentDictionary<Guid, Action> _runs = new();

    /// <summary>Names a run until the returned token is disposed of.</summary>
    /// <param name="scan">The scan's UUID.</param>
    /// <param name="look">Called when the scan's row has changed: have another look at the lease.</param>
    internal IDisposable Add(Guid scan, Action look)
    {
        _runs[scan] = look;
        return new Entry(this, scan, look);
    }

    /// <summary>The scan's row has changed.</summary>
    internal void Signal(Guid scan)
    {
        if (_runs.TryGetValue(scan, out var look))
        {
            look();
        }
    }

    /// <summary>Rows may have changed unheard.</summary>
    internal void SignalAll()
    {
        foreach (var look in _runs.Values)
        {
            look();
        }
    }

    sealed class Entry(RunningScans scans, Guid scan, Action look) : IDisposable
    {
        public void Dispose() => scans._runs.TryRemove(KeyValuePair.Create(scan, look));
    }
}
