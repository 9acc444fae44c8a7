using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Scans;
using HubSpotDeals.Api.Scans.Plan;
using HubSpotDeals.Api.Scans.Start;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Portals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Jobs.Extraction;
using HubSpotDeals.Jobs.Portals;
using HubSpotDeals.Jobs.Scans;

namespace HubSpotDeals.Api.Console.Start;

/// <summary>
/// A scan is started by a form: <c>/start</c>. First a portal and its token, then the portal's own properties, pipelines and stages to choose
/// from; a forecast, if it is wanted; and the start, which is the API's own.
/// </summary>
static class StartEndpoints
{
    internal static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/start", Show);
        pages.MapPost("/start", SendAsync).AddEndpointFilter<FormGuard>();
    }

    static IResult Show(HttpRequest request, Caller caller, TimeProvider clock)
    {
        var query = new QueryReader(request, emptyIsAbsent: true);
        // A key for one portal is a key for this one.
        var portal = query.PortalId("portal") ?? (caller.Portals is [var only] ? only : null);
        query.ThrowIfInvalid();
        return Page.Of<StartPage>(new StartModel(StartForm.Empty(portal, clock)));
    }

    static async Task<IResult> SendAsync(
        HttpRequest request, Caller caller, TokenSeal seal, TokenCheck check, PortalNaming naming, ScanStore store, TokenVault vault, ScanQueue queue,
        ScanForecaster forecaster, TimeProvider clock, CancellationToken cancellationToken)
    {
        var fields = await request.ReadFormAsync(cancellationToken);
        var form = StartForm.Read(fields, seal);
        var step = fields["do"].ToString();
        var errors = form.Check();
        if (step == "look" || errors.ContainsKey("portal") || errors.ContainsKey("token"))
        {
            // Whoever has only just said whose deals they want has not been asked for the rest.
            errors = errors.Where(error => error.Key is "portal" or "token").ToDictionary(StringComparer.Ordinal);
        }

        if (errors.Count > 0)
        {
            return Page.Of<StartPage>(await LookAsync(new StartModel(form) { Errors = errors }), StatusCodes.Status400BadRequest);
        }

        var scan = StartScanRequest.From(form.ToBody().Config!);
        IResult? answer = step switch
        {
            "start" => await ScanEndpoints.StartAsync(scan, caller, check, store, vault, queue, cancellationToken),
            "forecast" => await PlanEndpoint.ForecastAsync(scan, caller, check, forecaster, clock, cancellationToken),
            _ => null,
        };
        return answer switch
        {
            null => Page.Of<StartPage>(await LookAsync(new StartModel(form))),
            Answer.Failure failure => Page.Of<StartPage>(await LookAsync(Explain(new StartModel(form), failure)), failure.Kind.Status),
            Answer.Success<ScanForecastReport> { Data: var forecast } => Page.Of<StartPage>(await LookAsync(new StartModel(form) { Forecast = forecast })),
            _ => Redirect.To("/scans/" + form.ScanId),
        };

        async Task<StartModel> LookAsync(StartModel model)
        {
            if (form.Token is not { } token || model.Errors.ContainsKey("token") || model.Errors.ContainsKey("portal"))
            {
                return model;
            }

            caller.Demand(form.Portal);
            var accessToken = AccessToken.Parse(token);
            var findings = await check.AskAllAsync(form.Portal, accessToken, cancellationToken);
            if (StartVerdict.RefuseToken(findings, form.Portal, mend: null) is Answer.Failure refusal)
            {
                return Explain(model, refusal) with { Forecast = null };
            }

            if (findings.Account.Answer is not null)
            {
                await naming.RefreshAsync(form.Portal, accessToken, cancellationToken);
            }

            return model with
            {
                IsKnown = true,
                Sealed = seal.Close(token),
                Properties = findings.Properties.Answer ?? [],
                Names = PortalNames.None with { Pipelines = findings.Pipelines.Answer ?? [] },
            };
        }
    }

    static StartModel Explain(StartModel model, Answer.Failure failure)
    {
        var errors = StartForm.ByField(failure.Errors ?? Enumerable.Empty<KeyValuePair<string, string>>());
        return model with
        {
            Errors = errors,
            Problem = failure.Kind.Message,
            Facts = [.. ErrorPages.FactsOf(failure.Details)],
        };
    }
}
