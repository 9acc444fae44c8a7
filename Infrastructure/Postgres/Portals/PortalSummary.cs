using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Portals;

/// <summary>A portal that scans were started for.</summary>
/// <param name="PortalId">HubSpot's id.</param>
/// <param name="Scans">Its scans, in whatever state.</param>
/// <param name="Completed">Those that have completed.</param>
/// <param name="LastCompletedAt">When the last of these did; null: none has.</param>
public sealed record PortalSummary(string PortalId, long Scans, long Completed, DateTime? LastCompletedAt)
{
    /// <summary>The portals, in the order of their ids.</summary>
    /// <param name="database">Where the scans are.</param>
    /// <param name="portals">These only; null: all there are.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<IReadOnlyList<PortalSummary>> ListAsync(
        NpgsqlDataSource database, IReadOnlyList<string>? portals, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var found = await connection.QueryAsync<PortalSummary>(new CommandDefinition(
            """
            select portal_id, count(*) as scans, count(*) filter (where status = 'completed') as completed,
                   max(completed_at) filter (where status = 'completed') as last_completed_at
              from hubspot_deals.scan_jobs
             where @portals::text[] is null or portal_id = any (@portals)
             group by portal_id
             order by length(portal_id), portal_id
            """,
            new { portals = portals?.ToArray() },
            cancellationToken: cancellationToken));
        return [.. found];
    }
}
