using System.Text;
using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>Makes a portal's schema and a scan's partition ready to be written.</summary>
public sealed class DealTables(NpgsqlDataSource database, TimeProvider clock)
{
    // Whoever reads through the parent table holds a lock that a new column must wait for; whoever comes next queues behind the wait.
    // So the wait is short, and repeated.
    const int MostTries = 60;
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>Plans the scan, in one transaction: its partition, its columns, its segments and HubSpot's count.</summary>
    /// <param name="lease">The caller's right to do it.</param>
    /// <param name="scan">The scan, not planned yet.</param>
    /// <param name="properties">What it extracts, each property once, with the kind its schema says.</param>
    /// <param name="segments">The chains in which it is read.</param>
    /// <param name="totalDeals">HubSpot's count, if it could say.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing of it stays.</param>
    /// <returns>The columns, in the order of the properties.</returns>
    /// <exception cref="LeaseLostException">The scan is no longer this worker's.</exception>
    public async Task<IReadOnlyList<DealColumn>> PlanAsync(
        ScanLease lease, ScanJob scan, IReadOnlyList<DealProperty> properties, IReadOnlyList<SegmentSource> segments, long? totalDeals,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryPlanAsync(lease, scan, properties, segments, totalDeals, cancellationToken);
            }
            catch (PostgresException locked) when (locked.SqlState == PostgresErrorCodes.LockNotAvailable && attempt < MostTries)
            {
                await Task.Delay(BetweenTries, clock, cancellationToken);
            }
        }
    }

    async Task<IReadOnlyList<DealColumn>> TryPlanAsync(
        ScanLease lease, ScanJob scan, IReadOnlyList<DealProperty> properties, IReadOnlyList<SegmentSource> segments, long? totalDeals,
        CancellationToken cancellationToken)
    {
        var table = scan.Table;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // One at a time per portal, taken without that patience: two first scans of a portal would both create its schema.
        await ExecuteAsync("set local lock_timeout = 0; select pg_advisory_xact_lock(hashtextextended(@Name, 0)); set local lock_timeout = '500ms'", new { table.Schema.Name });
        // Only if it is not there: even to find that an index exists, creating it locks out those who store failed deals.
        if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select to_regclass(@Parent) is null", new { table.Parent }, transaction, cancellationToken: cancellationToken)))
        {
            await ExecuteAsync(SchemaDdl(table));
        }


        var existing = (await connection.QueryAsync<(string Column, string Type)>(new CommandDefinition(
            """
            select a.attname, t.typname
              from pg_attribute a join pg_type t on t.oid = a.atttypid
             where a.attrelid = @Parent::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> all(@System)
            """,
            new { table.Parent, System = ColumnNames.System.ToArray() },
            transaction,
            cancellationToken: cancellationToken))).ToDictionary(row => row.Column, row => ColumnNames.KindOf(row.Type), StringComparer.Ordinal);

        var columns = properties
            .Select(property => new DealColumn(property.Name, ColumnNames.For(property.Name, property.Kind, existing), property.Kind))
            .ToList();
        var missing = columns.Where(column => !existing.ContainsKey(column.Column)).ToList();
        if (missing.Count > 0)
        {
            await ExecuteAsync($"alter table {table.Parent} " + string.Join(
                ", ", missing.Select(column => $"add column {SqlName.Quote(column.Column)} {ColumnNames.SqlType(column.Kind)}")));
        }

        // Attached rather than created as a partition: that would lock out the readers of every other scan.
        await ExecuteAsync(
            $"""
            create table {table.Name} (like {table.Parent});
            create unique index on {table.Name} (hs_object_id);
            alter table {table.Parent} attach partition {table.Name} for values in ({SqlName.Literal(scan.ScanId)});
            """);
        for (var segment = 0; segment < segments.Count; segment++)
        {
            await ExecuteAsync(
                "insert into hubspot_deals.scan_segments (scan, segment, source) values (@Id, @segment, @source)",
                new { scan.Id, segment, source = segments[segment].Text() });
        }

        await lease.UpdateAsync(
            connection, transaction, "columns = @columns::jsonb, total_deals = @totalDeals, planned_at = clock_timestamp()",
            new { columns = ScanRows.ColumnsToJson(columns), totalDeals }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return columns;

        Task<int> ExecuteAsync(string sql, object? values = null) =>
            connection.ExecuteAsync(new CommandDefinition(sql, values, transaction, cancellationToken: cancellationToken));
    }

    static string SchemaDdl(DealTable table) => new StringBuilder()
        .Append($"create schema if not exists {table.Schema.Name};")
        .Append(
            $"""

            create table {table.Parent} (
                _scan_id      text        not null,
                hs_object_id  bigint      not null,
                _extracted_at timestamptz not null,
                created_at    timestamptz,
                updated_at    timestamptz,
                _archived     boolean     not null,
                _rejected     json
            ) partition by list (_scan_id);
            create table {table.Failed} (
                n         bigint      generated always as identity primary key,
                scan      uuid        not null,
                deal_id   text,
                raw       json        not null,
                reason    text        not null,
                failed_at timestamptz not null default now()
            );
            create index failed_deals_scan on {table.Failed} (scan, n);
            """)
        .ToString();
}

/// <summary>A property to extract and the kind of column its values need.</summary>
public sealed record DealProperty(string Name, ColumnKind Kind);

/// <summary>Where a segment's pages come from.</summary>
public enum SegmentSource
{
    /// <summary>The list endpoint: every deal, by ascending id.</summary>
    List,

    /// <summary>The list endpoint's archived deals.</summary>
    Archived,

    /// <summary>The search endpoint, by ascending id: only deals that pass the filters.</summary>
    Search,

    /// <summary>The search endpoint, by ascending id: of these, what changed shortly before the scan was planned and since.</summary>
    Closing,
}

/// <summary>The names of the sources in the database.</summary>
public static class SegmentSourceNames
{
    /// <summary>The name, such as <c>list</c>.</summary>
    public static string Text(this SegmentSource source) => source switch
    {
        SegmentSource.List => "list",
        SegmentSource.Archived => "archived",
        SegmentSource.Search => "search",
        SegmentSource.Closing => "closing",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "not a source of deals"),
    };
}
