using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>How many live deals a scan has, and of what value, by stage, by month and by owner.</summary>
public sealed record DealSums
{
    /// <summary>Somebody waits for the answer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>By pipeline and stage, as <c>pipeline/stage</c>; either may be empty.</summary>
    public required IReadOnlyList<DealSum> ByStage { get; init; }

    /// <summary>By month, as <c>YYYY-MM</c> in UTC; empty: without a date.</summary>
    public required IReadOnlyList<DealSum> ByMonth { get; init; }

    /// <summary>By owner's id; empty: without an owner.</summary>
    public required IReadOnlyList<DealSum> ByOwner { get; init; }

    /// <summary>By currency; of deals in one currency, or in the company's own, one.</summary>
    public required IReadOnlyList<DealSum> ByCurrency { get; init; }

    /// <summary>Adds up a scan's deals, in one pass over them.</summary>
    /// <param name="database">Where they are.</param>
    /// <param name="scan">The scan, planned.</param>
    /// <param name="month">The property whose month counts.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="PostgresException">57014: it took too long; or the table is gone (42P01), or the database is in trouble.</exception>
    public static async Task<DealSums> ReadAsync(NpgsqlDataSource database, ScanJob scan, string month, CancellationToken cancellationToken)
    {
        var value = DealValue.Of(scan);
        var date = scan.Columns?.FirstOrDefault(column => column.Property == month && column.Kind is ColumnKind.Instant or ColumnKind.Date);
        var monthText = date switch
        {
            null => "''",
            { Kind: ColumnKind.Date } => $"coalesce(to_char({SqlName.Quote(date.Column)}, 'YYYY-MM'), '')",
            _ => $"coalesce(to_char({SqlName.Quote(date.Column)} at time zone 'UTC', 'YYYY-MM'), '')",
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            select grouping(stage) = 0 as is_stage, grouping(month) = 0 as is_month, grouping(owner) = 0 as is_owner,
                   coalesce(stage, month, owner, currency) as key, currency, count(*) as deals, {DealValue.SumOf("value")} as value
              from (select {TextOf(scan, "pipeline")} || '/' || {TextOf(scan, "dealstage")} as stage, {monthText} as month,
                           {TextOf(scan, "hubspot_owner_id")} as owner, {value.CurrencySql} as currency, {value.AmountSql} as value
                      from {scan.Table.Name}
                     where not _archived) deals
             group by grouping sets ((stage, currency), (month, currency), (owner, currency), (currency))
             order by 4, 5
            """,
            commandTimeout: (int)Patience.TotalSeconds,
            cancellationToken: cancellationToken))).ToList();
        return new DealSums
        {
            ByStage = Of(rows, row => row.IsStage),
            ByMonth = Of(rows, row => row.IsMonth),
            ByOwner = Of(rows, row => row.IsOwner),
            ByCurrency = Of(rows, row => row is { IsStage: false, IsMonth: false, IsOwner: false }),
        };
    }

    static IReadOnlyList<DealSum> Of(List<Row> rows, Predicate<Row> wanted) =>
        [.. rows.Where(row => wanted(row)).Select(row => new DealSum(row.Key, row.Currency, row.Deals, row.Value))];

    /// <summary>A property's text, as SQL; empty where a deal has none, or the scan has not got it.</summary>
    internal static string TextOf(ScanJob scan, string property) =>
        scan.Columns?.FirstOrDefault(column => column.Property == property) is { } column ? $"coalesce({SqlName.Quote(column.Column)}::text, '')" : "''";

    sealed record Row
    {
        public bool IsStage { get; init; }
        public bool IsMonth { get; init; }
        public bool IsOwner { get; init; }
        public string Key { get; init; } = "";
        public string Currency { get; init; } = "";
        public long Deals { get; init; }
        public decimal? Value { get; init; }
    }
}

/// <summary>Deals that have something in common.</summary>
/// <param name="Key">What they have in common.</param>
/// <param name="Currency">The currency of their values; empty: it is not known.</param>
/// <param name="Deals">How many they are.</param>
/// <param name="Value">What they come to; null: none of them has a value.</param>
public sealed record DealSum(string Key, string Currency, long Deals, decimal? Value);
