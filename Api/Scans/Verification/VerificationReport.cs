using System.Globalization;
using System.Text.Json.Serialization;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Scans.Verification;

/// <summary>The completeness certificate of a scan.</summary>
/// <param name="ScanId">The user's name for the scan.</param>
/// <param name="OrganizationId">The portal.</param>
/// <param name="Verdict">
/// <c>exact</c>: the scan has the deals that HubSpot has. <c>complete</c>: what differs came to be while the scan ran. <c>incomplete</c>: deals
/// are missing, and nothing tells why. <c>unverified</c>: HubSpot could not be asked. <c>pending</c>: the scan has not come to its end.
/// </param>
/// <param name="Reason">Why it could not be verified; left out where it was.</param>
/// <param name="VerifiedAt">When; null while it is pending.</param>
/// <param name="Counts">Both sides' counts; null while it is pending.</param>
/// <param name="Missing">Deals that HubSpot had when the scan began and that the scan has not: none, unless it is incomplete.</param>
/// <param name="New">Deals that HubSpot has and the scan has not, because they were <c>created</c> or <c>changed</c> while it ran.</param>
/// <param name="Gone">
/// Deals that the scan has and HubSpot no longer has: <c>archived</c>, <c>merged</c> into another or <c>deleted</c>; or <c>changed</c>, so that
/// they no longer pass the filter.
/// </param>
/// <param name="Checksum">Over the stored deals: the same for two scans that stored the same; null while it is pending.</param>
public sealed record VerificationReport(
    string ScanId,
    string OrganizationId,
    string Verdict,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    DateTime? VerifiedAt,
    VerificationReport.CountsPart? Counts,
    IReadOnlyList<VerificationReport.Difference> Missing,
    IReadOnlyList<VerificationReport.Difference> New,
    IReadOnlyList<VerificationReport.Difference> Gone,
    VerificationReport.ChecksumPart? Checksum)
{
    const string Pending = "pending";

    /// <summary>An example for the OpenAPI document.</summary>
    internal static VerificationReport Example { get; } = new(
        "hubspot-deals-dec-2024",
        "12345678",
        Verdicts.Complete,
        Reason: null,
        new DateTime(2024, 12, 7, 10, 35, 15, DateTimeKind.Utc),
        new CountsPart(HubSpot: 1_500, Stored: 1_500, Archived: 0, Failed: 0),
        Missing: [],
        New: [new Difference("12345678901", "created")],
        Gone: [new Difference("12345670012", "archived")],
        new ChecksumPart("sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"));

    internal static VerificationReport Of(ScanJob scan, ScanVerification? verification)
    {
        // A verification that an earlier run left behind does not speak of a scan that goes on.
        if (verification is null || scan.Status != ScanStatus.Completed)
        {
            return new VerificationReport(
                scan.ScanId,
                scan.PortalId,
                scan.Status == ScanStatus.Completed ? Verdicts.Unverified : Pending,
                scan.Status == ScanStatus.Completed ? "The scan completed before scans were verified." : null,
                VerifiedAt: null, Counts: null, Missing: [], New: [], Gone: [], Checksum: null);
        }

        return new VerificationReport(
            scan.ScanId,
            scan.PortalId,
            verification.Verdict,
            verification.Reason,
            verification.VerifiedAt,
            new CountsPart(verification.HubSpotDeals, verification.StoredDeals, verification.ArchivedDeals, verification.FailedDeals),
            List(difference => difference is { OnlyInHubSpot: true, Reason: DealDifference.Unexplained }),
            List(difference => difference is { OnlyInHubSpot: true, Reason: not DealDifference.Unexplained }),
            List(difference => !difference.OnlyInHubSpot),
            new ChecksumPart("sha256", verification.Checksum));

        IReadOnlyList<Difference> List(Predicate<DealDifference> wanted) =>
        [
            .. verification.Differences.Where(difference => wanted(difference))
                .Select(difference => new Difference(difference.Id.ToString(CultureInfo.InvariantCulture), difference.Reason)),
        ];
    }

    /// <param name="HubSpot">Live deals that pass the filter, as HubSpot says; null: it could not be asked.</param>
    /// <param name="Stored">Deals stored as live ones.</param>
    /// <param name="Archived">Deals stored as archived ones. HubSpot has no count of these, so that they are not verified.</param>
    /// <param name="Failed">Deals that could not be stored, and were kept as they came.</param>
    public sealed record CountsPart(long? HubSpot, long Stored, long Archived, long Failed);

    /// <param name="Id">HubSpot's id of the deal.</param>
    /// <param name="Reason">Why only one side has it.</param>
    public sealed record Difference(string Id, string Reason);

    /// <param name="Algorithm"><c>sha256</c>.</param>
    /// <param name="Value">In lower-case hex.</param>
    public sealed record ChecksumPart(string Algorithm, string Value);
}
