using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>The database sessions of those who write a scan, known by their <c>application_name</c>.</summary>
static class ScanSessions
{
    /// <summary>What a session that writes under a lease calls itself.</summary>
    internal static string Name(Guid scan, long epoch) => Prefix(scan) + epoch;

    /// <summary>
    /// Ends the sessions that are at work on the scan. Whoever hangs in the middle of a transaction could not commit it any more, but its
    /// rows and locks would be waited for.
    /// </summary>
    /// <remarks>An idle session holds nothing, and may lie in this process's own pool, still under the name of a run that has ended.</remarks>
    internal static Task<int> EndAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Guid scan, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "select pg_terminate_backend(pid) from pg_stat_activity where starts_with(application_name, @prefix) and state <> 'idle' and usename = current_user and pid <> pg_backend_pid()",
            new { prefix = Prefix(scan) },
            transaction,
            cancellationToken: cancellationToken));

    static string Prefix(Guid scan) => $"scan {scan:N} ";
}
