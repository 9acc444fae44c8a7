using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>Something that has happened to a scan, as its log has it.</summary>
/// <param name="Number">Its place in the scan's log: 1, 2, 3 … without a gap, in the order in which they were committed.</param>
/// <param name="At">When, by the database's clock.</param>
/// <param name="Kind"><c>state</c>, <c>planned</c>, <c>retries</c>, <c>split</c> or <c>verified</c>.</param>
/// <param name="Data">What the kind tells, as a JSON object.</param>
public sealed record ScanEvent(long Number, DateTime At, string Kind, string Data)
{
    /// <summary>The channel on which every event, and the removal of a scan, is announced; the payload is the scan's UUID.</summary>
    public const string Channel = "hubspot_deals_events";

    /// <summary>So many are read at a time.</summary>
    public const int PageSize = 1_000;

    /// <summary>What has happened since, in order; at most <see cref="PageSize"/>.</summary>
    /// <param name="database">Where the scan is.</param>
    /// <param name="scan">The scan's UUID.</param>
    /// <param name="after">The number of the last one that is known; 0: none is.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<IReadOnlyList<ScanEvent>> ReadAsync(
        NpgsqlDataSource database, Guid scan, long after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var events = await connection.QueryAsync<ScanEvent>(new CommandDefinition(
            "select number, at, kind, data::text as data from hubspot_deals.scan_events where scan = @scan and number > @after order by number limit @PageSize",
            new { scan, after, PageSize },
            cancellationToken: cancellationToken));
        return [.. events];
    }

    /// <summary>What has happened last, the newest first.</summary>
    /// <param name="database">Where the scan is.</param>
    /// <param name="scan">The scan's UUID.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<IReadOnlyList<ScanEvent>> ReadLatestAsync(
        NpgsqlDataSource database, Guid scan, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var events = await connection.QueryAsync<ScanEvent>(new CommandDefinition(
            "select number, at, kind, data::text as data from hubspot_deals.scan_events where scan = @scan order by number desc limit @limit",
            new { scan, limit },
            cancellationToken: cancellationToken));
        return [.. events];
    }

    /// <summary>Adds one to the log of a scan, within a transaction that changes the scan.</summary>
    internal static Task LogAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid scan, string kind, string data, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "select hubspot_deals.log_event(@scan, @kind, @data::json)",
            new { scan, kind, data },
            transaction,
            cancellationToken: cancellationToken));
}
