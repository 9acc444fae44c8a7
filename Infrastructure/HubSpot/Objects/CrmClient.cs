using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HubSpotDeals.Infrastructure.HubSpot.Objects;

/// <summary>
/// HubSpot's records of any kind, one by one and in batches, and what joins them. Deals by the million are <see cref="HubSpotClient"/>'s. The
/// access token goes with each call and is kept nowhere; every failure is a <see cref="HubSpotException"/>.
/// </summary>
public sealed class CrmClient
{
    /// <summary>Records in a batch, at most. <see href="https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide"/></summary>
    public const int BatchSize = 100;

    /// <summary>Records whose associations are read at once, at most.</summary>
    public const int LinkBatchSize = 1_000;

    /// <summary>Pages of one record's associations that are read: a cursor that goes round would never end.</summary>
    const int MostLinkPages = 50;

    readonly HubSpotTransport _transport;
    readonly HubSpotPaths _paths;

    internal CrmClient(HubSpotTransport transport, HubSpotPaths paths) => (_transport, _paths) = (transport, paths);

    /// <summary>One page of all records that are not archived, by ascending id.</summary>
    public Task<CrmPage> ListAsync(
        CrmObjectType type, IReadOnlyList<string> properties, int limit, string? after, AccessToken token, CallOptions call,
        CancellationToken cancellationToken) =>
        SendAsync(
            Operation(type, "list", "list"), HttpMethod.Get,
            $"{_paths.Objects(type.Name)}?limit={limit.ToString(CultureInfo.InvariantCulture)}&properties={Join(properties)}{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}",
            body: null, CrmWireJson.Default.Page, static page => page.ToPage(), token, call, cancellationToken);

