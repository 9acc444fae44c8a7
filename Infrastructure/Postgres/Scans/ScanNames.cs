using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>What users call the scans that the service knows by their UUIDs.</summary>
public static class ScanNames
{
    /// <summary>The names of those scans that are there.</summary>
    /// <param name="database">Where they are.</param>
    /// <param name="scans">Their UUIDs.</param>
    /// <param name="portals">Of these portals only; null: of all.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<IReadOnlyDictionary<Guid, string>> ReadAsync(
        NpgsqlDataSource database, Guid[] scans, IReadOnlyList<string>? portals, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var names = await connection.QueryAsync<(Guid Id, string Name)>(new CommandDefinition(
            "select id, scan_id from hubspot_deals.scan_jobs where id = any (@scans) and (@portals::text[] is null or portal_id = any (@portals))",
            new { scans, portals = portals?.ToArray() },
            cancellationToken: cancellationToken));
        return names.ToDictionary(row => row.Id, row => row.Name);
    }
}
