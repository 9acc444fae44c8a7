using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Portals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Api.Console.Deals;

/// <summary>A scan's deals as a table that sorts and filters: <c>/scans/{scan_id}/deals</c>.</summary>
static class DealsPageEndpoint
{
    const int PageSize = 50;

    internal static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/scans/{scan_id}/deals", ShowAsync);

    static async Task<IResult> ShowAsync(
        RouteScanId scanId, HttpRequest request, ScanStore store, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(scanId.Value, cancellationToken) is not { } scan)
        {
            return UnknownScan.Answer(scanId);
        }

        var (view, query, offset) = DealsView.Read(request, scan);
        DealQueryPage? rows;
        try
        {
            rows = scan.Columns is null ? null : await query.ReadAsync(database, scan.Table, PageSize, offset, cancellationToken);
        }
        catch (PostgresException slow) when (slow.SqlState == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            return Answer.Error(
                ApiError.ServiceUnavailable with { Message = "That took too long" },
                new { suggestion = "Filter by fewer things, or sort by id; or ask the database itself: the deals are in " + scan.Table.Name });
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Removed since its row was read.
            return UnknownScan.Answer(scanId);
        }

        return Page.Of<DealsPage>(new DealsModel(
            scan, view, rows, Pagination.Of(rows?.Total ?? 0, PageSize, offset), await PortalNames.ReadAsync(database, scan.PortalId, cancellationToken)));
    }
}
