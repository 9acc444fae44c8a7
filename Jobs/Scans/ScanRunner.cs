using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs.Extraction;
using HubSpotDeals.Jobs.Nodes;
using HubSpotDeals.Jobs.Verification;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubSpotDeals.Jobs.Scans;

/// <summary>What the job engine runs: takes a scan that is due, works on it, and records how that ended.</summary>
/// <remarks>
/// The engine is never told of a failure: the scan's row is the record, and decides whether and when it is run again. If not even that
/// can be recorded, the lease runs out, and the reconciler of some node finds the scan.
/// </remarks>
public sealed partial class ScanRunner
{
    readonly NpgsqlDataSource _database;
    readonly NodeIdentity _node;
    readonly TokenVault _vault;
    readonly RunningScans _running;
    readonly ScanQueue _queue;
    readonly ExtractScan _extraction;
    readonly VerifyScan _verification;
    readonly TimeProvider _clock;
    readonly IReadOnlyList<TimeSpan> _retryDelays;
    readonly ILogger _logger;

    internal ScanRunner(
        NpgsqlDataSource database, NodeIdentity node, TokenVault vault, RunningScans running, ScanQueue queue, ExtractScan extraction,
        VerifyScan verification, TimeProvider clock, IOptions<ScanOptions> options, ILogger<ScanRunner> logger)
    {
        _database = database;
        _node = node;
        _vault = vault;
        _running = running;
        _queue = queue;
        _extraction = extraction;
        _verification = verification;
        _clock = clock;
        _retryDelays = options.Value.Delays;
        _logger = logger;
    }

    /// <summary>Runs the scan if it is due and nobody else does.</summary>
    /// <param name="scanId">The scan's UUID.</param>
    /// <param name="stop">The node is stopping: the page in hand is stored, and the scan handed back.</param>
    public async Task RunAsync(Guid scanId, CancellationToken stop)
    {
        try
        {
            if (!stop.IsCancellationRequested && await ScanLease.TryAcquireAsync(_database, scanId, _node.Id, stop) is { } lease)
            {
                Log.Taken(_logger, scanId, lease.Epoch);
                await RunAsync(lease, stop);
            }
        }
        catch (LeaseLostException)
        {
            Log.Lost(_logger, scanId);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before the lease was taken; or just after, and then the lease runs out.
        }
        catch (Exception trouble) when (PostgresErrors.IsTrouble(trouble))
        {
            Log.NotRecorded(_logger, scanId, trouble);
        }
    }

    async Task RunAsync(ScanLease lease, CancellationToken stop)
    {
        var meter = new RunMeter(_clock);
        var scan = await lease.ReadAsync(CancellationToken.None);
        Func<Task> ending;
        await using (var keeper = new LeaseKeeper(lease, meter, _clock, _logger))
        {
            using var entry = _running.Add(scan.Id, keeper.Look);
            ending = await WorkAsync(lease, scan, meter, stop, keeper.Lost);
            if (keeper.Lost.IsCancellationRequested)
            {
                throw new LeaseLostException(lease);
            }
        }

        // What the keeper had no time to record; it must be said before the ending gives the lease up.
        await lease.RenewAsync(meter.Take(), CancellationToken.None);
        await ending();
        await MarkAsync(scan.ScanId, stop);
    }

