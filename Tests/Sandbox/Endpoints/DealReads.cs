using System.Text;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Deals by page and one by one.</summary>
static class DealReads
{
    /// <summary>
    /// A page by ascending id. The cursor is the last returned id plus one and means "ids from here on": it outlives the deletion
    /// of the record it was made from.
    /// </summary>
    public static void List(Exchange exchange)
    {
        var query = new ReadQuery(exchange.Request.QueryString.Value);
        var portal = exchange.Portal;
        var fault = exchange.Fault?.Kind;
        var reader = portal.Deals.ReadFrom(query.After, query.Archived);
        var wanted = PageFaults.Wanted(fault, query.Limit);
        var page = new List<PageItem>(query.Limit);
        while (page.Count < wanted && reader.MoveNext())
        {
            page.Add(new PageItem(reader.Id, reader.Stored, reader.Slot));
        }

        long? next = page.Count == wanted && reader.MoveNext() ? PageFaults.CursorAfter(fault, page, item => item.Id, reader.Id, query.After) : null;
        if (fault == FaultKind.OutOfOrder)
        {
            page.Reverse();
        }

        WritePage(exchange, query, page, next);
    }

    /// <summary>One deal. A missing one, or an archived one that was not asked for as such, is a 404 page.</summary>
    public static void Get(Exchange exchange)
    {
        var query = new ReadQuery(exchange.Request.QueryString.Value);
        var deal = exchange.RouteDeal();
        if (deal is null || deal.ArchivedAt.HasValue != query.Archived)
        {
            throw Refusals.NotFoundPage(exchange.Request.Path);
        }

        new RecordWriter(exchange.Portal, query.PlanIn(exchange.Portal.Schema), exchange.Body)
        {
            HistoryOf = query.HistoryOf,
            Associations = query.Associations,
        }.Write(deal);
    }

    static void WritePage(Exchange exchange, ReadQuery query, List<PageItem> page, long? next)
    {
        var json = exchange.Body;
        var records = new RecordWriter(exchange.Portal, query.PlanIn(exchange.Portal.Schema), json)
        {
            HistoryOf = query.HistoryOf,
            Associations = query.Associations,
        };
        json.Raw("{\"results\":["u8);
        for (var index = 0; index < page.Count; index++)
        {
            json.Raw(index == 0 ? ""u8 : ","u8);
            records.Write(page[index]);
        }

        json.Raw((byte)']');
        if (next is { } cursor)
        {
            WriteNext(exchange, query, cursor);
        }

        json.Raw((byte)'}');
    }

    /// <summary>
    /// Writes the way to the next page. Its link names HubSpot's own host, and for date-versioned calls not even the path that was
    /// called: who follows it goes astray.
    /// </summary>
    public static void WriteNext(Exchange exchange, ReadQuery query, long cursor)
    {
        var json = exchange.Body;
        json.Raw(",\"paging\":{\"next\":{\"after\":\""u8);
        json.Number(cursor);
        json.Raw("\",\"link\":\"https://api.hubapi.com"u8);
        json.Raw(Encoding.ASCII.GetBytes(
            exchange.IsDateVersioned ? $"/crm/objects/v3/{exchange.Operation.Type.Id}?" : $"/crm/v3/objects/{exchange.Operation.Type.Plural}?"));
        if (query.WithoutCursor.Length > 0)
        {
            json.Raw(Encoding.UTF8.GetBytes(query.WithoutCursor));
            json.Raw((byte)'&');
        }

        json.Raw("after="u8);
        json.Number(cursor);
        json.Raw("\"}}"u8);
    }
}
