using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Up to a hundred deals in one call. What could not be done is told beside what could, under status 207.</summary>
static class DealBatches
{
    /// <summary>
    /// Reads by id. The results come by ascending id, not in the order of the inputs, each once; the id of a deal that was merged
    /// away brings its survivor, under the survivor's id.
    /// </summary>
    public static async Task ReadAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var root = document.RootElement;
        var history = BatchBody.TextsOf(root, "propertiesWithHistory");
        var inputs = BatchBody.InputsOf(root, history.Length > 0);
        var archived = string.Equals(exchange.Request.Query["archived"], "true", StringComparison.OrdinalIgnoreCase);
        var found = new SortedDictionary<long, StoredDeal>();
        var missing = new List<string>();
        foreach (var id in inputs.Select(BatchBody.IdOf))
        {
            if (FindSurvivor(exchange.Portal, id) is { } deal && deal.ArchivedAt.HasValue == archived)
            {
                found[deal.Id] = deal;
            }
            else
            {
                missing.Add(id);
            }
        }

        var properties = BatchBody.TextsOf(root, "properties");
        var schema = exchange.Portal.Schema;
        var plan = properties.Length + history.Length == 0 ? schema.DefaultPlan : schema.PlanOf(properties.Concat(history));
        var records = new RecordWriter(exchange.Portal, plan, exchange.Body) { HistoryOf = history };
        BatchBody.Write(exchange, [.. found.Values.Select(deal => new Action(() => records.Write(deal)))], BatchBody.NotFound(ObjectType.Deals, missing));
    }

    /// <summary>
    /// One bad input refuses them all, unless every input carries an <c>objectWriteTraceId</c>: then each succeeds or fails by itself.
    /// </summary>
    public static async Task CreateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var inputs = BatchBody.InputsOf(document.RootElement, withHistory: false);
        var isEachByItself = Array.TrueForAll(inputs, input => input.TryGetProperty("objectWriteTraceId", out _));
        var accepted = new List<(Dictionary<string, string> Properties, (AssociationType Type, long To)[] Associations)>();
        var errors = new List<JsonObject>();
        foreach (var input in inputs)
        {
            var properties = PropertyInput.Read(input);
            try
            {
                PropertyInput.Check(exchange.Portal, properties);
                accepted.Add((properties, AssociationInput.ReadInline(exchange.Portal, ObjectType.Deals, input)));
            }
            catch (Refusal) when (isEachByItself)
            {
                errors.Add(new JsonObject
                {
                    ["status"] = "error",
                    ["category"] = "VALIDATION_ERROR",
                    ["message"] = "Property values were not valid",
                    ["context"] = new JsonObject { ["objectWriteTraceId"] = new JsonArray(input.GetProperty("objectWriteTraceId").ToString()) },
                });
            }
        }

        exchange.Status = StatusCodes.Status201Created;
        var portal = exchange.Portal;
        BatchBody.Write(
            exchange,
            [.. accepted.Select(one => new Action(() =>
            {
                var deal = portal.Editor.Create(one.Properties);
                portal.Link(deal.Id, one.Associations);
                DealWrites.WriteCreated(portal, deal, one.Properties.Keys, exchange.Body);
            }))],
            errors);
    }

    public static async Task UpdateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var inputs = BatchBody.InputsOf(document.RootElement, withHistory: false)
            .Select(input => (Id: BatchBody.IdOf(input), Properties: PropertyInput.Read(input)))
            .ToArray();
        foreach (var (_, properties) in inputs)
        {
            PropertyInput.Check(exchange.Portal, properties);
        }

        var written = new List<Action>();
        var missing = new List<string>();
        foreach (var (id, properties) in inputs)
        {
            if (long.TryParse(id, out var number) && exchange.Portal.Editor.Update(number, properties) is { } deal)
            {
                written.Add(() => DealWrites.WriteUpdated(exchange.Portal, deal, properties.Keys, exchange.Body));
            }
            else
            {
                missing.Add(id);
            }
        }

        BatchBody.Write(exchange, [.. written], BatchBody.NotFound(ObjectType.Deals, missing));
    }

    public static async Task ArchiveAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        foreach (var input in BatchBody.InputsOf(document.RootElement, withHistory: false))
        {
            if (long.TryParse(BatchBody.IdOf(input), out var id))
            {
                exchange.Portal.Editor.Archive(id);
            }
        }

        exchange.Status = StatusCodes.Status204NoContent;
    }

    static StoredDeal? FindSurvivor(Portal portal, string id)
    {
        var deal = long.TryParse(id, out var number) ? portal.Deals.Find(number) : null;
        while (deal?.MergedInto is { } survivor)
        {
            deal = portal.Deals.Find(survivor);
        }

        return deal;
    }
}
