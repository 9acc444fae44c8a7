using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Extraction;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Jobs.Verification;

/// <summary>Compares what a scan has stored with what HubSpot says exists, and keeps the finding with the scan.</summary>
/// <remarks>
/// Two counts, in most cases. Where they differ, the deals behind the difference are found and each is explained by what HubSpot says of it.
/// A HubSpot that can't be asked leaves the scan unverified, and does not keep it from completing.
/// </remarks>
sealed partial class VerifyScan(NpgsqlDataSource database, HubSpotClient hubSpot, PortalBudgets budgets, ILogger<VerifyScan> logger)
{
    /// <summary>HubSpot's clock and the database's may differ by so much.</summary>
    static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Verifies the scan, all of whose segments are done.</summary>
    /// <param name="lease">The right to say so.</param>
    /// <param name="scan">The scan, planned.</param>
    /// <param name="token">HubSpot's access token.</param>
    /// <param name="observer">Told of each request.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <exception cref="LeaseLostException">The scan is no longer this worker's.</exception>
    internal async Task RunAsync(ScanLease lease, ScanJob scan, AccessToken token, Action<CallAttempt> observer, CancellationToken stop)
    {
        var stored = new StoredIds(database, scan.Table, scan.Id);
        var counts = stored.CountAsync(stop);
        var checksum = DealChecksum.ComputeAsync(database, scan.Table, scan.Columns!, stop);
        await Task.WhenAll(counts, checksum);
        var (live, archived, failed) = await counts;
        var verification = new ScanVerification
        {
            Verdict = Verdicts.Unverified,
            StoredDeals = live,
            ArchivedDeals = archived,
            FailedDeals = failed,
            Differences = [],
            Checksum = await checksum,
        };
        try
        {
            var call = new CallOptions { MaxRetries = scan.Config.MaxRetries, Budget = budgets.Of(scan.PortalId), Observer = observer };
            var ids = new HubSpotIds(hubSpot, token, call, new DealFilter(scan.Config));
            verification = await CompareAsync(scan, ids, stored, verification, stop);
        }
        catch (HubSpotException refused)
        {
            verification = verification with { Reason = refused.Message };
        }
        catch (PageFormatException page)
        {
            verification = verification with { Reason = $"HubSpot's page {page.Message}" };
        }

        await verification.StoreAsync(database, lease, stop);
        Log.Verified(logger, scan.ScanId, verification.Verdict, verification.StoredDeals, verification.HubSpotDeals, verification.Differences.Count);
    }

    async Task<ScanVerification> CompareAsync(
        ScanJob scan, HubSpotIds ids, StoredIds stored, ScanVerification verification, CancellationToken stop)
    {
        var count = await ids.CountAsync(stop);
        var sweep = new IdSweep(ids, stored, await Segment.KnowsToJumpAsync(database, scan.Id, stop));
        await sweep.RunAsync(count.Total, stop);
        List<DealDifference> differences =
        [
            .. sweep.OnlyInHubSpot.Select(deal => new DealDifference(deal.Id, OnlyInHubSpot: true, WhyNotHere(deal, scan))),
            .. await WhyNotThereAsync(ids, sweep.OnlyStored, stop),
        ];
        return verification with
        {
            // Where ids were looked at one by one, they are right and the search's count was late.
            HubSpotDeals = differences.Count == 0 && count.Total != verification.StoredDeals + verification.FailedDeals
                ? verification.StoredDeals + verification.FailedDeals
                : count.Total,
            Differences = differences,
            Verdict = differences.Count == 0 ? Verdicts.Exact
                : differences.Exists(difference => difference.Reason == DealDifference.Unexplained) ? Verdicts.Incomplete
                : Verdicts.Complete,
        };
    }

    /// <summary>Why HubSpot has a deal that the scan has not.</summary>
    static string WhyNotHere(FoundDeal deal, ScanJob scan)
    {
        var since = new DateTimeOffset(scan.PlannedAt ?? scan.StartedAt) - ClockSkew;
        return deal switch
        {
            { CreatedAt: { } created } when created >= since => "created",
            // It may have come to pass the filter, or back from the archive.
            { UpdatedAt: { } updated } when updated >= since => "changed",
            _ => DealDifference.Unexplained,
        };
    }

    /// <summary>Why the scan has deals that HubSpot has no more, or that no longer pass the filter.</summary>
    static async Task<IReadOnlyList<DealDifference>> WhyNotThereAsync(HubSpotIds ids, IReadOnlyList<long> gone, CancellationToken stop)
    {
        if (gone.Count == 0)
        {
            return [];
        }

        var live = await ids.FindAsync(gone, archived: false, stop);
        var present = live.Select(deal => deal.Id).ToHashSet();
        var merged = live.SelectMany(deal => deal.MergedIds).ToHashSet(StringComparer.Ordinal);
        var left = gone.Where(id => !present.Contains(id)).ToList();
        var archived = (await ids.FindAsync(left, archived: true, stop)).Select(deal => deal.Id).ToHashSet();
        return
        [
            .. gone.Select(id => new DealDifference(
                id,
                OnlyInHubSpot: false,
                present.Contains(id) ? "changed"
                : archived.Contains(id) ? "archived"
                : merged.Contains(FormattableString.Invariant($"{id}")) ? "merged"
                : "deleted")),
        ];
    }

    static partial class Log
    {
        [LoggerMessage(3061, LogLevel.Information, "scan {ScanId} is {Verdict}: {Stored} deals stored, {HubSpot} in HubSpot, {Differences} on one side alone")]
        public static partial void Verified(ILogger logger, string scanId, string verdict, long stored, long? hubSpot, int differences);
    }
}
