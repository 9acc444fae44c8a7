using System.Globalization;
using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>Finds scans that are said to be running and give no sign of life, and marks them failed; each can be resumed.</summary>
/// <remarks>
/// Where a worker is left, it takes over within seconds what a dead one was running. So what is found here is a scan that nobody could
/// take: no worker has been running for all that time.
/// </remarks>
public sealed class CrashDetection(NpgsqlDataSource database)
{
    /// <summary>Marks them.</summary>
    /// <param name="timeout">How long a scan has been silent, by the database's clock.</param>
    /// <param name="portals">Of these portals only; null: of all.</param>
    /// <param name="cancellationToken">Ends the attempt; it marks all or none.</param>
    /// <returns>Those that were marked, the longest silent first.</returns>
    public async Task<IReadOnlyList<CrashedScan>> RunAsync(
        TimeSpan timeout, IReadOnlyCollection<string>? portals, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // A row that is locked has somebody at work on it: that is a sign of life. The row's own time is compared once more by itself,
        // because that is what PostgreSQL looks at again when the row was renewed just before it could be locked.
        var crashed = (await connection.QueryAsync<CrashedScan>(new CommandDefinition(
            """
            select j.id, j.scan_id, j.portal_id, life.last_update,
                   floor(extract(epoch from clock_timestamp() - life.last_update) / 60)::bigint as minutes_stale
              from hubspot_deals.scan_jobs j
              cross join lateral (
                  select greatest(j.updated_at, max(s.updated_at)) as last_update
                    from hubspot_deals.scan_segments s where s.scan = j.id) life
             where j.status = 'running'
               and j.updated_at < clock_timestamp() - @timeout
               and life.last_update < clock_timestamp() - @timeout
               and (@portals::text[] is null or j.portal_id = any(@portals))
             order by life.last_update
               for update of j skip locked
            """,
            new { timeout, portals = portals?.ToArray() },
            transaction,
            cancellationToken: cancellationToken))).ToList();
        foreach (var scan in crashed)
        {
            var since = scan.LastUpdate.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            await connection.ExecuteAsync(new CommandDefinition(
                $"update hubspot_deals.scan_jobs set status = 'failed', completed_at = clock_timestamp(), error_message = @reason, {ScanControl.FenceOff} where id = @Id",
                new { scan.Id, reason = $"Crashed: no sign of life since {since}. Resume it to go on from its last checkpoint." },
                transaction,
                cancellationToken: cancellationToken));
            await ScanControl.AnnounceAsync(connection, transaction, scan.Id, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return crashed;
    }
}

/// <summary>A scan that was marked failed because it gave no sign of life.</summary>
public sealed record CrashedScan
{
    public required Guid Id { get; init; }

    public required string ScanId { get; init; }

    public required string PortalId { get; init; }

    /// <summary>Its last sign of life.</summary>
    public required DateTime LastUpdate { get; init; }

    /// <summary>Whole minutes since then.</summary>
    public required long MinutesStale { get; init; }
}
