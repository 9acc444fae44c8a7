using System.Globalization;

namespace HubSpotDeals.Infrastructure.HubSpot.Objects;

/// <summary>Finds out which of a batch's inputs each result and each error belongs to.</summary>
/// <remarks>
/// HubSpot names failed inputs in the errors' contexts: by the trace ids that they were sent with, or by their record ids. Good results
/// come in the order of the inputs, less those that failed; an id, where an input has one, says more than the order.
/// </remarks>
static class BatchOutcomes
{
    internal static IReadOnlyList<BatchOutcome> Of(IReadOnlyList<CrmWire.Input> inputs, CrmWire.BatchAnswer answer)
    {
        var outcomes = new BatchOutcome?[inputs.Count];
        foreach (var error in answer.Errors ?? [])
        {
            foreach (var index in IndicesOf(inputs, error))
            {
                outcomes[index] = new BatchOutcome(Record: null, error.Message ?? error.Category ?? "HubSpot gave no reason", error.Category);
            }
        }

        var byId = answer.Results.GroupBy(record => record.Id, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        var inOrder = new Queue<CrmRecord>(answer.Results);
        for (var index = 0; index < outcomes.Length; index++)
        {
            if (outcomes[index] is not null)
            {
                continue;
            }

            var input = inputs[index];
            outcomes[index] = input.Id is { } id
                ? byId.TryGetValue(id, out var record) ? Good(record) : Missing
                : inOrder.TryDequeue(out var next) ? Good(next) : Missing;
        }

        return outcomes!;
    }

    static BatchOutcome Missing { get; } = new(Record: null, "HubSpot's answer does not say what became of it", Category: null);

    static BatchOutcome Good(CrmRecord record) => new(record, Failure: null, Category: null);

    static IEnumerable<int> IndicesOf(IReadOnlyList<CrmWire.Input> inputs, CrmWire.BatchError error)
    {
        foreach (var trace in error.Context?.GetValueOrDefault("objectWriteTraceId") ?? [])
        {
            if (int.TryParse(trace, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < inputs.Count)
            {
                yield return index;
            }
        }

        var ids = (error.Context?.GetValueOrDefault("ids") ?? []).ToHashSet(StringComparer.Ordinal);
        for (var index = 0; index < inputs.Count; index++)
        {
            if (inputs[index].Id is { } id && ids.Contains(id))
            {
                yield return index;
            }
        }
    }
}
