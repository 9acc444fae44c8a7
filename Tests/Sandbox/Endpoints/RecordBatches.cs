using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Up to a hundred contacts or tickets in one call, as <see cref="DealBatches"/> does with deals.</summary>
static class RecordBatches
{
    const string TraceId = "objectWriteTraceId";

    /// <summary>Reads by id, or by the value of <c>idProperty</c>. The results come by ascending id, each once.</summary>
    public static async Task ReadAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var root = document.RootElement;
        var history = BatchBody.TextsOf(root, "propertiesWithHistory");
        var inputs = BatchBody.InputsOf(root, history.Length > 0);
        var archived = string.Equals(exchange.Request.Query["archived"], "true", StringComparison.OrdinalIgnoreCase);
        var idProperty = IdPropertyOf(exchange, root);
        var found = new SortedDictionary<long, CrmRecord>();
        var missing = new List<string>();
        foreach (var id in inputs.Select(BatchBody.IdOf))
        {
            if (Find(exchange, id, idProperty) is { } record && record.ArchivedAt.HasValue == archived)
            {
                found[record.Id] = record;
            }
            else
            {
                missing.Add(id);
            }
        }

        var properties = BatchBody.TextsOf(root, "properties");
        var schema = exchange.Schema;
        var plan = properties.Length + history.Length == 0 ? schema.DefaultPlan : schema.PlanOf(properties.Concat(history));
        var records = new CrmRecordWriter(exchange.Records, plan, exchange.Body) { HistoryOf = history };
        BatchBody.Write(
            exchange,
            [.. found.Values.Select(record => new Action(() => records.Write(record)))],
            BatchBody.NotFound(exchange.Operation.Type, missing));
    }

    /// <summary>
    /// One bad input refuses them all, unless every input carries an <c>objectWriteTraceId</c>: then each succeeds or fails by itself.
    /// </summary>
    public static async Task CreateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var inputs = Array.ConvertAll(BatchBody.InputsOf(document.RootElement, withHistory: false), input => new NewRecord(exchange, input));
        var made = new List<(CrmRecord Record, NewRecord Input)>();
        var errors = new List<JsonObject>();
        if (Array.TrueForAll(inputs, input => input.TraceId is not null))
        {
            foreach (var input in inputs)
            {
                CreateByItself(exchange, input, made, errors);
            }
        }
        else
        {
            foreach (var input in inputs)
            {
                RecordInput.CheckNew(exchange, input.Properties);
            }

            var associations = Array.ConvertAll(inputs, input => input.ReadAssociations());
            made.AddRange(exchange.Records.Editor.CreateAll(Array.ConvertAll(inputs, input => input.Properties)).Zip(inputs));
            foreach (var (one, others) in made.Zip(associations))
            {
                exchange.Portal.Link(one.Record.Id, others);
            }
        }

        exchange.Status = StatusCodes.Status201Created;
        BatchBody.Write(
            exchange,
            [.. made.Select(one => new Action(() => RecordWrites.WriteCreated(exchange, one.Record, one.Input.Properties.Keys)))],
            errors);
    }

    public static async Task UpdateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var inputs = ChangesOf(exchange, document.RootElement);
        var written = new List<Action>();
        var missing = new List<string>();
        foreach (var (id, idProperty, properties) in inputs)
        {
            if (Find(exchange, id, idProperty) is { } known && exchange.Records.Editor.Update(known.Id, properties) is { } record)
            {
                written.Add(() => RecordWrites.WriteUpdated(exchange, record, properties.Keys));
            }
            else
            {
                missing.Add(id);
            }
        }

        BatchBody.Write(exchange, [.. written], BatchBody.NotFound(exchange.Operation.Type, missing));
    }

    /// <summary>Changes the records that are there and makes those that are not; without an <c>idProperty</c> none can be made.</summary>
    public static async Task UpsertAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var inputs = ChangesOf(exchange, document.RootElement);
        foreach (var (id, idProperty, _) in inputs.Where(input => input.IdProperty is not null))
        {
            RecordInput.CheckChange(exchange, new Dictionary<string, string>(StringComparer.Ordinal) { [idProperty!] = id });
        }

        var written = new List<Action>();
        var missing = new List<string>();
        foreach (var (id, idProperty, properties) in inputs)
        {
            if (idProperty is not null)
            {
                var (record, isNew) = exchange.Records.Editor.Upsert(id, properties);
                written.Add(() => RecordWrites.WriteUpdated(exchange, record, properties.Keys.Append(idProperty), isNew));
            }
            else if (Find(exchange, id, null) is { } known && exchange.Records.Editor.Update(known.Id, properties) is { } record)
            {
                written.Add(() => RecordWrites.WriteUpdated(exchange, record, properties.Keys, isNew: false));
            }
            else
            {
                missing.Add(id);
            }
        }

        BatchBody.Write(exchange, [.. written], BatchBody.NotFound(exchange.Operation.Type, missing));
    }

    public static async Task ArchiveAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        foreach (var input in BatchBody.InputsOf(document.RootElement, withHistory: false))
        {
            if (long.TryParse(BatchBody.IdOf(input), out var id))
            {
                exchange.Records.Editor.Archive(id);
            }
        }

        exchange.Status = StatusCodes.Status204NoContent;
    }

    static void CreateByItself(Exchange exchange, NewRecord input, List<(CrmRecord Record, NewRecord Input)> made, List<JsonObject> errors)
    {
        try
        {
            RecordInput.CheckNew(exchange, input.Properties);
            var associations = input.ReadAssociations();
            var record = exchange.Records.Editor.Create(input.Properties);
            exchange.Portal.Link(record.Id, associations);
            made.Add((record, input));
        }
        catch (Refusal refusal)
        {
            var body = refusal.Body(exchange.CorrelationId);
            errors.Add(new JsonObject
            {
                ["status"] = "error",
                ["category"] = (string?)body["category"],
                ["message"] = (string?)body["message"],
                ["context"] = new JsonObject { [TraceId] = new JsonArray(input.TraceId) },
            });
        }
    }

    // all of them are checked before the first is written, and none may come twice
    static (string Id, string? IdProperty, Dictionary<string, string> Properties)[] ChangesOf(Exchange exchange, JsonElement root)
    {
        var inputs = Array.ConvertAll(
            BatchBody.InputsOf(root, withHistory: false),
            input => (Id: BatchBody.IdOf(input), IdProperty: IdPropertyOf(exchange, input), Properties: PropertyInput.Read(input)));
        foreach (var (_, _, properties) in inputs)
        {
            RecordInput.CheckChange(exchange, properties);
        }

        var twice = inputs
            .GroupBy(input => input.Id.Trim(), StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Count() > 1)
            .Select(same => same.Key)
            .ToArray();
        return twice.Length == 0 ? inputs : throw Refusals.DuplicateIds(twice);
    }

    static CrmRecord? Find(Exchange exchange, string id, string? idProperty) =>
        idProperty is not null ? exchange.Records.Book.FindUnique(id)
        : long.TryParse(id, out var number) ? exchange.Records.Book.Find(number)
        : null;

    static string? IdPropertyOf(Exchange exchange, JsonElement element)
    {
        if (!element.TryGetProperty("idProperty", out var member) || member.ToString() is not { Length: > 0 } name || name == "hs_object_id")
        {
            return null;
        }

        return name == exchange.Operation.Type.UniqueProperty
            ? name
            : throw Refusals.Invalid($"{name} is not a property with unique values.");
    }

    sealed class NewRecord(Exchange exchange, JsonElement input)
    {
        /// <exception cref="Refusal">A type or a record is not there.</exception>
        public (AssociationType Type, long To)[] ReadAssociations() =>
            AssociationInput.ReadInline(exchange.Portal, exchange.Operation.Type, input);

        public IReadOnlyDictionary<string, string> Properties { get; } = PropertyInput.Read(input);

        public string? TraceId { get; } = input.TryGetProperty(RecordBatches.TraceId, out var id) ? id.ToString() : null;
    }
}
