using System.Globalization;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.HubSpot;

namespace HubSpotDeals.Api.Scans.Start;

/// <summary>What HubSpot's findings mean for a start request.</summary>
/// <remarks>
/// Only what HubSpot says for certain refuses a start: a token that is no good, a name that is not there. What it did not say (away,
/// over a limit, or a scope short of the question) is left to the job, which can wait.
/// </remarks>
static class StartVerdict
{
    const string DealsReadScope = "crm.objects.deals.read";

    /// <summary>Guessing what was meant takes time quadratic in a name; a request with more slips than this is not one of slips.</summary>
    const int MostGuesses = 10;

    /// <summary>The answer to a request that must be refused; null: it can be taken.</summary>
    internal static IResult? Refuse(StartScanRequest request, HubSpotFindings findings) =>
        RefuseToken(findings, request.OrganizationId, mend: null) ?? RefuseNames(request, findings);

    /// <summary>The answer to a token that can't read the portal's deals; null: it can.</summary>
    /// <param name="findings">What HubSpot says of it.</param>
    /// <param name="portalId">The portal that is to be read.</param>
    /// <param name="mend">What the caller is to do about it; null: what one who has just sent the token can do.</param>
    internal static IResult? RefuseToken(HubSpotFindings findings, string portalId, string? mend) =>
        RefuseBadToken(findings, mend ?? "Verify your HubSpot Private App access token is correct and not expired")
        ?? RefusePortal(
            portalId, findings.Account.Answer, mend ?? $"Use an access token of portal {portalId}, or set config.organizationId to the token's")
        ?? RefuseScopes(findings.Deals, mend ?? "Add the scopes to your HubSpot Private App and start the scan again");

    static IResult? RefuseBadToken(HubSpotFindings findings, string suggestion)
    {
        var refusal = findings.Refusals.FirstOrDefault(failure => failure.Kind == HubSpotErrorKind.InvalidToken)
            ?? findings.Refusals.FirstOrDefault(failure => failure.Kind == HubSpotErrorKind.TokenExpired);
        return refusal is null ? null : Answer.Error(
            refusal.Kind == HubSpotErrorKind.InvalidToken ? ApiError.HubSpotInvalidToken : ApiError.HubSpotAuthFailed,
            new { hubspotError = WordsOf(refusal), suggestion });
    }

    static IResult? RefusePortal(string portalId, PortalDetails? account, string suggestion)
    {
        var own = account?.PortalId.ToString(CultureInfo.InvariantCulture);
        return own is null || own == portalId ? null : Answer.Error(ApiError.HubSpotAuthFailed, new
        {
            hubspotError = $"The access token belongs to portal {own}, not to portal {portalId}",
            suggestion,
        });
    }

    static IResult? RefuseScopes(Finding<object> deals, string suggestion) => !deals.IsForbidden ? null : Answer.Error(ApiError.HubSpotInsufficientScopes, new
    {
        requiredScopes = deals.Refusal!.RequiredScopes is { Count: > 0 } named ? named : [DealsReadScope],
        hubspotError = WordsOf(deals.Refusal),
        suggestion,
    });

    static IResult? RefuseNames(StartScanRequest request, HubSpotFindings findings)
    {
        var errors = new FieldErrors();
        if (findings.Properties.Answer is { } known)
        {
            CheckProperties(request.Properties ?? [], known.Select(property => property.Name).ToHashSet(StringComparer.Ordinal), errors);
        }

        if (findings.Pipelines.Answer is { } pipelines)
        {
            CheckPipeline(request, pipelines, errors);
        }

        return errors.Any ? Answer.Invalid(errors.Texts) : null;
    }

    static void CheckProperties(IReadOnlyList<string> names, HashSet<string> known, FieldErrors errors)
    {
        var unknown = names.Where(name => !known.Contains(name)).ToList();
        if (unknown.Count > 0)
        {
            errors.Add("config.filters.properties", "Unknown to this portal: " + string.Join(", ", unknown.Select((name, index) =>
                index < MostGuesses && Spelling.Nearest(name, known) is { } meant ? $"{name} (did you mean {meant}?)" : name)));
        }
    }

    static void CheckPipeline(StartScanRequest request, IReadOnlyList<DealPipeline> pipelines, FieldErrors errors)
    {
        var pipeline = pipelines.FirstOrDefault(pipeline => pipeline.Id == request.Pipeline);
        if (request.Pipeline is not null && pipeline is null)
        {
            errors.Add(
                "config.filters.pipeline",
                "This portal has no such pipeline; its pipelines are " + List(pipelines.Select(p => (p.Id, p.Label))));
        }

        if (request.DealStage is not { } stage || (pipeline?.Stages ?? []).Any(known => known.Id == stage))
        {
            return;
        }

        // Of a pipeline that is not there no stages are known; a stage that is nowhere is wrong all the same.
        var home = pipelines.FirstOrDefault(candidate => candidate.Stages.Any(known => known.Id == stage));
        if (home is null)
        {
            errors.Add("config.filters.dealstage", "This portal has no such deal stage; its stages are "
                + List((pipeline is null ? pipelines : [pipeline]).SelectMany(p => p.Stages).Select(s => (s.Id, s.Label))));
        }
        else if (pipeline is not null)
        {
            errors.Add("config.filters.dealstage", $"This stage is in pipeline {home.Id}, not in {pipeline.Id}: no deal can be in both");
        }
    }

    static string List(IEnumerable<(string Id, string Label)> all) => string.Join(", ", all.Select(one => $"{one.Id} ({one.Label})"));

    static string WordsOf(HubSpotException refusal) => refusal.HubSpotMessage ?? refusal.Message;
}
