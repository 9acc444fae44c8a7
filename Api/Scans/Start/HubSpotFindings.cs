using HubSpotDeals.Infrastructure.HubSpot;

namespace HubSpotDeals.Api.Scans.Start;

/// <summary>What came of one question to HubSpot: an answer, a refusal, or neither when it was not asked or nothing came in time.</summary>
readonly record struct Finding<T>(T? Answer, HubSpotException? Refusal) where T : class
{
    internal static Finding<T> Nothing => default;

    /// <summary>Whether HubSpot said that this may not be asked with the token.</summary>
    internal bool IsForbidden => Refusal is { Kind: HubSpotErrorKind.MissingScopes } or { StatusCode: StatusCodes.Status403Forbidden };
}

/// <summary>What HubSpot has to say to a start request before it is taken.</summary>
/// <param name="Account">Whose the token is.</param>
/// <param name="Deals">Whether deals can be read with it; the answer itself is of no interest.</param>
/// <param name="Properties">The portal's deal properties.</param>
/// <param name="Pipelines">The portal's deal pipelines.</param>
sealed record HubSpotFindings(
    Finding<PortalDetails> Account,
    Finding<object> Deals,
    Finding<IReadOnlyList<PropertyDefinition>> Properties,
    Finding<IReadOnlyList<DealPipeline>> Pipelines)
{
    /// <summary>The failures, the most telling question's first.</summary>
    internal IEnumerable<HubSpotException> Refusals =>
        new[] { Deals.Refusal, Account.Refusal, Properties.Refusal, Pipelines.Refusal }.OfType<HubSpotException>();
}
