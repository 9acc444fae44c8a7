using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Scans.Start;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs.Scans;
using Npgsql;

namespace HubSpotDeals.Api.Scans.Steering;

/// <summary>A scan that exists, as its users steer it: cancel, pause, resume, remove.</summary>
static class SteeringEndpoints
{
    /// <summary>Maps the endpoints into the group of scans.</summary>
    internal static void MapSteering(this IEndpointRouteBuilder scans)
    {
        scans.MapPost("/{scan_id}/cancel", CancelAsync)
            .WithName("cancelScan")
            .WithSummary("Cancel Extraction")
            .WithDescription("Cancels an ongoing deal extraction within a second. It keeps what it has stored, and can be started again.")
            .Answers(StatusCodes.Status200OK, "Extraction cancelled successfully", CancelledScan.Example, CancelledMessage)
            .Refuses(ApiError.ScanNotCancellable, ApiError.ScanNotFound);

        scans.MapPost("/{scan_id}/pause", PauseAsync)
            .WithName("pauseScan")
            .WithSummary("Pause Extraction")
            .WithDescription("Pauses an ongoing deal extraction within a second. It keeps what it has stored, and goes on from there when it is resumed.")
            .Answers(StatusCodes.Status200OK, "Extraction paused successfully", PausedScan.Example, PausedMessage)
            .Refuses(ApiError.ScanNotPausable, ApiError.ScanNotFound);

        scans.MapPost("/{scan_id}/resume", ResumeAsync)
            .WithName("resumeScan")
            .WithSummary("Resume Extraction")
            .WithDescription(
                "Resumes a paused, failed or cancelled deal extraction from its last checkpoint, with the access token it was started with. "
                + "Where HubSpot refuses that token by now, start the scan again with a fresh one: it goes on from its checkpoint as well.")
            .Answers(StatusCodes.Status200OK, "Extraction resumed successfully", ResumedScan.Example, ResumedMessage)
            .Refuses(
                ApiError.ScanNotResumable, ApiError.ScanNotFound,
                ApiError.HubSpotInvalidToken, ApiError.HubSpotAuthFailed, ApiError.HubSpotInsufficientScopes);

        scans.MapDelete("/{scan_id}/remove", RemoveAsync)
            .WithName("removeScan")
            .WithSummary("Remove Extraction")
            .WithDescription("Removes a scan that does not run, and all deals it has stored.")
            .Answers(StatusCodes.Status200OK, "Extraction removed successfully", RemovedScan.Example, RemovedScan.Example.Message)
            .Refuses(ApiError.ScanRunning, ApiError.ScanNotFound);
    }

    const string CancelledMessage = "Extraction cancelled successfully";
    const string PausedMessage = "Extraction paused successfully";
    const string ResumedMessage = "Extraction resumed successfully";

    internal static async Task<IResult> CancelAsync(RouteScanId scanId, ScanControl control, CancellationToken cancellationToken) =>
        await control.CancelAsync(scanId.Value, cancellationToken) switch
        {
            null => UnknownScan.Answer(scanId),
            (var scan, Changed: true) => Answer.Ok(CancelledScan.Of(scan), CancelledMessage),
            var (scan, _) => Refuse(ApiError.ScanNotCancellable, scan, "Only a pending or running scan can be cancelled"),
        };

    internal static async Task<IResult> PauseAsync(RouteScanId scanId, ScanControl control, CancellationToken cancellationToken) =>
        await control.PauseAsync(scanId.Value, cancellationToken) switch
        {
            null => UnknownScan.Answer(scanId),
            (var scan, Changed: true) => Answer.Ok(PausedScan.Of(scan), PausedMessage),
            var (scan, _) => Refuse(ApiError.ScanNotPausable, scan, "Only a pending or running scan can be paused"),
        };

    internal static async Task<IResult> ResumeAsync(
        RouteScanId scanId, ScanStore store, ScanControl control, TokenVault vault, TokenCheck check, ScanQueue queue,
        CancellationToken cancellationToken)
    {
        if (await store.FindAsync(scanId.Value, cancellationToken) is not { } found)
        {
            return UnknownScan.Answer(scanId);
        }

        // A look, no decision, as at a start: it spares a resume that can't succeed the way to HubSpot.
        if (found.Status is not (ScanStatus.Paused or ScanStatus.Failed or ScanStatus.Cancelled))
        {
            return NotResumable(found);
        }

        if (await RefuseTokenAsync(found, vault, check, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        switch (await control.ResumeAsync(scanId.Value, cancellationToken))
        {
            case null:
                return UnknownScan.Answer(scanId);
            case (var scan, Changed: true):
                // The scan is promised: that its caller goes away now must not hold it up.
                await queue.EnqueueAsync(scan, CancellationToken.None);
                return Answer.Ok(ResumedScan.Of(scan), ResumedMessage);
            case var (scan, _):
                return NotResumable(scan);
        }
    }

    internal static async Task<IResult> RemoveAsync(RouteScanId scanId, ScanRemoval removal, CancellationToken cancellationToken)
    {
        try
        {
            switch (await removal.RemoveAsync(scanId.Value, cancellationToken))
            {
                case null:
                    return UnknownScan.Answer(scanId);
                case { IsRemoved: false, Scan: var scan }:
                    return Refuse(ApiError.ScanRunning, scan, "Cancel the scan first, or wait until it has ended");
                case { Scan: var scan }:
                    var removed = new RemovedScan(scan.ScanId, scan.ProcessedDeals);
                    return Answer.Ok(removed, removed.Message);
            }
        }
        catch (PostgresException locked) when (ScanRemoval.IsLocked(locked))
        {
            return Answer.Error(
                ApiError.ServiceUnavailable,
                new { scanId = scanId.Value, suggestion = "A query through the portal's tables is under way; nothing was removed: try again when it is over" },
                retryAfter: TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>The answer where the scan's own token can't go on; null: it can, or HubSpot did not say.</summary>
    static async Task<IResult?> RefuseTokenAsync(ScanJob scan, TokenVault vault, TokenCheck check, CancellationToken cancellationToken)
    {
        const string StartAgain = "Start the scan again with a fresh access token; it goes on from its last checkpoint";
        try
        {
            if (scan.Token is { } secret)
            {
                var findings = await check.AskAsync(scan.ScanId, vault.Unprotect(scan.Id, secret), cancellationToken);
                return StartVerdict.RefuseToken(findings, scan.PortalId, StartAgain);
            }
        }
        catch (SecretsException)
        {
            // Sealed with a key that is gone: as good as none.
        }

        return Answer.Error(ApiError.HubSpotAuthFailed, new { hubspotError = "This scan has no access token that can be used", suggestion = StartAgain });
    }

    static IResult NotResumable(ScanJob scan) =>
        Refuse(ApiError.ScanNotResumable, scan, "Only a paused, failed or cancelled scan can be resumed");

    static IResult Refuse(ApiError error, ScanJob scan, string suggestion) => Answer.Error(error, new
    {
        scanId = scan.ScanId,
        currentStatus = scan.Status.Text(),
        startedAt = scan.StartedAt,
        suggestion,
    });
}
