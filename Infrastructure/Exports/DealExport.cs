using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;

namespace HubSpotDeals.Infrastructure.Exports;

/// <summary>
/// A scan's deals as they are handed out, in every format with the same keys in the same order: <c>id</c>, <c>hs_object_id</c>,
/// the requested properties, <c>_tenant_id</c>, <c>_scan_id</c>, <c>_extracted_at</c>, <c>created_at</c>, <c>updated_at</c>,
/// <c>_archived</c>, <c>_rejected</c>.
/// </summary>
/// <param name="Table">Where the deals are; its portal is the <c>_tenant_id</c>.</param>
/// <param name="Columns">The requested properties.</param>
/// <param name="ScanUuid">The scan's one UUID, from which the deals' are made.</param>
/// <param name="ScanId">The scan's name, for <c>_scan_id</c>.</param>
public sealed record DealExport(DealTable Table, IReadOnlyList<DealColumn> Columns, Guid ScanUuid, string ScanId)
{
    const string DealId = "hs_object_id";

    static readonly string[] KeysBefore = ["id", DealId];

    static readonly string[] KeysAfter =
        ["_tenant_id", "_scan_id", "_extracted_at", "created_at", "updated_at", "_archived", "_rejected"];

    /// <summary>The requested properties that have a key of their own: all but <c>hs_object_id</c>, which is there anyway.</summary>
    public IReadOnlyList<DealColumn> Properties { get; } = [.. Columns.Where(column => column.Property != DealId)];

    /// <summary>All keys, in their order.</summary>
    public IReadOnlyList<string> Keys => [.. KeysBefore, .. Properties.Select(column => KeyOf(column.Property)), .. KeysAfter];

    /// <summary>The key of a property: its name, or <c>property.&lt;name&gt;</c> where that is the service's own key.</summary>
    /// <remarks>HubSpot's property names have no points, so no two keys are the same.</remarks>
    public static string KeyOf(string property) =>
        KeysBefore.Contains(property, StringComparer.Ordinal) || KeysAfter.Contains(property, StringComparer.Ordinal)
            ? "property." + property
            : property;
}
