using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>What a deal is worth, as far as a scan has it. Amounts of different currencies are never added up.</summary>
/// <param name="AmountSql">The amount, as SQL.</param>
/// <param name="CurrencySql">Its currency, as SQL; empty: the company's own, or not known.</param>
/// <param name="IsHome">The amounts are in the company's currency, by HubSpot's own exchange rates.</param>
public sealed record DealValue(string AmountSql, string CurrencySql, bool IsHome)
{
    /// <summary>
    /// The sum of an amount, as SQL, in cents. What people type into amounts has no limit, and a decimal has: what is beyond any money there
    /// is is cut to that.
    /// </summary>
    internal static string SumOf(string amount) =>
        $"case when abs(sum({amount})) < 1e24 then round(sum({amount}), 2) else sign(sum({amount})) * 1e24 end";

    /// <summary>In the company's currency where the scan has that, else in the deal's.</summary>
    public static DealValue Of(ScanJob scan)
    {
        if (Number("amount_in_home_currency") is { } home)
        {
            return new DealValue(home, "''", IsHome: true);
        }

        return Number("amount") is { } amount
            ? new DealValue(amount, DealSums.TextOf(scan, "deal_currency_code"), IsHome: false)
            : new DealValue("null::numeric", "''", IsHome: false);

        string? Number(string property) =>
            scan.Columns?.FirstOrDefault(column => column.Property == property && column.Kind == ColumnKind.Number) is { } column
                ? SqlName.Quote(column.Column)
                : null;
    }
}
