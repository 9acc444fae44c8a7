using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Scans.Start;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Api.Scans.Plan;

/// <summary>What a scan would cost, before it is started: <c>POST /api/v1/scan/plan</c>.</summary>
static class PlanEndpoint
{
    /// <summary>How long the caller waits for HubSpot, and for the portal's budget, all in all.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Maps it into the group of scans.</summary>
    internal static void MapPlan(this IEndpointRouteBuilder scans) => scans.MapPost("/plan", ForecastAsync)
        .WithName("planScan")
        .WithSummary("Forecast Deal Extraction")
        .WithDescription(
            "Takes what a start takes and answers what the scan would come to: deals, requests to HubSpot, seconds at the portal's present budget, "
            + "and what is left of the account's day. Nothing is started, and the token is not kept.")
        .Takes<StartScanBody>(StartScanBody.Example)
        .Answers(StatusCodes.Status200OK, "Forecast made successfully", ScanForecastReport.Example)
        .Refuses(
            ApiError.InvalidDateRange, ApiError.HubSpotInvalidToken, ApiError.HubSpotAuthFailed, ApiError.HubSpotInsufficientScopes,
            ApiError.ServiceUnavailable);

    internal static async Task<IResult> ForecastAsync(
        StartScanRequest request, Caller caller, TokenCheck check, ScanForecaster forecaster, TimeProvider clock, CancellationToken cancellationToken)
    {
        caller.Demand(request.OrganizationId);
        if (StartVerdict.Refuse(request, await check.AskAsync(request, cancellationToken)) is { } refusal)
        {
            return refusal;
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var forecast = await forecaster.ForecastAsync(
                request.OrganizationId, request.ToConfig(), AccessToken.Parse(request.AccessToken), limit.Token);
            return Answer.Ok(ScanForecastReport.Of(request.ScanId, request.OrganizationId, forecast));
        }
        catch (WrongPortalException wrong)
        {
            // HubSpot could not say so a moment ago, when the token was looked at.
            return Answer.Error(ApiError.HubSpotAuthFailed, new { hubspotError = wrong.Message });
        }
        catch (UnknownPropertiesException unknown)
        {
            return Answer.Invalid(new Dictionary<string, string>(StringComparer.Ordinal) { ["config.filters.properties"] = unknown.Message });
        }
        catch (HubSpotException refused)
        {
            return Unavailable(refused.Message, refused.ComeBackAfter);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Unavailable($"HubSpot did not answer within {Patience.TotalSeconds} seconds", retryAfter: null);
        }
    }

    static IResult Unavailable(string hubspotError, TimeSpan? retryAfter) => Answer.Error(
        ApiError.ServiceUnavailable,
        new { hubspotError, suggestion = "Ask again later; a scan that is started now waits for HubSpot by itself" },
        retryAfter);
}
