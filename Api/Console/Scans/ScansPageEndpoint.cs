using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Api.Console.Scans;

/// <summary>A page of the list of scans.</summary>
/// <param name="Scans">The newest first.</param>
/// <param name="Place">Where the page stands.</param>
/// <param name="Offset">Scans before it.</param>
/// <param name="Totals">All that the visitor may see.</param>
/// <param name="Portal">Of this portal only; null: of all.</param>
/// <param name="Status">In this state only; null: in any.</param>
public sealed record ScansModel(IReadOnlyList<ScanJob> Scans, Pagination Place, long Offset, ScanTotals Totals, string? Portal, string? Status)
{
    /// <summary>The address of another page of the same list.</summary>
    internal string Link(long offset) => "/" + QueryString.Create(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["portal"] = Portal,
            ["status"] = Status,
            ["offset"] = offset == 0 ? null : offset.ToString(System.Globalization.CultureInfo.InvariantCulture),
        }.Where(pair => pair.Value is not null));
}

/// <summary>All scans: <c>/</c>.</summary>
static class ScansPageEndpoint
{
    const int PageSize = 25;

    internal static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/", ShowAsync);

    static async Task<IResult> ShowAsync(
        HttpRequest request, Caller caller, ScanStore store, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request, emptyIsAbsent: true);
        var portal = query.PortalId("portal");
        var status = query.OneOf("status", ScanStatusNames.All);
        var offset = query.Offset();
        query.ThrowIfInvalid();
        var (scans, total) = await store.ListAsync(
            caller.Within(portal), status is null ? null : Enum.Parse<ScanStatus>(status, ignoreCase: true), PageSize, offset, cancellationToken);
        return Page.Of<ScansPage>(new ScansModel(
            scans,
            Pagination.Of(total, PageSize, offset),
            offset,
            await ScanTotals.ReadAsync(database, caller.Portals, cancellationToken),
            portal,
            status));
    }
}