    /// <summary>Readies the deep pages of a scan that has completed. A kill here costs nothing: the first deep page would make them.</summary>
    async Task MarkAsync(string scanId, CancellationToken stop)
    {
        try
        {
            if (await new ScanStore(_database).FindAsync(scanId, stop) is { Status: ScanStatus.Completed, ProcessedDeals: > DealMarks.WorthIt } scan)
            {
                await new DealMarks(_database).MakeAsync(scan, stop);
            }
        }
        catch (Exception trouble) when (trouble is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } || PostgresErrors.IsTrouble(trouble))
        {
            // Removed as soon as it had completed, or the database is away: the scan itself is done.
        }
    }

    /// <summary>Does the work, and returns what there is to record about its end.</summary>
    async Task<Func<Task>> WorkAsync(ScanLease lease, ScanJob scan, RunMeter meter, CancellationToken stop, CancellationToken lost)
    {
        try
        {
            var token = scan.Token is { } secret
                ? _vault.Unprotect(scan.Id, secret)
                : throw new SecretsException($"Scan {scan.ScanId} has no token. Start it again with one; it goes on from its checkpoint.");
            if (await _extraction.RunAsync(lease, scan, token, meter, stop, lost)
                && await VerifyAsync(lease, token, meter, stop, lost))
            {
                Log.Completed(_logger, scan.ScanId);
                return () => lease.CompleteAsync(CancellationToken.None);
            }

            Log.HandedBack(_logger, scan.ScanId);
            return () => lease.HandBackAsync(CancellationToken.None);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            throw new LeaseLostException(lease);
        }
#pragma warning disable CA1031 // the one edge of a run: whatever ended it is recorded, as what it means for the scan
        catch (Exception failure) when (failure is not LeaseLostException)
#pragma warning restore CA1031
        {
            return EndingOf(lease, scan, failure, meter.HasStored);
        }
    }

    /// <returns>False: it was stopped before; whoever goes on begins with it.</returns>
    async Task<bool> VerifyAsync(ScanLease lease, AccessToken token, RunMeter meter, CancellationToken stop, CancellationToken lost)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, lost);
        try
        {
            await _verification.RunAsync(lease, await lease.ReadAsync(ending.Token), token, meter.Called, ending.Token);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !lost.IsCancellationRequested)
        {
            return false;
        }
    }

    Func<Task> EndingOf(ScanLease lease, ScanJob scan, Exception failure, bool hasStored)
    {
        switch (ScanEnding.Of(failure, scan.FailedAttempts, hasStored, _retryDelays))
        {
            case ScanEnding.Pause pause:
                Log.Paused(_logger, scan.ScanId, pause.Reason);
                return () => lease.PauseAsync(pause.Reason, CancellationToken.None);
            case ScanEnding.PauseForTheDay pause:
                Log.Paused(_logger, scan.ScanId, pause.Reason);
                return () => lease.PauseForTheDayAsync(pause.Reason, CancellationToken.None);
            case ScanEnding.Retry retry:
                Log.TriedAgain(_logger, scan.ScanId, retry.Delay, retry.Reason);
                return async () =>
                {
                    await lease.RetryLaterAsync(retry.Reason, retry.Delay, retry.FailedAttempts, CancellationToken.None);
                    await _queue.EnqueueAsync(scan.Id, lease.Epoch, retry.Delay, CancellationToken.None);
                };
            case ScanEnding.Fail fail:
                Log.Failed(_logger, scan.ScanId, fail.Reason, failure);
                return () => lease.FailAsync(fail.Reason, CancellationToken.None);
            case var unknown:
                throw new InvalidOperationException($"no such ending: {unknown}");
        }
    }

    static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Information, "scan {Scan} taken with epoch {Epoch}")]
        public static partial void Taken(ILogger logger, Guid scan, long epoch);

        [LoggerMessage(3002, LogLevel.Information, "scan {ScanId} completed")]
        public static partial void Completed(ILogger logger, string scanId);

        [LoggerMessage(3003, LogLevel.Information, "scan {ScanId} handed back: this node is stopping")]
        public static partial void HandedBack(ILogger logger, string scanId);

        [LoggerMessage(3004, LogLevel.Information, "scan {Scan} is no longer this node's: cancelled, paused or taken by another")]
        public static partial void Lost(ILogger logger, Guid scan);

        [LoggerMessage(3005, LogLevel.Warning, "scan {ScanId} paused: {Reason}")]
        public static partial void Paused(ILogger logger, string scanId, string reason);

        [LoggerMessage(3006, LogLevel.Warning, "scan {ScanId} is tried again in {Delay}: {Reason}")]
        public static partial void TriedAgain(ILogger logger, string scanId, TimeSpan delay, string reason);

        [LoggerMessage(3007, LogLevel.Error, "scan {ScanId} failed: {Reason}")]
        public static partial void Failed(ILogger logger, string scanId, string reason, Exception failure);

        [LoggerMessage(3008, LogLevel.Warning, "the database could not record what became of scan {Scan}; its lease will run out")]
        public static partial void NotRecorded(ILogger logger, Guid scan, Exception trouble);
    }
}
