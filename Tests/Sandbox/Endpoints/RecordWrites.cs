using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Making, changing and archiving contacts and tickets one by one.</summary>
static class RecordWrites
{
    public static async Task CreateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var properties = PropertyInput.Read(document.RootElement);
        RecordInput.CheckNew(exchange, properties);
        var associations = AssociationInput.ReadInline(exchange.Portal, exchange.Operation.Type, document.RootElement);
        var record = exchange.Records.Editor.Create(properties);
        exchange.Portal.Link(record.Id, associations);
        exchange.Status = StatusCodes.Status201Created;
        exchange.Http.Response.Headers.Location = $"{exchange.Request.Path}/{record.Id}";
        WriteCreated(exchange, record, properties.Keys);
    }

    public static async Task UpdateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var query = new ReadQuery(exchange.Request.QueryString.Value, exchange.Operation.Type.UniqueProperty);
        var properties = PropertyInput.Read(document.RootElement);
        RecordInput.CheckChange(exchange, properties);
        var known = exchange.RouteRecord(query.IdProperty) ?? throw Refusals.ResourceNotFound();
        var record = exchange.Records.Editor.Update(known.Id, properties) ?? throw Refusals.ResourceNotFound();
        WriteUpdated(exchange, record, properties.Keys);
    }

    public static void Archive(Exchange exchange)
    {
        exchange.Records.Editor.Archive(exchange.RouteId());
        exchange.Status = StatusCodes.Status204NoContent;
    }

    public static void WriteCreated(Exchange exchange, CrmRecord record, IEnumerable<string> written) =>
        Write(exchange, record, RecordRules.ShownAtBirth(exchange.Operation.Type).Concat(written), isNew: null);

    /// <summary>The answer to a change shows what changed and what was recalculated, not the whole record.</summary>
    public static void WriteUpdated(Exchange exchange, CrmRecord record, IEnumerable<string> written, bool? isNew = null) =>
        Write(exchange, record, RecordRules.Recalculated(exchange.Operation.Type).Concat(written), isNew);

    static void Write(Exchange exchange, CrmRecord record, IEnumerable<string> shown, bool? isNew) =>
        new CrmRecordWriter(exchange.Records, exchange.Schema.PlanOf(shown), exchange.Body).Write(record, isNew);
}
