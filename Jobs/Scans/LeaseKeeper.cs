using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Extraction;
using Microsoft.Extensions.Logging;

namespace HubSpotDeals.Jobs.Scans;

/// <summary>Renews a run's lease every second, records its progress, and ends the run when the lease is lost.</summary>
sealed partial class LeaseKeeper : IAsyncDisposable
{
    readonly ScanLease _lease;
    readonly RunMeter _meter;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly CancellationTokenSource _lost = new();
    readonly CancellationTokenSource _ended = new();
#pragma warning disable CA2213 // see DisposeAsync
    readonly SemaphoreSlim _look = new(0);
#pragma warning restore CA2213
    readonly Task _keeping;

    internal LeaseKeeper(ScanLease lease, RunMeter meter, TimeProvider clock, ILogger logger)
    {
        _lease = lease;
        _meter = meter;
        _clock = clock;
        _logger = logger;
        Lost = _lost.Token;
        _keeping = Task.Run(KeepAsync);
    }

    /// <summary>Cancelled when the lease is lost: nothing that the run does from then on is accepted.</summary>
    internal CancellationToken Lost { get; }

    /// <summary>Renews at once, which shows whether the scan was cancelled or taken.</summary>
    internal void Look()
    {
        try
        {
            _look.Release();
        }
        catch (ObjectDisposedException)
        {
            // Word of a change came while the run ended: there is nothing left to look at.
        }
    }

    /// <summary>Stops renewing, and records what is not recorded yet if the lease still holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _keeping;
        _lost.Dispose();
        _ended.Dispose();
        // The semaphore is not disposed of: word of a change may come this very moment, and must find something to fall on.
    }

    async Task KeepAsync()
    {
        var renewed = _clock.GetTimestamp();
        while (!_ended.IsCancellationRequested)
        {
            var progress = _meter.Take();
            try
            {
                // Bounded, or a hanging database would hide that the lease has run out.
                using var bounded = new CancellationTokenSource(ScanLease.Duration / 2, _clock);
                await _lease.RenewAsync(progress, bounded.Token);
                renewed = _clock.GetTimestamp();
            }
            catch (LeaseLostException)
            {
                await _lost.CancelAsync();
                return;
            }
            catch (Exception trouble) when (trouble is OperationCanceledException || PostgresErrors.IsTrouble(trouble))
            {
                _meter.Restore(progress);
                Log.NotRenewed(_logger, _lease.Scan, trouble);
                if (_clock.GetElapsedTime(renewed) > ScanLease.Duration)
                {
                    await _lost.CancelAsync();
                    return;
                }
            }

            await PauseAsync();
        }
    }

    async Task PauseAsync()
    {
        // The semaphore's own time-out follows the system's clock; the keeper's pace is the one place where that is as good.
        try
        {
            await _look.WaitAsync(ScanLease.Heartbeat, _ended.Token);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // once more round the loop's condition, and out
        }
    }

    static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Warning, "the lease of scan {Scan} could not be renewed; it is tried again")]
        public static partial void NotRenewed(ILogger logger, Guid scan, Exception trouble);
    }
}
