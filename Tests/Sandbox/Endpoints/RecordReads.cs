using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Contacts and tickets by page and one by one, as <see cref="DealReads"/> reads deals.</summary>
static class RecordReads
{
    public static void List(Exchange exchange)
    {
        var query = new ReadQuery(exchange.Request.QueryString.Value);
        var fault = exchange.Fault?.Kind;
        var wanted = PageFaults.Wanted(fault, query.Limit);
        var page = exchange.Records.Book.ReadFrom(query.After, query.Archived, wanted + 1);
        long? next = null;
        if (page.Count > wanted)
        {
            var following = page[^1].Id;
            page.RemoveAt(wanted);
            next = PageFaults.CursorAfter(fault, page, record => record.Id, following, query.After);
        }

        if (fault == FaultKind.OutOfOrder)
        {
            page.Reverse();
        }

        var json = exchange.Body;
        var records = WriterOf(exchange, query);
        json.Raw("{\"results\":["u8);
        for (var index = 0; index < page.Count; index++)
        {
            json.Raw(index == 0 ? ""u8 : ","u8);
            records.Write(page[index]);
        }

        json.Raw((byte)']');
        if (next is { } cursor)
        {
            DealReads.WriteNext(exchange, query, cursor);
        }

        json.Raw((byte)'}');
    }

    /// <summary>One record, by id or by the value that stands for it. A missing one is a 404 page, as a missing deal.</summary>
    public static void Get(Exchange exchange)
    {
        var query = new ReadQuery(exchange.Request.QueryString.Value, exchange.Operation.Type.UniqueProperty);
        var record = exchange.RouteRecord(query.IdProperty);
        if (record is null || record.ArchivedAt.HasValue != query.Archived)
        {
            throw Refusals.NotFoundPage(exchange.Request.Path);
        }

        WriterOf(exchange, query).Write(record);
    }

    static CrmRecordWriter WriterOf(Exchange exchange, ReadQuery query) =>
        new(exchange.Records, query.PlanIn(exchange.Schema), exchange.Body)
        {
            HistoryOf = query.HistoryOf,
            Associations = query.Associations,
        };
}
