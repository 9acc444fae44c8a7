using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>How far a segment of a scan is: its checkpoint and its counts, for people.</summary>
public sealed record SegmentProgress
{
    /// <summary>Its number in the scan, from 0.</summary>
    public int Number { get; init; }

    /// <summary>Where its pages come from, by the name that the database has for it.</summary>
    public string Source { get; init; } = "";

    /// <summary>The first id that it may hold; null: from the beginning.</summary>
    public long? FromId { get; init; }

    /// <summary>The first id that is another segment's; null: to the end.</summary>
    public long? UntilId { get; init; }

    /// <summary>Where its next page begins; null: at the beginning, or it is done.</summary>
    public string? Cursor { get; init; }

    /// <summary>The id of the deal that it stored last; null: none.</summary>
    public long? LastId { get; init; }

    public long Pages { get; init; }

    public long Deals { get; init; }

    public long Failed { get; init; }

    public bool Done { get; init; }

    public DateTime UpdatedAt { get; init; }

    /// <summary>The scan's segments, in the order of the ids that they hold.</summary>
    public static async Task<IReadOnlyList<SegmentProgress>> ReadAsync(NpgsqlDataSource database, Guid scan, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var segments = await connection.QueryAsync<SegmentProgress>(new CommandDefinition(
            """
            select segment as number, source, from_id, until_id, cursor, last_id, pages, deals, failed, done, updated_at
              from hubspot_deals.scan_segments
             where scan = @scan
             order by from_id nulls first, segment
            """,
            new { scan },
            cancellationToken: cancellationToken));
        return [.. segments];
    }
}
