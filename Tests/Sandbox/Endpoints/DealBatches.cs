using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Up to a hundred deals in one call. What could not be done is told beside what could, under status 207.</summary>
static class DealBatches
{
    const int MaxInputs = 100;
    const int MaxInputsWithHistory = 50;

    /// <summary>
    /// Reads by id. The results come by ascending id, not in the order of the inputs, each once; the id of a deal that was merged
    /// away brings its survivor, under the survivor's id.
    /// </summary>
    public static async Task ReadAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var root = document.RootElement;
        var history = TextsOf(root, "propertiesWithHistory");
        var inputs = InputsOf(root, history.Length > 0);
        var archived = string.Equals(exchange.Request.Query["archived"], "true", StringComparison.OrdinalIgnoreCase);
        var found = new SortedDictionary<long, StoredDeal>();
        var missing = new List<string>();
        foreach (var id in inputs.Select(IdOf))
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

        var properties = TextsOf(root, "properties");
        var schema = exchange.Portal.Schema;
        var plan = properties.Length + history.Length == 0 ? schema.DefaultPlan : schema.PlanOf(properties.Concat(history));
        var records = new RecordWriter(exchange.Portal, plan, exchange.Body) { HistoryOf = history };
        Write(exchange, [.. found.Values.Select(deal => new Action(() => records.Write(deal)))], NotFound(missing));
    }

    /// <summary>
    /// One bad input refuses them all, unless every input carries an <c>objectWriteTraceId</c>: then each succeeds or fails by itself.
    /// </summary>
    public static async Task CreateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var inputs = InputsOf(document.RootElement, withHistory: false);
        var isEachByItself = Array.TrueForAll(inputs, input => input.TryGetProperty("objectWriteTraceId", out _));
        var accepted = new List<(Dictionary<string, string> Properties, JsonElement Input)>();
        var errors = new List<JsonObject>();
        foreach (var input in inputs)
        {
            var properties = PropertyInput.Read(input);
            try
            {
                PropertyInput.Check(exchange.Portal, properties);
                accepted.Add((properties, input));
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
        Write(
            exchange,
            [.. accepted.Select(one => new Action(() =>
                DealWrites.WriteCreated(portal, portal.Editor.Create(one.Properties), one.Properties.Keys, exchange.Body)))],
            errors);
    }

    public static async Task UpdateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var inputs = InputsOf(document.RootElement, withHistory: false)
            .Select(input => (Id: IdOf(input), Properties: PropertyInput.Read(input)))
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

        Write(exchange, [.. written], NotFound(missing));
    }

    public static async Task ArchiveAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        foreach (var input in InputsOf(document.RootElement, withHistory: false))
        {
            if (long.TryParse(IdOf(input), out var id))
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

    static void Write(Exchange exchange, Action[] results, List<JsonObject> errors)
    {
        var json = exchange.Body;
        var at = InstantText.ToText(exchange.Arrived.ToUnixTimeMilliseconds());
        json.Raw("{\"status\":\"COMPLETE\",\"results\":["u8);
        for (var index = 0; index < results.Length; index++)
        {
            json.Raw(index == 0 ? ""u8 : ","u8);
            results[index]();
        }

        json.Raw((byte)']');
        if (errors.Count > 0)
        {
            exchange.Status = exchange.Portal.AnswersMultiStatus ? StatusCodes.Status207MultiStatus : exchange.Status;
            json.Raw(",\"numErrors\":"u8);
            json.Number(errors.Count);
            json.Raw(",\"errors\":"u8);
            json.Node(new JsonArray([.. errors]));
        }

        json.Raw(Encoding.ASCII.GetBytes($",\"startedAt\":\"{at}\",\"completedAt\":\"{at}\"}}"));
    }

    // one error for all missing ids
    static List<JsonObject> NotFound(List<string> missing) => missing.Count == 0
        ? []
        :
        [
            new JsonObject
            {
                ["status"] = "error",
                ["category"] = "OBJECT_NOT_FOUND",
                ["message"] = "Could not get some DEAL objects, they may be deleted or not exist. Check that ids are valid.",
                ["context"] = new JsonObject { ["ids"] = Refusals.Texts(missing) },
            },
        ];

    static JsonElement[] InputsOf(JsonElement root, bool withHistory)
    {
        if (!root.TryGetProperty("inputs", out var inputs) || inputs.ValueKind != JsonValueKind.Array)
        {
            throw Refusals.InvalidJson(1, 1, "inputs is required");
        }

        if (withHistory && inputs.GetArrayLength() > MaxInputsWithHistory)
        {
            throw Refusals.Invalid(
                $"The maximum number of inputs supported in a batch request for property histories is {MaxInputsWithHistory}. "
                + "Please reduce the number of items and try again");
        }

        return inputs.GetArrayLength() <= MaxInputs
            ? [.. inputs.EnumerateArray()]
            : throw Refusals.Invalid(
                $"The maximum number of inputs supported in a batch is {MaxInputs}. Please reduce the number of items and try again");
    }

    static string IdOf(JsonElement input) =>
        input.ValueKind == JsonValueKind.Object && input.TryGetProperty("id", out var id)
            ? id.ToString()
            : throw Refusals.InvalidJson(1, 1, "id is required");

    static string[] TextsOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out var texts) && texts.ValueKind == JsonValueKind.Array
            ? [.. texts.EnumerateArray().Select(text => text.ToString())]
            : [];
}
