namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>A pipeline that deals move through.</summary>
/// <param name="Id">Internal id, as the property <c>pipeline</c> holds it; <c>default</c> for the first.</param>
/// <param name="Label">What people see.</param>
/// <param name="Stages">In the order in which people see them.</param>
public sealed record DealPipeline(string Id, string Label, IReadOnlyList<DealStage> Stages);

/// <summary>A stage of a pipeline.</summary>
/// <param name="Id">Internal id, as the property <c>dealstage</c> holds it.</param>
/// <param name="Label">What people see.</param>
/// <param name="DisplayOrder">Its place in the pipeline.</param>
/// <param name="IsClosed">The deal is decided: won or lost.</param>
/// <param name="Probability">0 to 1; null if HubSpot does not say.</param>
public sealed record DealStage(string Id, string Label, int DisplayOrder, bool IsClosed, decimal? Probability);
