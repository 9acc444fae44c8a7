using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>The ids of a scan's deals: how many there are in a range, and which. Failed deals are among them, archived ones are not.</summary>
/// <param name="database">Where the table is.</param>
/// <param name="table">The scan's partition.</param>
/// <param name="scan">The scan's UUID, under which its failed deals are kept.</param>
public sealed class StoredIds(NpgsqlDataSource database, DealTable table, Guid scan)
{
    // A deal that failed at one time and was stored at another is one deal.
    string Ids =>
        $"""
        (select hs_object_id as id from {table.Name} where not _archived
         union all
         select distinct deal_id::bigint from {table.Failed} where scan = @scan and deal_id ~ '^[1-9][0-9]{"{0,17}"}$'
            and not exists (select from {table.Name} where hs_object_id = deal_id::bigint)) ids
        """;

    /// <summary>Deals stored as live ones, deals stored as archived ones, and deals that failed.</summary>
    public async Task<(long Live, long Archived, long Failed)> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<(long, long, long)>(new CommandDefinition(
            $"""
            select count(*) filter (where not _archived), count(*) filter (where _archived),
                   (select count(*) from {table.Failed} where scan = @scan)
              from {table.Name}
            """,
            new { scan },
            cancellationToken: cancellationToken));
    }

    /// <summary>How many there are, from an id to before another.</summary>
    public Task<long> CountAsync(long from, long until, CancellationToken cancellationToken) =>
        ScalarAsync($"select count(*) from {Ids} where id >= @from and id < @until", from, until, cancellationToken);

    /// <summary>The id in the middle of those from an id to before another; 0: there are none.</summary>
    public Task<long> MedianAsync(long from, long until, CancellationToken cancellationToken) => ScalarAsync(
        $"select coalesce(percentile_disc(0.5) within group (order by id), 0) from {Ids} where id >= @from and id < @until", from, until, cancellationToken);

    /// <summary>Those from an id to before another, ascending.</summary>
    public async Task<IReadOnlyList<long>> ReadAsync(long from, long until, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<long>(new CommandDefinition(
            $"select id from {Ids} where id >= @from and id < @until order by id", new { scan, from, until }, cancellationToken: cancellationToken))];
    }

    async Task<long> ScalarAsync(string sql, long from, long until, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(sql, new { scan, from, until }, cancellationToken: cancellationToken));
    }
}
