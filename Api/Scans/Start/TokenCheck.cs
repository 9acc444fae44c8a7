using System.Globalization;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.HubSpot.Budget;

namespace HubSpotDeals.Api.Scans.Start;

/// <summary>
/// Asks HubSpot, for a caller who is waiting, what has to be known before a start is taken: one round of cheap calls side by side, none
/// of which can hold the answer up for longer than <see cref="Patience"/>. What it means is <see cref="StartVerdict"/>'s to say.
/// </summary>
sealed partial class TokenCheck(HubSpotClient hubSpot, PortalBudgets budgets, TimeProvider clock, ILogger<TokenCheck> logger)
{
    /// <summary>How long the caller waits for HubSpot, all in all. A call without an answer by then counts as HubSpot being away.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>One retry, for a connection that broke; a limit is not waited for, the job will.</summary>
    static readonly CallOptions Call = new() { MaxRetries = 1, RateLimitPatience = TimeSpan.Zero };

    /// <summary>Asks all of it. Never fails for HubSpot's sake: what it did not say is missing in the findings.</summary>
    internal async Task<HubSpotFindings> AskAsync(StartScanRequest request, CancellationToken cancellationToken)
    {
        var (names, pipelines) = (request.Properties is not null, request.DealStage is not null || request.Pipeline is not null);
        var findings = await AskAsync(request.ScanId, AccessToken.Parse(request.AccessToken), names, pipelines, cancellationToken);
        return await CountAsync(findings, request.OrganizationId, 2 + (names ? 1 : 0) + (pipelines ? 1 : 0), cancellationToken);
    }

    /// <summary>Asks everything there is to know, for somebody who has a scan in mind. Never fails for HubSpot's sake.</summary>
    internal async Task<HubSpotFindings> AskAllAsync(string portalId, AccessToken token, CancellationToken cancellationToken) => await CountAsync(
        await AskAsync("to come", token, asksForNames: true, asksForPipelines: true, cancellationToken), portalId, requests: 4, cancellationToken);

    /// <summary>Asks only whether the token can read deals, and whose. Never fails for HubSpot's sake.</summary>
    internal Task<HubSpotFindings> AskAsync(string scanId, AccessToken token, CancellationToken cancellationToken) =>
        AskAsync(scanId, token, asksForNames: false, asksForPipelines: false, cancellationToken);

    /// <summary>Only now it is known whose requests they were: a portal that somebody merely names is not charged for them.</summary>
    async Task<HubSpotFindings> CountAsync(HubSpotFindings findings, string portalId, int requests, CancellationToken cancellationToken)
    {
        if (findings.Account.Answer?.PortalId.ToString(CultureInfo.InvariantCulture) == portalId)
        {
            await budgets.Of(portalId).CountAsync(requests, cancellationToken);
        }

        return findings;
    }

    async Task<HubSpotFindings> AskAsync(
        string scanId, AccessToken token, bool asksForNames, bool asksForPipelines, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);

        var account = FindAsync(hubSpot.ReadAccountDetailsAsync(token, Call, limit.Token), cancellationToken);
        var deals = FindAsync(ProveDealsAsync(token, limit.Token), cancellationToken);
        var names = asksForNames
            ? FindAsync(hubSpot.ReadDealPropertiesAsync(token, Call, limit.Token), cancellationToken)
            : Task.FromResult(Finding<IReadOnlyList<PropertyDefinition>>.Nothing);
        var pipelines = asksForPipelines
            ? FindAsync(hubSpot.ReadDealPipelinesAsync(token, Call, limit.Token), cancellationToken)
            : Task.FromResult(Finding<IReadOnlyList<DealPipeline>>.Nothing);

        // All are waited for before any is looked at: none may outlive the time limit that it runs under.
        await Task.WhenAll(account, deals, names, pipelines);
        var findings = new HubSpotFindings(await account, await deals, await names, await pipelines);
        if (findings.Deals is { Answer: null, IsForbidden: false } unproven)
        {
            Log.Unproven(logger, scanId, unproven.Refusal?.Message ?? $"no answer within {Patience.TotalSeconds} s");
        }

        return findings;
    }

    /// <summary>The smallest read of deals. HubSpot checks the scope <c>crm.objects.deals.read</c> here and nowhere cheaper.</summary>
    async Task<object> ProveDealsAsync(AccessToken token, CancellationToken cancellationToken)
    {
        using var page = await hubSpot.ListDealsAsync(
            token, new DealListRequest { Properties = ["hs_object_id"], Limit = 1 }, Call, cancellationToken);
        return true;
    }

    static async Task<Finding<T>> FindAsync<T>(Task<T> call, CancellationToken caller) where T : class
    {
        try
        {
            return new Finding<T>(await call, Refusal: null);
        }
        catch (HubSpotException refusal)
        {
            return new Finding<T>(Answer: null, refusal);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return Finding<T>.Nothing;
        }
    }

    static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Information, "start of scan {ScanId}: HubSpot could not prove the token: {Reason}")]
        internal static partial void Unproven(ILogger logger, string scanId, string reason);
    }
}
