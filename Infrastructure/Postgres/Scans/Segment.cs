using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>A part of a scan that is read as one chain of pages, as far as it has been stored.</summary>
/// <param name="Number">Its number in the scan, from 0.</param>
/// <param name="Source">Where its pages come from.</param>
/// <param name="Cursor">Where the next page begins; null: at the beginning.</param>
public sealed record Segment(int Number, SegmentSource Source, string? Cursor)
{
    /// <summary>The scan's segments that are not done, in their order.</summary>
    public static async Task<IReadOnlyList<Segment>> ReadOpenAsync(NpgsqlDataSource database, Guid scan, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Number, string Source, string? Cursor)>(new CommandDefinition(
            "select segment, source, cursor from hubspot_deals.scan_segments where scan = @scan and not done order by segment",
            new { scan },
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => new Segment(row.Number, Enum.Parse<SegmentSource>(row.Source, ignoreCase: true), row.Cursor))];
    }

    /// <summary>
    /// Has the segment read from the list endpoint instead, from its beginning; what it has stored stays, and is merged. The list is live, so
    /// that a closing look behind it has nothing to look for.
    /// </summary>
    /// <param name="database">Where the scan is.</param>
    /// <param name="lease">The caller's right to do it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="LeaseLostException">The scan is no longer this worker's.</exception>
    public async Task ListInsteadAsync(NpgsqlDataSource database, ScanLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await lease.UpdateAsync(connection, transaction, "retries = retries + 1", new { }, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update hubspot_deals.scan_segments set source = @source, cursor = null, updated_at = clock_timestamp() where scan = @Scan and segment = @Number;
            update hubspot_deals.scan_segments set done = true where scan = @Scan and segment > @Number and source = 'closing';
            """,
            new { source = SegmentSource.List.Text(), lease.Scan, Number },
            transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }
}

/// <summary>How far a segment has come with the rows it is stored with.</summary>
/// <param name="Cursor">Where the next page begins.</param>
/// <param name="LastId">The last deal among the rows; null: there was none.</param>
/// <param name="Pages">Pages that the rows came from.</param>
/// <param name="Done">There is no next page.</param>
public sealed record Checkpoint(string? Cursor, long? LastId, int Pages, bool Done);