    /// <summary>A page of the records that a search finds; late by seconds, and never more than 10,000.</summary>
    public Task<CrmPage> SearchAsync(CrmObjectType type, CrmSearch search, AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        SendAsync(
            Operation(type, "search", "search", RequestClass.Search), HttpMethod.Post, _paths.Objects(type.Name) + "/search", search.ToBody(),
            CrmWireJson.Default.Page, static page => page.ToPage(), token, call, cancellationToken);

    /// <summary>One record.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: there is none, or it is archived.</exception>
    public Task<CrmRecord> GetAsync(
        CrmObjectType type, string id, IReadOnlyList<string> properties, AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        SendAsync(
            Operation(type, "get", "read"), HttpMethod.Get, $"{_paths.Objects(type.Name)}/{Uri.EscapeDataString(id)}?properties={Join(properties)}",
            body: null, CrmWireJson.Default.CrmRecord, static record => record, token, call, cancellationToken);

    /// <summary>Creates a record. Not to be repeated blindly: whether a call that broke created it is not known.</summary>
    public Task<CrmRecord> CreateAsync(
        CrmObjectType type, IReadOnlyDictionary<string, string> properties, AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        SendAsync(
            Operation(type, "create", "create"), HttpMethod.Post, _paths.Objects(type.Name),
            CrmWire.Write(new CrmWire.Input(Id: null, properties), CrmWireJson.Default.Input),
            CrmWireJson.Default.CrmRecord, static record => record, token, call, cancellationToken);

    /// <summary>Changes the properties that are named, and no others; an empty text clears one.</summary>
    public Task<CrmRecord> UpdateAsync(
        CrmObjectType type, string id, IReadOnlyDictionary<string, string> properties, AccessToken token, CallOptions call,
        CancellationToken cancellationToken) =>
        SendAsync(
            Operation(type, "update", "update"), HttpMethod.Patch, $"{_paths.Objects(type.Name)}/{Uri.EscapeDataString(id)}",
            CrmWire.Write(new CrmWire.Input(Id: null, properties), CrmWireJson.Default.Input),
            CrmWireJson.Default.CrmRecord, static record => record, token, call, cancellationToken);

    /// <summary>Archives a record. HubSpot answers the same whether it was there or not.</summary>
    public Task ArchiveAsync(CrmObjectType type, string id, AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        SendAsync(
            Operation(type, "archive", "archive"), HttpMethod.Delete, $"{_paths.Objects(type.Name)}/{Uri.EscapeDataString(id)}", body: null, token, call,
            cancellationToken);

    /// <summary>Creates records, each by itself: one that fails does not hold back the others.</summary>
    /// <param name="type">Their kind.</param>
    /// <param name="records">At most <see cref="BatchSize"/>.</param>
    /// <param name="token">The portal's.</param>
    /// <param name="call">How persistent.</param>
    /// <param name="cancellationToken">Ends the attempt; whether it was done is then not known.</param>
    /// <returns>What became of each, in their order.</returns>
    public Task<IReadOnlyList<BatchOutcome>> CreateAsync(
        CrmObjectType type, IReadOnlyList<NewCrmRecord> records, AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        BatchAsync(
            type, "batch.create", "create",
            [.. records.Select((record, index) => new CrmWire.Input(Id: null, record.Properties, CrmWire.Association.Of(record.Links), ObjectWriteTraceId: TraceOf(index)))],
            // HubSpot gives the trace ids back with the records; where it does not, their order is that of the inputs.
            token, call, cancellationToken);

    /// <summary>Changes records, each by itself.</summary>
    /// <inheritdoc cref="CreateAsync(CrmObjectType, IReadOnlyList{NewCrmRecord}, AccessToken, CallOptions, CancellationToken)"/>
    public Task<IReadOnlyList<BatchOutcome>> UpdateAsync(
        CrmObjectType type, IReadOnlyList<(string Id, IReadOnlyDictionary<string, string> Properties)> records, AccessToken token, CallOptions call,
        CancellationToken cancellationToken) =>
        BatchAsync(
            type, "batch.update", "update",
            [.. records.Select((record, index) => new CrmWire.Input(record.Id, record.Properties, ObjectWriteTraceId: TraceOf(index)))],
            token, call, cancellationToken);

    /// <summary>Creates the record that has this value of a unique property, or changes it if it is there. Can be repeated as often as need be.</summary>
    public async Task<CrmRecord> UpsertAsync(
        CrmObjectType type, string idProperty, string value, IReadOnlyDictionary<string, string> properties, AccessToken token, CallOptions call,
        CancellationToken cancellationToken)
    {
        var outcomes = await BatchAsync(
            type, "batch.upsert", "create or update", [new CrmWire.Input(value, properties, IdProperty: idProperty)], token, call, cancellationToken);
        return outcomes[0].Record ?? throw new HubSpotException(
            HubSpotErrorKind.Rejected, $"Could not create or update the {type.One}: HubSpot refused. HubSpot said: \"{outcomes[0].Failure}\"")
        {
            HubSpotMessage = outcomes[0].Failure,
            Category = outcomes[0].Category,
        };
    }

    /// <summary>Archives records; ids that are not there are passed over by HubSpot.</summary>
    public Task ArchiveAsync(CrmObjectType type, IReadOnlyList<string> ids, AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        SendAsync(
            Operation(type, "batch.archive", "archive"), HttpMethod.Post, _paths.Objects(type.Name) + "/batch/archive",
            CrmWire.Write(new CrmWire.Batch<CrmWire.Reference>([.. ids.Select(id => new CrmWire.Reference(id))]), CrmWireJson.Default.BatchReference),
            token, call, cancellationToken);

    /// <summary>Records by their ids, or by a unique property; those that are not there are missing in the answer.</summary>
    /// <param name="type">Their kind.</param>
    /// <param name="ids">At most <see cref="BatchSize"/>.</param>
    /// <param name="idProperty">The unique property that the ids are values of; null: HubSpot's own ids.</param>
    /// <param name="properties">What is wanted of them.</param>
    /// <param name="token">The portal's.</param>
    /// <param name="call">How persistent.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task<IReadOnlyList<CrmRecord>> ReadAsync(
        CrmObjectType type, IReadOnlyList<string> ids, string? idProperty, IReadOnlyList<string> properties, AccessToken token, CallOptions call,
        CancellationToken cancellationToken) =>
        SendAsync<CrmWire.BatchAnswer, IReadOnlyList<CrmRecord>>(
            Operation(type, "batch.read", "read"), HttpMethod.Post, _paths.Objects(type.Name) + "/batch/read",
            CrmWire.Write(
                new CrmWire.Batch<CrmWire.Reference>([.. ids.Select(id => new CrmWire.Reference(id))], properties, idProperty),
                CrmWireJson.Default.BatchReference),
            CrmWireJson.Default.BatchAnswer, static answer => answer.Results, token, call, cancellationToken);

    /// <summary>Which records of another kind each of these is joined to.</summary>
    /// <param name="from">Their kind.</param>
    /// <param name="ids">At most <see cref="LinkBatchSize"/>.</param>
    /// <param name="to">The other kind.</param>
    /// <param name="token">The portal's.</param>
    /// <param name="call">How persistent.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>By the id of the first, each other once; those that are joined to none are missing.</returns>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> ReadLinksAsync(
        CrmObjectType from, IReadOnlyList<string> ids, CrmObjectType to, AccessToken token, CallOptions call, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        IReadOnlyList<(string Id, string? After)> asked = [.. ids.Select(id => (id, (string?)null))];
        for (var page = 0; asked.Count > 0 && page < MostLinkPages; page++)
        {
            var answer = await SendAsync(
                new HubSpotOperation($"associations.{from.Name}-{to.Name}.batch-read", $"read which {to.Name} belong to {from.Name}"), HttpMethod.Post,
                _paths.LinkBatchRead(from.Name, to.Name), LinkBody(asked), CrmWireJson.Default.Links, static links => links, token, call,
                cancellationToken);
            foreach (var links in answer.Results)
            {
                if (!found.TryGetValue(links.From.Id, out var others))
                {
                    found[links.From.Id] = others = [];
                }

                // The same record comes once for each kind of association.
                others.AddRange(links.To.Select(target => target.ToObjectId.ToString(CultureInfo.InvariantCulture)).Except(others, StringComparer.Ordinal));
            }

            asked = [.. answer.Results.Where(links => links.Paging?.Next?.After is not null).Select(links => (links.From.Id, links.Paging!.Next!.After))];
        }

        return found.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value, StringComparer.Ordinal);
    }

    /// <summary>The pipelines of a kind with their stages, all at once: this endpoint has no pages.</summary>
    public Task<IReadOnlyList<DealPipeline>> ReadPipelinesAsync(
        CrmObjectType type, AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        SendAsync<HubSpotWire.PipelineList, IReadOnlyList<DealPipeline>>(
            Operation(type, "pipelines", "read the pipelines of"), HttpMethod.Get, _paths.Pipelines(type.Name), body: null,
            CrmWireJson.Default.PipelineList, static list => [.. list.Results.Select(static pipeline => pipeline.ToPipeline())],
            token, call, cancellationToken);

    async Task<IReadOnlyList<BatchOutcome>> BatchAsync(
        CrmObjectType type, string name, string doing, IReadOnlyList<CrmWire.Input> inputs, AccessToken token, CallOptions call,
        CancellationToken cancellationToken)
    {
        var answer = await SendAsync(
            Operation(type, name, doing), HttpMethod.Post, $"{_paths.Objects(type.Name)}/{name.Replace('.', '/')}",
            CrmWire.Write(new CrmWire.Batch<CrmWire.Input>(inputs), CrmWireJson.Default.BatchInput),
            CrmWireJson.Default.BatchAnswer, static answer => answer, token, call, cancellationToken);
        return BatchOutcomes.Of(inputs, answer);
    }

    async Task SendAsync(
        HubSpotOperation operation, HttpMethod method, string url, byte[]? body, AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        await _transport.SendAsync(
            new HubSpotRequest(operation, method, url, body), token,
            static (answer, _) =>
            {
                answer.Dispose();
                return true;
            },
            call, cancellationToken);

    Task<TResult> SendAsync<TWire, TResult>(
        HubSpotOperation operation, HttpMethod method, string url, byte[]? body, JsonTypeInfo<TWire> wire, Func<TWire, TResult> convert,
        AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new HubSpotRequest(operation, method, url, body), token,
            (answer, _) =>
            {
                using (answer)
                {
                    return convert(JsonSerializer.Deserialize(answer.Memory.Span, wire) ?? throw new JsonException("null is no answer."));
                }
            },
            call, cancellationToken);

    static HubSpotOperation Operation(CrmObjectType type, string name, string doing, RequestClass limit = RequestClass.Burst) =>
        new($"{type.Name}.{name}", $"{doing} {type.Name}", limit);

    static byte[] LinkBody(IReadOnlyList<(string Id, string? After)> asked) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        inputs = asked.Select(one => one.After is null
            ? new Dictionary<string, string>(StringComparer.Ordinal) { ["id"] = one.Id }
            : new Dictionary<string, string>(StringComparer.Ordinal) { ["id"] = one.Id, ["after"] = one.After }),
    });

    static string TraceOf(int index) => index.ToString(CultureInfo.InvariantCulture);

    static string Join(IReadOnlyList<string> properties) => Uri.EscapeDataString(string.Join(',', properties));
}
