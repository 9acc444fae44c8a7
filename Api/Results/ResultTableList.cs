using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Results;

/// <summary>The tables that a scan has stored.</summary>
/// <param name="ScanId">The scan.</param>
/// <param name="OrganizationId">Its portal.</param>
/// <param name="Tables"><c>deals</c>, and <c>failed_deals</c> when there are some.</param>
public sealed record ResultTableList(string ScanId, string OrganizationId, IReadOnlyList<ResultTableList.TablePart> Tables)
{
    /// <summary>The API document's example.</summary>
    internal static ResultTableList Example { get; } = new(
        "hubspot-deals-dec-2024", "12345678", [new TablePart("deals", RowCount: 1_500, "hubspot_deals_12345678")]);

    internal static ResultTableList Of(ScanJob scan) => new(
        scan.ScanId,
        scan.PortalId,
        [
            .. ResultTable.All
                .Select(table => new TablePart(table.Name, table.Count(scan), scan.Table.Schema.Name))
                .Where((table, index) => index == 0 || table.RowCount > 0),
        ]);

    /// <param name="Name">What <c>tableName</c> of the results takes.</param>
    /// <param name="RowCount">The scan's rows in it.</param>
    /// <param name="Schema">The portal's schema in the database.</param>
    public sealed record TablePart(string Name, long RowCount, string Schema);
}
