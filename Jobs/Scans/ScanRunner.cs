using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs.Extraction;
using HubSpotDeals.Jobs.Nodes;
using HubSpotDeals.Jobs.Portals;
using HubSpotDeals.Jobs.Verification;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace HubSpotDeals.Jobs.Scans;

/// <summary>What the job engine runs: takes a scan that is due, works on it, records how that ended, and reports it.</summary>
/// <remarks>
/// The scan's row is the record, and decides whether and when it is run again; the engine is told afterwards. If nothing can be recorded,
/// or the engine loses what it was told, the reconciler of some node finds the scan.
/// </remarks>
public sealed partial class ScanRunner
{
    readonly NpgsqlDataSource _database;
    readonly NodeIdentity _node;
    readonly TokenVault _vault;
    readonly RunningScans _running;
    readonly ExtractScan _extraction;
    readonly VerifyScan _verification;
    readonly PortalNaming _naming;
    readonly TimeProvider _clock;
    readonly IReadOnlyList<TimeSpan> _retryDelays;
    readonly ILogger _logger;

    internal ScanRunner(
        NpgsqlDataSource database, NodeIdentity node, TokenVault vault, RunningScans running, ExtractScan extraction, VerifyScan verification,
        PortalNaming naming, TimeProvider clock, IOptions<ScanOptions> options, ILogger<ScanRunner> logger)
    {
        _database = database;
        _node = node;
        _vault = vault;
        _running = running;
        _extraction = extraction;
        _verification = verification;
        _naming = naming;
        _clock = clock;
        _retryDelays = options.Value.Delays;
        _logger = logger;
    }

    /// <summary>Runs the scan if it is due and nobody else does.</summary>
    /// <param name="scanId">The scan's UUID.</param>
    /// <param name="stop">The node is stopping: the page in hand is stored, and the scan handed back.</param>
    /// <returns>How that ended; whatever there is to record is recorded.</returns>
    public async Task<RunReport> RunAsync(Guid scanId, CancellationToken stop)
    {
        try
        {
            if (stop.IsCancellationRequested || await ScanLease.TryAcquireAsync(_database, scanId, _node.Id, stop) is not { } lease)
            {
                return new RunReport.NotDue();
            }

            Log.Taken(_logger, scanId, lease.Epoch);
            return await RunAsync(lease, stop);
        }
        catch (LeaseLostException)
        {
            Log.Lost(_logger, scanId);
            return new RunReport.NotDue();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before the lease was taken; or just after, and then the lease runs out.
            return new RunReport.HandedBack();
        }
        catch (Exception trouble) when (PostgresErrors.IsTrouble(trouble))
        {
            Log.NotRecorded(_logger, scanId, trouble);
            return new RunReport.Failed($"The database could not record what became of the run: {trouble.Message}");
        }
    }

    async Task<RunReport> RunAsync(ScanLease lease, CancellationToken stop)
    {
        var meter = new RunMeter(_clock);
        var scan = await lease.ReadAsync(CancellationToken.None);
        Ending ending;
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
        await ending.RecordAsync();
        await MarkAsync(scan.ScanId, stop);
        return ending.Report;
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

    /// <summary>Does the work, and returns what there is to record and to report about its end.</summary>
    async Task<Ending> WorkAsync(ScanLease lease, ScanJob scan, RunMeter meter, CancellationToken stop, CancellationToken lost)
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
                return new Ending(() => lease.CompleteAsync(CancellationToken.None), new RunReport.Done());
            }

            Log.HandedBack(_logger, scan.ScanId);
            return new Ending(() => lease.HandBackAsync(CancellationToken.None), new RunReport.HandedBack());
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
            var scan = await lease.ReadAsync(ending.Token);
            await _verification.RunAsync(lease, scan, token, meter.Called, ending.Token);
            // The last moment at which the token is there.
            await _naming.RefreshAsync(scan.PortalId, token, ending.Token);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !lost.IsCancellationRequested)
        {
            return false;
        }
    }

    Ending EndingOf(ScanLease lease, ScanJob scan, Exception failure, bool hasStored)
    {
        switch (ScanEnding.Of(failure, scan.FailedAttempts, hasStored, _retryDelays))
        {
            case ScanEnding.Pause pause:
                Log.Paused(_logger, scan.ScanId, pause.Reason);
                return new Ending(() => lease.PauseAsync(pause.Reason, CancellationToken.None), new RunReport.Paused(pause.Reason));
            case ScanEnding.PauseForTheDay pause:
                Log.Paused(_logger, scan.ScanId, pause.Reason);
                return new Ending(() => lease.PauseForTheDayAsync(pause.Reason, CancellationToken.None), new RunReport.Paused(pause.Reason));
            case ScanEnding.Retry retry:
                Log.TriedAgain(_logger, scan.ScanId, retry.Delay, retry.Reason);
                return new Ending(
                    () => lease.RetryLaterAsync(retry.Reason, retry.Delay, retry.FailedAttempts, CancellationToken.None),
                    new RunReport.TryAgain(retry.Reason, retry.Delay, lease.Epoch));
            case ScanEnding.Fail fail:
                Log.Failed(_logger, scan.ScanId, fail.Reason, failure);
                return new Ending(() => lease.FailAsync(fail.Reason, CancellationToken.None), new RunReport.Failed(fail.Reason));
            case var unknown:
                throw new InvalidOperationException($"no such ending: {unknown}");
        }
    }

    sealed record Ending(Func<Task> RecordAsync, RunReport Report);

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
