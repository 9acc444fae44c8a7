using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Portals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Api.Console.Portals;

/// <summary>A portal's deals in figures.</summary>
/// <param name="PortalId">The portal.</param>
/// <param name="Scans">Its completed scans, the newest first.</param>
/// <param name="Scan">The one that is shown; null: none has completed.</param>
/// <param name="Earlier">The one that it is compared with; null: none.</param>
/// <param name="Month">The property whose month counts.</param>
/// <param name="IsComparable">The earlier scan has the same properties; else nothing is compared.</param>
/// <param name="Currencies">The currencies of the deals' values; one that is empty is not known.</param>
/// <param name="Shown">The one that values are shown in.</param>
/// <param name="Currency">What that is called.</param>
/// <param name="Total">The deals in it, added up.</param>
/// <param name="Deals">All live deals.</param>
/// <param name="Charts">By stage, by month, by owner.</param>
/// <param name="Moves">What moved since the earlier scan.</param>
public sealed record PortalModel(
    string PortalId, IReadOnlyList<ScanJob> Scans, ScanJob? Scan, ScanJob? Earlier, bool IsComparable, string Month,
    IReadOnlyList<string> Currencies, string Shown, string Currency, decimal? Total, long Deals, IReadOnlyList<Chart> Charts, IReadOnlyList<PortalMove> Moves);

/// <summary>Deals that moved.</summary>
/// <param name="From">The stage that they were in; null: they are new.</param>
/// <param name="To">The stage that they are in; null: they are gone.</param>
/// <param name="Stayed">They are where they were, and changed in value only.</param>
/// <param name="Deals">How many.</param>
/// <param name="Value">What they are worth now, or were.</param>
/// <param name="Change">By how much they changed in value; null: it is in another currency now, or nothing is known of it.</param>
public sealed record PortalMove(string? From, string? To, bool Stayed, long Deals, string Value, decimal? Change);

/// <summary>The portals: <c>/portals</c>, and each with its charts: <c>/portals/{portal_id}</c>.</summary>
static class PortalPageEndpoints
{
    const int MostScans = 100;

    /// <summary>What the page's form calls the currency of deals that have none; an empty choice is no choice.</summary>
    internal const string NoCurrency = "none";

    static readonly string[] Months = ["closedate", "createdate"];

    internal static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/portals", ListAsync);
        pages.MapGet("/portals/{portal_id}", ShowAsync);
    }

    static async Task<IResult> ListAsync(Caller caller, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        Page.Of<PortalsPage>(await PortalSummary.ListAsync(database, caller.Portals, cancellationToken));

    static async Task<IResult> ShowAsync(
        string portal_id, HttpRequest request, Caller caller, ScanStore store, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (!PortalId.IsValid(portal_id))
        {
            return Answer.Error(ApiError.NotFound with { Message = "That is no portal's id" }, new { portal = portal_id, suggestion = PortalId.Mend });
        }

        var query = new QueryReader(request, emptyIsAbsent: true);
        var (scanId, earlierId, currency) = (query.Text("scan"), query.Text("with"), query.Text("currency"));
        var month = query.OneOf("month", Months) ?? Months[0];
        query.ThrowIfInvalid();
        var (scans, _) = await store.ListAsync(caller.Within(portal_id), ScanStatus.Completed, MostScans, offset: 0, cancellationToken);
        var scan = scanId is null ? scans is [var newest, ..] ? newest : null : scans.FirstOrDefault(scan => scan.ScanId == scanId);
        var earlier = earlierId is null ? null : scans.FirstOrDefault(scan => scan.ScanId == earlierId);
        if ((scanId is not null && scan is null) || (earlierId is not null && earlier is null))
        {
            return Answer.Error(ApiError.ScanNotFound, new { suggestion = "Choose one of the portal's completed scans" });
        }

        if (scan is null)
        {
            return Page.Of<PortalPage>(new PortalModel(portal_id, scans, Scan: null, Earlier: null, IsComparable: true, month, [], "", "", Total: null, Deals: 0, [], []));
        }

        try
        {
            return Page.Of<PortalPage>(await ReadAsync(database, portal_id, scans, scan, earlier, month, currency, cancellationToken));
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return Answer.Error(ApiError.ScanNotFound, new { suggestion = "The scan was removed a moment ago; choose another" });
        }
        catch (NpgsqlException slow) when (slow.InnerException is TimeoutException)
        {
            return Answer.Error(
                ApiError.ServiceUnavailable with { Message = "Adding up the deals took too long" },
                new { suggestion = "Try again when the database has less to do" });
        }
    }

    static async Task<PortalModel> ReadAsync(
        NpgsqlDataSource database, string portalId, IReadOnlyList<ScanJob> scans, ScanJob scan, ScanJob? earlier, string month, string? currency,
        CancellationToken cancellationToken)
    {
        var names = await PortalNames.ReadAsync(database, portalId, cancellationToken);
        var now = await DealSums.ReadAsync(database, scan, month, cancellationToken);
        var isComparable = earlier is null || DealMove.AreComparable(earlier, scan);
        var before = earlier is null || !isComparable ? null : await DealSums.ReadAsync(database, earlier, month, cancellationToken);
        var moves = earlier is null || !isComparable ? [] : await DealMove.ReadAsync(database, earlier, scan, cancellationToken);
        var currencies = now.ByCurrency.OrderByDescending(sum => sum.Deals).Select(sum => sum.Currency).ToList();
        var wanted = currency == NoCurrency ? "" : currency;
        var shown = wanted is not null && currencies.Contains(wanted, StringComparer.Ordinal) ? wanted : currencies.FirstOrDefault() ?? "";
        var home = names.Currency ?? "";
        // Only what HubSpot has converted is in the company's own currency; a deal that has none may be in any.
        var spelled = DealValue.Of(scan).IsHome ? home : shown;
        var charts = new PortalCharts(names, shown, spelled);
        return new PortalModel(
            portalId,
            scans,
            scan,
            earlier,
            isComparable,
            month,
            currencies,
            shown,
            spelled,
            now.ByCurrency.FirstOrDefault(sum => sum.Currency == shown)?.Value,
            now.ByCurrency.Sum(sum => sum.Deals),
            charts.Of(now, before, scan.CompletedAt ?? scan.UpdatedAt),
            [.. moves.Select(move => MoveOf(move, charts, DealValue.Of(scan).IsHome ? home : null))]);
    }

    static PortalMove MoveOf(DealMove move, PortalCharts charts, string? home) => new(
        move.From is { } from ? charts.StageOf(from) : null,
        move.To is { } to ? charts.StageOf(to) : null,
        move.From == move.To,
        move.Deals,
        Texts.Money(move.To is null ? move.Before : move.After, home ?? (move.To is null ? move.CurrencyBefore : move.Currency) ?? ""),
        // What came or went changed nothing; and nobody knows what a euro was worth.
        move.From is not null && move.To is not null && move.Currency == move.CurrencyBefore && move.Before is { } was && move.After is { } isNow
            ? isNow - was
            : null);
}
