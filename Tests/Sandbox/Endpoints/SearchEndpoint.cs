using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Search;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>
/// Search over live deals. Its cursor is an offset, and the page that ends at the 10,000th result still offers the next one,
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
        var next = request.Offset + page.Count;
        switch (exchange.Fault?.Kind)
        {
            case FaultKind.ShortPage:
                page.RemoveRange(page.Count / 2, page.Count - (page.Count / 2));
                next = request.Offset + page.Count;
                break;
            case FaultKind.EmptyPage:
                page.Clear();
                next = request.Offset;
                break;
            case FaultKind.RepeatCursor:
                next = request.Offset;
                break;
            case FaultKind.DuplicateDeal when page.Count > 0:
                next--;
                break;
            case FaultKind.OutOfOrder:
                page.Reverse();
                break;
        }

        Write(exchange, request, search.Total, page, next);
    }

    static void Write(Exchange exchange, SearchRequest request, int total, List<PageItem> page, int next)
    {
        var json = exchange.Body;
        var records = new RecordWriter(exchange.Portal, request.Plan, json);
        json.Raw("{\"total\":"u8);
        json.Number(total);
        json.Raw(",\"results\":["u8);
        for (var index = 0; index < page.Count; index++)
        {
            json.Raw(index == 0 ? ""u8 : ","u8);
            records.Write(page[index]);
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
