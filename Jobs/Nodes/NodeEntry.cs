using Dapper;
using Npgsql;

namespace HubSpotDeals.Jobs.Nodes;

/// <summary>A process that shares the database, as it signed up.</summary>
public sealed record NodeEntry
{
    public string Id { get; init; } = "";

    /// <summary>Such as <c>Api, Worker</c>.</summary>
    public string Roles { get; init; } = "";

    public string Host { get; init; } = "";

    public int ProcessId { get; init; }

    public string Version { get; init; } = "";

    public DateTime StartedAt { get; init; }

    /// <summary>Its last sign of life; one comes every five seconds.</summary>
    public DateTime HeartbeatAt { get; init; }

    /// <summary>How long ago that was, by the database's clock.</summary>
    public double SecondsSilent { get; init; }

    /// <summary>Its session with the database is there: the process lives.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Scans that it runs.</summary>
    public long Scans { get; init; }

    /// <summary>The nodes that have signed up and not left, the youngest first; one that died stays for a day.</summary>
    public static async Task<IReadOnlyList<NodeEntry>> ListAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var nodes = await connection.QueryAsync<NodeEntry>(new CommandDefinition(
            """
            select n.id, n.roles, n.host, n.process_id, n.version, n.started_at, n.heartbeat_at,
                   extract(epoch from clock_timestamp() - n.heartbeat_at)::float8 as seconds_silent,
                   exists (select from pg_stat_activity s
                            where s.pid = n.backend_pid and (s.backend_start = n.backend_start or s.backend_start is null)) as is_connected,
                   (select count(*) from hubspot_deals.scan_jobs j where j.status = 'running' and j.lease_node = n.id) as scans
              from hubspot_deals.nodes n
             order by n.started_at desc
            """,
            cancellationToken: cancellationToken));
        return [.. nodes];
    }
}
