using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Scans;

/// <summary>What can be told of a scan's course, worked out from its row: no clock but the row's own.</summary>
public static class ScanProgress
{
    /// <summary>The share of HubSpot's count that is stored, 0 to 100, cut to hundredths; 100 of every completed scan, even of no deals.</summary>
    public static decimal PercentComplete(ScanJob scan) => scan switch
    {
        { Status: ScanStatus.Completed } => 100.0m,
        // Deals that came to be while the scan ran make more of them than were counted.
        { TotalDeals: > 0 and var total } => Hundredths(Math.Min(10_000, Math.Floor(scan.ProcessedDeals * 10_000m / total))),
        _ => 0.0m,
    };

    /// <summary>
    /// The pace of the last part of the run; of a run too short to have one, the pace of all of it. 0 while none can be told.
    /// </summary>
    public static decimal DealsPerSecond(ScanJob scan)
    {
        var seconds = Elapsed(scan).TotalSeconds;
        var pace = scan switch
        {
            // What an earlier run reached says nothing of one that waits.
            { Status: ScanStatus.Pending } => 0,
            { DealsPerSecond: { } measured } when double.IsFinite(measured) => measured,
            _ => seconds > 0 ? scan.ProcessedDeals / seconds : 0,
        };
        return Hundredths(Math.Round((decimal)Math.Clamp(pace, 0, 1e12) * 100, MidpointRounding.AwayFromZero));
    }

    /// <summary>From the start to the end; to now where there is none yet, and to the last sign of life where the scan is paused.</summary>
    public static TimeSpan Elapsed(ScanJob scan)
    {
        var end = scan.CompletedAt ?? (scan.Status == ScanStatus.Paused ? scan.UpdatedAt : scan.ReadAt);
        // A row from a database whose clock was set back must not count backwards.
        return end > scan.StartedAt ? end - scan.StartedAt : TimeSpan.Zero;
    }

    /// <summary>How long the rest takes at the present pace, in whole seconds; null where that can't be told, 0 when completed.</summary>
    public static long? EstimatedRemainingSeconds(ScanJob scan)
    {
        if (scan.Status == ScanStatus.Completed)
        {
            return 0;
        }

        var pace = DealsPerSecond(scan);
        if (scan.Status != ScanStatus.Running || scan.TotalDeals is not { } total || pace <= 0)
        {
            return null;
        }

        var remaining = Math.Max(0, total - scan.ProcessedDeals - scan.FailedDeals);
        return (long)Math.Round(remaining / pace, MidpointRounding.AwayFromZero);
    }

    /// <summary>How long it took or has taken, for people; null while it waits for its beginning.</summary>
    public static string? Duration(ScanJob scan) => scan.Status == ScanStatus.Pending ? null : DurationText.Of(Elapsed(scan));

    /// <summary>One decimal or two, as the API's document writes its figures: <c>50.0</c>, <c>10.83</c>.</summary>
    static decimal Hundredths(decimal count) => (count / 100) + 0.0m;
}
