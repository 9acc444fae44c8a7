using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Portals;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Console.Deals;

/// <summary>A page of a scan's deals, as its visitor wants to see them.</summary>
/// <param name="Scan">The scan, planned.</param>
/// <param name="View">What is wanted.</param>
/// <param name="Rows">The page; null: the scan has stored nothing yet.</param>
/// <param name="Place">Where the page stands.</param>
/// <param name="Names">What the portal's people call what the deals hold by id.</param>
public sealed record DealsModel(ScanJob Scan, DealsView View, DealQueryPage? Rows, Pagination Place, PortalNames Names)
{
    /// <summary>A cell as people read it: names in the place of ids, where they are known.</summary>
    internal string TextOf(DealColumn column, string? cell) => (column.Property, cell) switch
    {
        (_, null) => "",
        ("dealstage", var stage) => Names.StageOf(stage),
        ("pipeline", var pipeline) => Names.PipelineOf(pipeline),
        ("hubspot_owner_id", var owner) => Names.OwnerOf(owner),
        var (_, text) => text,
    };

    /// <summary>The address of the same view, sorted by a property; the other way round if it is so sorted already.</summary>
    internal string SortLink(string property) => View.Link(property, property == View.Sort && !View.Descending, offset: 0);

    /// <summary>What a column's head says of the order to those who can't see it.</summary>
    internal string? AriaSort(string property) => property != View.Sort ? null : View.Descending ? "descending" : "ascending";

    /// <summary>The address of another page of the same view.</summary>
    internal string PageLink(long offset) => View.Link(View.Sort, View.Descending, offset);
}
