using HubSpotDeals.Jobs.Scans;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>Tells Hangfire that a scan is to be run again, why, and when.</summary>
sealed class TryAgainException(Guid scan, RunReport.TryAgain report) : Exception(report.Reason)
{
    internal Guid Scan => scan;

    internal RunReport.TryAgain Report => report;
}
