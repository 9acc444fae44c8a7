using Dapper;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Scans;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubSpotDeals.Jobs.Nodes;

/// <summary>
/// Keeps one connection open for as long as the process lives. It listens for changes of scans, and it is the process's sign of life:
/// when the process dies, PostgreSQL sees the connection close.
/// </summary>
sealed partial class NodeSession(NpgsqlDataSource database, NodeIdentity node, RunningScans running, ScanSignals watched, TimeProvider clock, ILogger<NodeSession> logger)
    : BackgroundService
{
    static readonly TimeSpan BetweenConnections = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await HoldAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble) when (PostgresErrors.IsTrouble(trouble))
            {
                Log.Interrupted(logger, trouble);
                await Task.Delay(BetweenConnections, clock, CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                "delete from hubspot_deals.nodes where id = @Id", new { node.Id }, cancellationToken: cancellationToken));
        }
        catch (Exception trouble) when (trouble is OperationCanceledException || PostgresErrors.IsTrouble(trouble))
        {
            Log.NotRemoved(logger, trouble);
        }
    }

    async Task HoldAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenConnectionAsync(stoppingToken);
        connection.Notification += (_, notice) =>
        {
            if (!Guid.TryParse(notice.Payload, out var scan))
            {
                return;
            }

            if (notice.Channel == ScanControl.Channel)
            {
                running.Signal(scan);
            }
            else
            {
                watched.Signal(scan);
            }
        };
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            delete from hubspot_deals.nodes where heartbeat_at < clock_timestamp() - interval '1 day';
            insert into hubspot_deals.nodes (id, roles, host, process_id, version, backend_pid, backend_start)
            select @Id, @Roles, @Host, @ProcessId, @Version, pid, backend_start from pg_stat_activity where pid = pg_backend_pid()
            on conflict (id) do update
               set backend_pid = excluded.backend_pid, backend_start = excluded.backend_start, heartbeat_at = clock_timestamp();
            listen {ScanControl.Channel};
            listen {ScanEvent.Channel};
            """,
            new
            {
                node.Id,
                Roles = node.Roles.ToString(),
                Host = Environment.MachineName,
                Environment.ProcessId,
                Version = typeof(NodeSession).Assembly.GetName().Version!.ToString(3),
            },
            cancellationToken: stoppingToken));
        // Nothing was heard while there was no connection.
        running.SignalAll();
        while (true)
        {
            await connection.WaitAsync(Heartbeat, stoppingToken);
            await connection.ExecuteAsync(new CommandDefinition(
                "update hubspot_deals.nodes set heartbeat_at = clock_timestamp() where id = @Id", new { node.Id }, cancellationToken: stoppingToken));
        }
    }

    static partial class Log
    {
        [LoggerMessage(3401, LogLevel.Warning, "the node's session with the database ended; another is opened")]
        public static partial void Interrupted(ILogger logger, Exception trouble);

        [LoggerMessage(3402, LogLevel.Warning, "the node could not strike itself off; its row ages")]
        public static partial void NotRemoved(ILogger logger, Exception trouble);
    }
}
