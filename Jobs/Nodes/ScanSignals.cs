using System.Collections.Concurrent;

namespace HubSpotDeals.Jobs.Nodes;

/// <summary>Wakes those of this process who watch a scan, when something has happened to it.</summary>
public sealed class ScanSignals(TimeProvider clock)
{
    readonly TimeProvider _clock = clock;
    readonly ConcurrentDictionary<Watch, Guid> _watches = new();

    /// <summary>Watches a scan until the returned watch is disposed of.</summary>
    public Watch Of(Guid scan)
    {
        var watch = new Watch(this);
        _watches[watch] = scan;
        return watch;
    }

    /// <summary>Something has happened to the scan.</summary>
    internal void Signal(Guid scan)
    {
        foreach (var (watch, watched) in _watches)
        {
            if (watched == scan)
            {
                watch.Wake();
            }
        }
    }

    /// <summary>One watcher's place to wait.</summary>
    public sealed class Watch : IDisposable
    {
        readonly ScanSignals _signals;
#pragma warning disable CA2213 // see Dispose
        readonly SemaphoreSlim _signal = new(0);
#pragma warning restore CA2213

        internal Watch(ScanSignals signals) => _signals = signals;

        /// <summary>
        /// Waits until something has happened since the last wait, at most so long. Word of it may be lost with the node's session: whoever
        /// waits looks after that time all the same.
        /// </summary>
        public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
        {
            using var limit = new CancellationTokenSource(atMost, _signals._clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            try
            {
                await _signal.WaitAsync(either.Token);
                while (_signal.Wait(0, CancellationToken.None))
                {
                    // One look finds all that has happened by now.
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // nothing has happened
            }
        }

        /// <summary>Ends the watch.</summary>
        /// <remarks>The semaphore is left to the collector: a signal may be on its way to it.</remarks>
        public void Dispose() => _signals._watches.TryRemove(this, out _);

        internal void Wake() => _signal.Release();
    }
}
