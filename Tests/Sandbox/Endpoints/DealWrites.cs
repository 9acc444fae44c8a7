using HubSpotDeals.Sandbox.Gateway;
using HubSpotDeals.Sandbox.Portals;
using HubSpotDeals.Sandbox.Records;
using HubSpotDeals.Sandbox.Wire;

namespace HubSpotDeals.Sandbox.Endpoints;

/// <summary>Making, changing, archiving and merging deals one by one.</summary>
static class DealWrites
{
    // what a new deal's answer shows beyond what was given
    static readonly string[] SetByHubSpot =
    [
        "amount", "amount_in_home_currency", "createdate", "days_to_close", "dealname", "dealstage", "hs_closed_amount",
        "hs_closed_amount_in_home_currency", "hs_closed_won_count", "hs_createdate", "hs_days_to_close_raw", "hs_deal_stage_probability",
        "hs_deal_stage_probability_shadow", "hs_forecast_amount", "hs_is_closed", "hs_is_closed_won", "hs_is_closed_lost",
        "hs_lastmodifieddate", "hs_object_id", "hs_object_source", "hs_object_source_id", "hs_object_source_label", "hs_projected_amount",
        "hs_projected_amount_in_home_currency", "num_associated_contacts", "num_notes", "pipeline",
    ];

    // what follows from the stage, the amount and the closing date
    static readonly string[] Recalculated =
    [
        "amount_in_home_currency", "days_to_close", "hs_closed_amount", "hs_closed_amount_in_home_currency", "hs_closed_won_count",
        "hs_days_to_close_raw", "hs_deal_stage_probability", "hs_deal_stage_probability_shadow", "hs_forecast_amount", "hs_is_closed",
        "hs_is_closed_won", "hs_projected_amount", "hs_projected_amount_in_home_currency",
    ];

    public static async Task CreateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var properties = PropertyInput.Read(document.RootElement);
        PropertyInput.Check(exchange.Portal, properties);
        var associations = AssociationInput.ReadInline(exchange.Portal, ObjectType.Deals, document.RootElement);
        var deal = exchange.Portal.Editor.Create(properties);
        exchange.Portal.Link(deal.Id, associations);
        exchange.Status = StatusCodes.Status201Created;
        exchange.Http.Response.Headers.Location = $"{exchange.Request.Path}/{deal.Id}";
        WriteCreated(exchange.Portal, deal, properties.Keys, exchange.Body);
    }

    public static async Task UpdateAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var properties = PropertyInput.Read(document.RootElement);
        PropertyInput.Check(exchange.Portal, properties);
        var deal = exchange.Portal.Editor.Update(exchange.RouteId(), properties) ?? throw Refusals.ResourceNotFound();
        WriteUpdated(exchange.Portal, deal, properties.Keys, exchange.Body);
    }

    public static void Archive(Exchange exchange)
    {
        exchange.Portal.Editor.Archive(exchange.RouteId());
        exchange.Status = StatusCodes.Status204NoContent;
    }

    public static async Task MergeAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        using var document = await exchange.ReadJsonAsync(cancellationToken);
        var (survivor, merged) = (IdOf("primaryObjectId"), IdOf("objectIdToMerge"));
        var deal = exchange.Portal.Editor.Merge(survivor, merged) ?? throw Refusals.ResourceNotFound();
        new RecordWriter(exchange.Portal, exchange.Portal.Schema.DefaultPlan, exchange.Body).Write(deal);

        long IdOf(string name) =>
            document.RootElement.TryGetProperty(name, out var id) && long.TryParse(id.ToString(), out var number)
                ? number
                : throw Refusals.Invalid($"{name} must be a record id.");
    }

    public static void WriteCreated(Portal portal, StoredDeal deal, IEnumerable<string> written, JsonBuffer json) =>
        new RecordWriter(portal, portal.Schema.PlanOf(SetByHubSpot.Concat(written)), json).Write(deal);

    /// <summary>The answer to a change shows what changed and what was recalculated, not the whole deal.</summary>
    public static void WriteUpdated(Portal portal, StoredDeal deal, IReadOnlyCollection<string> written, JsonBuffer json)
    {
        var shown = written.Any(name => name is "amount" or "dealstage" or "closedate") ? written.Concat(Recalculated) : written;
        new RecordWriter(portal, portal.Schema.PlanOf(shown), json).Write(deal);
    }
}
