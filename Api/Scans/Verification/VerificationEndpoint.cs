using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Api.Scans.Verification;

/// <summary>Whether a scan has every deal: <c>GET /api/v1/scan/{scan_id}/verification</c>.</summary>
static class VerificationEndpoint
{
    /// <summary>Maps it into the group of scans.</summary>
    internal static void MapVerification(this IEndpointRouteBuilder scans) => scans.MapGet("/{scan_id}/verification", ReadAsync)
        .WithName("getScanVerification")
        .WithSummary("Get Completeness Certificate")
        .WithDescription(
            "What the scan has stored, compared at its end with what HubSpot says exists: the counts, the deals that only one side has and why, "
            + "and a checksum over the stored deals.")
        .Answers(StatusCodes.Status200OK, "Verification retrieved successfully", VerificationReport.Example)
        .Refuses(ApiError.ScanNotFound);

    static async Task<IResult> ReadAsync(RouteScanId scanId, ScanStore store, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        await store.FindAsync(scanId.Value, cancellationToken) is { } scan
            ? Answer.Ok(VerificationReport.Of(scan, await ScanVerification.FindAsync(database, scan.Id, cancellationToken)))
            : UnknownScan.Answer(scanId);
}
