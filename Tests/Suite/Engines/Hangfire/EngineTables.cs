using Dapper;
using Npgsql;

namespace HubSpotDeals.Suite.Engines;

/// <summary>What the engine has in its tables.</summary>
static class EngineTables
{
    /// <summary>Name and schedule of each job that comes again, in the order of their names.</summary>
    internal static async Task<IEnumerable<string>> ReadSchedulesAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QueryAsync<string>(
            """
            select s.value || ' ' || h.value
              from hubspot_deals_hangfire.set s
              join hubspot_deals_hangfire.hash h on h.key = 'recurring-job:' || s.value and h.field = 'Cron'
             where s.key = 'recurring-jobs' order by 1
            """);
    }

    /// <summary>The same of jobs with schedules of five fields.</summary>
    internal static IEnumerable<string> SchedulesOf(params (string Name, string Schedule)[] jobs) => jobs.Select(job => $"{job.Name} {job.Schedule}");

    /// <summary>How many runs of scans wait for a worker, or for their time.</summary>
    internal static async Task<long> CountQueuedAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<long>("select count(*) from hubspot_deals_hangfire.job where statename in ('Enqueued', 'Scheduled')");
    }

    /// <summary>Loses every run of a scan that waits.</summary>
    internal static async Task ForgetQueuedAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(
            """
            delete from hubspot_deals_hangfire.set where key = 'schedule';
            delete from hubspot_deals_hangfire.job where statename in ('Enqueued', 'Scheduled');
            """);
    }
}
