using System.Globalization;
using Quartz;

namespace HubSpotDeals.Jobs.Engines;

/// <summary>What the trigger of a scan's run is called: after the scan and its epoch, so that there is one for each.</summary>
static class ScanTrigger
{
    internal const string Group = "scans";

    /// <summary>The name for a run of the scan that was queued at this epoch.</summary>
    internal static string NameOf(Guid scan, long epoch) => string.Create(CultureInfo.InvariantCulture, $"{scan:N}.{epoch}");

    /// <summary>The scan that the trigger runs; null: it is another kind of trigger.</summary>
    internal static Guid? ScanOf(TriggerKey trigger) =>
        trigger.Group == Group && Guid.TryParseExact(trigger.Name.Split('.')[0], "N", out var scan) ? scan : null;
}
