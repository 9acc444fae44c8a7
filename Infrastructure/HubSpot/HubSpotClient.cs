using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>
/// HubSpot's API, a method per call that is made. The access token goes with each call and is kept nowhere, so one client serves all
/// portals. Every failure is a <see cref="HubSpotException"/>.
/// </summary>
public sealed class HubSpotClient
{
    readonly HubSpotTransport _transport;
    readonly HubSpotPaths _paths;

    internal HubSpotClient(HubSpotTransport transport, HubSpotPaths paths)
    {
        _transport = transport;
        _paths = paths;
    }

    /// <summary>Which account the token belongs to. The cheapest call there is; it needs no scope of the CRM.</summary>
    /// <exception cref="HubSpotException">See <see cref="HubSpotException.Kind"/>.</exception>
    public Task<PortalDetails> ReadAccountDetailsAsync(AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        GetAsync(HubSpotOperation.AccountDetails, _paths.AccountDetails, token,
            HubSpotWireJson.Default.Account, static account => account.ToDetails(), call, cancellationToken);

    /// <summary>Every property that deals have in the portal, all at once: this endpoint has no pages.</summary>
    /// <exception cref="HubSpotException">See <see cref="HubSpotException.Kind"/>.</exception>
    public Task<IReadOnlyList<PropertyDefinition>> ReadDealPropertiesAsync(
        AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        GetAsync<HubSpotWire.PropertyList, IReadOnlyList<PropertyDefinition>>(HubSpotOperation.DealProperties, _paths.DealProperties, token,
            HubSpotWireJson.Default.PropertyList, static list => [.. list.Results.Select(static p => p.ToDefinition())],
            call, cancellationToken);

    /// <summary>The portal's deal pipelines with their stages, all at once: this endpoint has no pages.</summary>
    /// <exception cref="HubSpotException">See <see cref="HubSpotException.Kind"/>.</exception>
    public Task<IReadOnlyList<DealPipeline>> ReadDealPipelinesAsync(
        AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        GetAsync<HubSpotWire.PipelineList, IReadOnlyList<DealPipeline>>(HubSpotOperation.DealPipelines, _paths.DealPipelines, token,
            HubSpotWireJson.Default.PipelineList, static list => [.. list.Results.Select(static p => p.ToPipeline())],
            call, cancellationToken);

    /// <summary>The users who may own deals, page after page; those who have left are a list of their own.</summary>
    /// <param name="token">The portal's; it needs the scope <c>crm.objects.owners.read</c>.</param>
    /// <param name="archived">Those who have left.</param>
    /// <param name="call">How persistent each page's call is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="HubSpotException">See <see cref="HubSpotException.Kind"/>.</exception>
    public async Task<IReadOnlyList<DealOwner>> ReadOwnersAsync(
        AccessToken token, bool archived, CallOptions call, CancellationToken cancellationToken)
    {
        List<DealOwner> owners = [];
        string? after = null;
        for (var page = 0; page < HubSpotLimits.OwnerPages; page++)
        {
            var url = $"{_paths.Owners}?limit={HubSpotLimits.OwnerPageSize}&archived={(archived ? "true" : "false")}"
                + (after is null ? "" : "&after=" + Uri.EscapeDataString(after));
            var list = await GetAsync(
                HubSpotOperation.Owners, url, token, HubSpotWireJson.Default.OwnerList, static list => list, call, cancellationToken);
            owners.AddRange(list.Results.OfType<HubSpotWire.Owner>().Select(static owner => owner.ToOwner()));
            var next = list.Paging?.Next?.After;
            if (next is null || next == after)
            {
                break;
            }

            after = next;
        }

        return owners;
    }

    /// <summary>One page of all deals, by ascending id. A live read: there is no snapshot across pages.</summary>
    /// <returns>The page; the caller disposes of it.</returns>
    /// <exception cref="HubSpotException">
    /// <see cref="HubSpotErrorKind.UrlTooLong"/> is thrown before anything is sent; see <see cref="ListUrlLength"/>.
    /// </exception>
    public Task<DealPage> ListDealsAsync(AccessToken token, DealListRequest request, CallOptions call, CancellationToken cancellationToken)
    {
        var url = DealRequests.ListUrl(_paths.Deals, request);
        return url.Length > HubSpotLimits.UrlLength
            ? Task.FromException<DealPage>(HubSpotErrors.UrlTooLong(HubSpotOperation.ListDeals, url.Length))
            : PageAsync(new HubSpotRequest(HubSpotOperation.ListDeals, HttpMethod.Get, url), request.After, token, call, cancellationToken);
    }

    /// <summary>One page of the deals that pass the filters; never archived ones, and never more than 10,000 in all.</summary>
    /// <returns>The page, with <see cref="DealPage.Total"/>; the caller disposes of it.</returns>
    /// <exception cref="HubSpotException">See <see cref="HubSpotException.Kind"/>.</exception>
    public Task<DealPage> SearchDealsAsync(
        AccessToken token, DealSearchRequest request, CallOptions call, CancellationToken cancellationToken) =>
        PageAsync(
            new HubSpotRequest(HubSpotOperation.SearchDeals, HttpMethod.Post, _paths.DealSearch, DealRequests.SearchBody(request)),
            request.After, token, call, cancellationToken);

    /// <summary>
    /// Deals by their ids, at most <see cref="HubSpotLimits.BatchSize"/>, in no promised order. Deals that are not there are missing, and
    /// named under <c>errors</c>; in the place of one that was merged away comes its survivor, under the survivor's id.
    /// </summary>
    /// <returns>The answer, whose results stand as in a page; the caller disposes of it.</returns>
    /// <exception cref="HubSpotException">See <see cref="HubSpotException.Kind"/>.</exception>
    public Task<DealPage> ReadDealsAsync(
        AccessToken token, IReadOnlyCollection<long> ids, IReadOnlyList<string> properties, bool archived, CallOptions call,
        CancellationToken cancellationToken) =>
        PageAsync(
            new HubSpotRequest(
                HubSpotOperation.ReadDeals, HttpMethod.Post, _paths.DealBatchRead + (archived ? "?archived=true" : ""),
                DealRequests.BatchReadBody(ids, properties)),
            cursor: null, token, call, cancellationToken);

    /// <summary>
    /// How many deals pass the filters, archived ones not counted; true above 10,000 too. And the greatest id among them, as far as the
    /// search's index knows.
    /// </summary>
    /// <exception cref="HubSpotException">See <see cref="HubSpotException.Kind"/>.</exception>
    public Task<DealCount> CountDealsAsync(
        AccessToken token, IReadOnlyList<SearchFilter> filters, CallOptions call, CancellationToken cancellationToken)
    {
        // HubSpot has no call that only counts: the smallest search carries the total.
        var search = new DealSearchRequest
        {
            Filters = filters, Sort = new SearchSort("hs_object_id", Descending: true), Properties = ["hs_object_id"], Limit = 1,
        };
        return _transport.SendAsync(
            new HubSpotRequest(HubSpotOperation.CountDeals, HttpMethod.Post, _paths.DealSearch, DealRequests.SearchBody(search)),
            token,
            static (body, _) =>
            {
                using (body)
                {
                    var total = PageCursor.Read(body.Memory.Span).Total ?? throw new JsonException("The search has no total.");
                    return new DealCount(total, DealIds.In(body.Memory.Span) is [var highest, ..] ? highest : null);
                }
            },
            call, cancellationToken);
    }

    /// <summary>
    /// How long a list request's URL is, in characters, with room for a cursor if it has none yet.
    /// Above <see cref="HubSpotLimits.UrlLength"/> the properties have to be read in several passes.
    /// </summary>
    public int ListUrlLength(DealListRequest request) =>
        DealRequests.ListUrl(_paths.Deals, request).Length + (request.After is null ? HubSpotLimits.CursorLength : 0);

    /// <summary>
    /// How long a search's body is, in bytes. HubSpot refuses one above <see cref="HubSpotLimits.SearchBodyLength"/>.
    /// </summary>
    public static int SearchBodyLength(DealSearchRequest request) => DealRequests.SearchBody(request).Length;

    Task<DealPage> PageAsync(
        HubSpotRequest request, string? cursor, AccessToken token, CallOptions call, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            request, token,
            (body, receivedAt) =>
            {
                try
                {
                    var marks = PageCursor.Read(body.Memory.Span);
                    // A cursor that leads to itself would be followed for ever.
                    return marks.After is { } after && string.Equals(after, cursor, StringComparison.Ordinal)
                        ? throw new JsonException($"the cursor {after} leads to itself.")
                        : new DealPage(body, marks, receivedAt);
                }
                catch
                {
                    body.Dispose();
                    throw;
                }
            },
            call, cancellationToken);

    Task<TResult> GetAsync<TWire, TResult>(
        HubSpotOperation operation, string url, AccessToken token, JsonTypeInfo<TWire> wire, Func<TWire, TResult> convert,
        CallOptions call, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new HubSpotRequest(operation, HttpMethod.Get, url), token,
            (body, _) =>
            {
                using (body)
                {
                    return convert(JsonSerializer.Deserialize(body.Memory.Span, wire) ?? throw new JsonException("null is no answer."));
                }
            },
            call, cancellationToken);
}
