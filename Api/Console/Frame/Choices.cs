using HubSpotDeals.Infrastructure.Postgres.Portals;

namespace HubSpotDeals.Api.Console.Frame;

/// <summary>What there is to choose from in a portal.</summary>
static class Choices
{
    internal static IReadOnlyList<KeyValuePair<string, string>> Pipelines(PortalNames names) =>
        [.. names.Pipelines.Select(pipeline => KeyValuePair.Create(pipeline.Id, pipeline.Label))];

    /// <summary>With the pipeline's name before it where there are several: stages of different pipelines are often called the same.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Stages(PortalNames names) =>
    [
        .. names.Pipelines.SelectMany(pipeline => pipeline.Stages.Select(stage => KeyValuePair.Create(
            stage.Id, names.Pipelines.Count > 1 ? $"{pipeline.Label}: {stage.Label}" : stage.Label))),
    ];

    internal static IReadOnlyList<KeyValuePair<string, string>> Owners(PortalNames names) =>
        [.. names.Owners.OrderBy(owner => owner.Value, StringComparer.OrdinalIgnoreCase)];
}
