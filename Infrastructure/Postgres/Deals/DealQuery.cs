using System.Globalization;
using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>What somebody who looks through a scan's deals wants to see: some of them, in some order.</summary>
/// <remarks>
/// Unlike the results of the API, which come by id from marks, this sorts and filters by any column. A partition of a million deals takes a
/// second or two; beyond <see cref="Patience"/> the query is given up.
/// </remarks>
public sealed record DealQuery
{
    /// <summary>The property that every deal has, and by which those are ordered that are otherwise equal.</summary>
    public const string Id = "hs_object_id";

    /// <summary>Somebody waits for the answer; and a query that never ends would hold a connection.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>The properties wanted, in their order, after the id.</summary>
    public IReadOnlyList<DealColumn> Columns { get; init; } = [];

    /// <summary>What a property must be or hold; all must be met.</summary>
    public IReadOnlyList<DealCondition> Conditions { get; init; } = [];

    /// <summary>What it is sorted by; null: by id.</summary>
    public DealColumn? Sort { get; init; }

    /// <summary>The greatest first.</summary>
    public bool Descending { get; init; }

    /// <summary>Reads a page of the deals.</summary>
    /// <param name="database">Where they are.</param>
    /// <param name="table">The scan's partition.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="offset">After so many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="PostgresException">57014: it took too long; or the table is gone (42P01), or the database is in trouble.</exception>
    public async Task<DealQueryPage> ReadAsync(
        NpgsqlDataSource database, DealTable table, int limit, long offset, CancellationToken cancellationToken)
    {
        var values = new DynamicParameters();
        var where = Conditions.Count == 0 ? "" : " where " + string.Join(" and ", Conditions.Select((condition, index) => condition.ToSql(values, index)));
        values.Add("limit", limit);
        values.Add("offset", offset);
        var direction = Descending ? "desc" : "asc";
        // Deals without a value come last either way: nobody sorts by a property to see those that have none.
        var order = Sort is null ? $"{Id} {direction}" : $"{OrderOf(Sort)} {direction} nulls last, {Id}";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"set local statement_timeout = {((long)Patience.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}",
            transaction: transaction,
            cancellationToken: cancellationToken));
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"select count(*) from {table.Name}{where}", values, transaction, cancellationToken: cancellationToken));
        // Named apart from the columns: an order by "amount" would else be one of the text that is shown.
        var cells = string.Concat(Columns.Select((column, index) => $", {TextOf(column)} as cell_{index.ToString(CultureInfo.InvariantCulture)}"));
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
            $"select {Id}, _archived{cells} from {table.Name}{where} order by {order} limit @limit offset @offset",
            values,
            transaction,
            cancellationToken: cancellationToken));
        List<DealQueryRow> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new DealQueryRow(
                reader.GetInt64(0), reader.GetBoolean(1), [.. Columns.Select((_, index) => reader.IsDBNull(index + 2) ? null : reader.GetString(index + 2))]));
        }

        return new DealQueryPage(rows, total);
    }

    /// <summary>Text without regard to capitals, whatever the database's own order makes of them.</summary>
    static string OrderOf(DealColumn column) =>
        column.Kind == ColumnKind.Text ? $"lower({SqlName.Quote(column.Column)})" : SqlName.Quote(column.Column);

    /// <summary>A column as people read it; instants in UTC, to the minute, as CRM users see them.</summary>
    static string TextOf(DealColumn column)
    {
        var name = SqlName.Quote(column.Column);
        return column.Kind == ColumnKind.Instant ? $"to_char({name} at time zone 'UTC', 'YYYY-MM-DD HH24:MI')" : name + "::text";
    }
}

/// <summary>A page of deals, and how many there are in all.</summary>
public sealed record DealQueryPage(IReadOnlyList<DealQueryRow> Rows, long Total);

/// <summary>A deal.</summary>
/// <param name="Id">HubSpot's id.</param>
/// <param name="Archived">It was archived when it was read.</param>
/// <param name="Cells">The values as text, in the order of the columns; null where there is none.</param>
public sealed record DealQueryRow(long Id, bool Archived, IReadOnlyList<string?> Cells);
