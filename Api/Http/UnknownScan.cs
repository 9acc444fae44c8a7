namespace HubSpotDeals.Api.Http;

/// <summary>The answer to a scan id that is well formed and no scan's.</summary>
static class UnknownScan
{
    /// <summary>404 <c>SCAN_NOT_FOUND</c>.</summary>
    internal static IResult Answer(RouteScanId scanId) => Http.Answer.Error(ApiError.ScanNotFound, new
    {
        scanId = scanId.Value,
        suggestion = "GET /api/v1/scan/list names the scans there are",
    });
}
