using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HubSpotDeals.Infrastructure.HubSpot.Objects;

/// <summary>
/// HubSpot's records of any kind, one by one and in batches. Deals by the million are <see cref="HubSpotClient"/>'s. The
/// access token goes with each call and is kept nowhere; every failure is a <see cref="HubSpotException"/>.
/// </summary>
public sealed class CrmClient
{
    /// <summary>Records in a batch, at most. <see href="https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide"/></summary>
    public const int BatchSize = 100;

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
        CrmObjectType type, IReadOnlyList<IReadOnlyDictionary<string, string>> records, AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        BatchAsync(
            type, "batch.create", "create",
            [.. records.Select((record, index) => new CrmWire.Input(Id: null, record, TraceOf(index)))],
            // HubSpot gives the trace ids back with the records; where it does not, their order is that of the inputs.
            token, call, cancellationToken);

    /// <summary>Changes records, each by itself.</summary>
    /// <inheritdoc cref="CreateAsync(CrmObjectType, IReadOnlyList{IReadOnlyDictionary{string, string}}, AccessToken, CallOptions, CancellationToken)"/>
    public Task<IReadOnlyList<BatchOutcome>> UpdateAsync(
        CrmObjectType type, IReadOnlyList<(string Id, IReadOnlyDictionary<string, string> Properties)> records, AccessToken token, CallOptions call,
        CancellationToken cancellationToken) =>
        BatchAsync(
            type, "batch.update", "update",
            [.. records.Select((record, index) => new CrmWire.Input(record.Id, record.Properties, TraceOf(index)))],
            token, call, cancellationToken);

    /// <summary>Archives records; ids that are not there are passed over by HubSpot.</summary>
    public Task ArchiveAsync(CrmObjectType type, IReadOnlyList<string> ids, AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        SendAsync(
            Operation(type, "batch.archive", "archive"), HttpMethod.Post, _paths.Objects(type.Name) + "/batch/archive",
            CrmWire.Write(new CrmWire.Batch<CrmWire.Reference>([.. ids.Select(id => new CrmWire.Reference(id))]), CrmWireJson.Default.BatchReference),
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

    static string TraceOf(int index) => index.ToString(CultureInfo.InvariantCulture);

    static string Join(IReadOnlyList<string> properties) => Uri.EscapeDataString(string.Join(',', properties));
}
