using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>Deals that went from one stage to another between two scans of a portal, came, went, or changed in value.</summary>
/// <param name="From">Where they were, as <c>pipeline/stage</c>; null: the earlier scan has not got them.</param>
/// <param name="To">Where they are; null: the later scan has not got them.</param>
/// <param name="CurrencyBefore">The currency of their values in the earlier scan; empty: the company's own, or not known; null: it has not got them.</param>
/// <param name="Currency">The same in the later scan.</param>
/// <param name="Deals">How many they are; of those that stayed where they were, the ones whose value changed.</param>
/// <param name="Before">What they were worth; null: nothing is known of it.</param>
/// <param name="After">What they are worth; null: nothing is known of it.</param>
public sealed record DealMove(
    string? From, string? To, string? CurrencyBefore, string? Currency, long Deals, decimal? Before, decimal? After)
{
    /// <summary>Somebody waits for the answer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>What must be the same of two scans, there or not there, for their sums to be compared.</summary>
    static readonly string[] Compared = ["pipeline", "dealstage", "hubspot_owner_id", "amount", "amount_in_home_currency", "deal_currency_code"];

    /// <summary>Whether two scans have what they would be compared by: a property that only one has would look like a change of all deals.</summary>
    public static bool AreComparable(ScanJob one, ScanJob other) =>
        Array.TrueForAll(Compared, property => Has(one, property) == Has(other, property));

    /// <summary>Compares the live deals of two scans by their ids; the most moved first. Deals that are as they were are left out.</summary>
    /// <param name="database">Where they are.</param>
    /// <param name="earlier">The scan before.</param>
    /// <param name="later">The scan after, of the same portal, comparable with it.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="PostgresException">57014: it took too long; or a table is gone (42P01), or the database is in trouble.</exception>
    public static async Task<IReadOnlyList<DealMove>> ReadAsync(
        NpgsqlDataSource database, ScanJob earlier, ScanJob later, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var moves = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            select a.stage as "from", b.stage as "to", a.currency as currency_before, b.currency as currency, count(*) as deals,
                   {DealValue.SumOf("a.value")} as before, {DealValue.SumOf("b.value")} as after
              from ({Side(earlier)}) a full join ({Side(later)}) b on b.id = a.id
             where a.stage is distinct from b.stage or a.value is distinct from b.value or a.currency is distinct from b.currency
             group by 1, 2, 3, 4
             order by deals desc, 1, 2, 3, 4
            """,
            commandTimeout: (int)Patience.TotalSeconds,
            cancellationToken: cancellationToken));
        return [.. moves.Select(row => new DealMove(row.From, row.To, row.CurrencyBefore, row.Currency, row.Deals, row.Before, row.After))];
    }

    static bool Has(ScanJob scan, string property) => scan.Columns?.Any(column => column.Property == property) == true;

    static string Side(ScanJob scan)
    {
        var value = DealValue.Of(scan);
        return $"""
            select {DealQuery.Id} as id, {DealSums.TextOf(scan, "pipeline")} || '/' || {DealSums.TextOf(scan, "dealstage")} as stage,
                   {value.CurrencySql} as currency, {value.AmountSql} as value
              from {scan.Table.Name} where not _archived
            """;
    }

    sealed record Row
    {
        public string? From { get; init; }
        public string? To { get; init; }
        public string? CurrencyBefore { get; init; }
        public string? Currency { get; init; }
        public long Deals { get; init; }
        public decimal? Before { get; init; }
        public decimal? After { get; init; }
    }
}
