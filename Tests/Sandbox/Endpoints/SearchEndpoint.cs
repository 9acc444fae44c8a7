using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Search;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>
/// Search over live records. Its cursor is an offset, and the page that ends at the 10,000th result still offers the next one,
/// which is then refused; a limit of 0 offers the same cursor for ever. Both are HubSpot's own traps.
/// </summary>
static class SearchEndpoint
{
    public static async Task SearchAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var body = await exchange.ReadBodyAsync(cancellationToken);
        var request = SearchRequest.Parse(body, exchange.Portal.Schema);
        var search = new DealSearch(exchange.Portal, request);
        var page = search.Run();
        var next = PageFaults.Spoil(exchange.Fault?.Kind, page, request.Offset);
        var records = new RecordWriter(exchange.Portal, request.Plan, exchange.Body);
        Write(exchange.Body, search.Total, page, item => records.Write(item), next);
    }

    /// <summary>Search over live contacts or tickets.</summary>
    public static async Task SearchRecordsAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var body = await exchange.ReadBodyAsync(cancellationToken);
        var request = SearchRequest.Parse(body, exchange.Schema);
        var search = new RecordSearch(exchange.Records, request);
        var page = search.Run();
        var next = PageFaults.Spoil(exchange.Fault?.Kind, page, request.Offset);
        var records = new CrmRecordWriter(exchange.Records, request.Plan, exchange.Body);
        Write(exchange.Body, search.Total, page, records.Write, next);
    }

    static void Write<T>(JsonBuffer json, int total, List<T> page, Action<T> write, int next)
    {
        json.Raw("{\"total\":"u8);
        json.Number(total);
        json.Raw(",\"results\":["u8);
        for (var index = 0; index < page.Count; index++)
        {
            json.Raw(index == 0 ? ""u8 : ","u8);
            write(page[index]);
        }

        json.Raw((byte)']');
        if (next < total)
        {
            json.Raw(",\"paging\":{\"next\":{\"after\":\""u8);
            json.Number(next);
            json.Raw("\"}}"u8);
        }

        json.Raw((byte)'}');
    }
}
