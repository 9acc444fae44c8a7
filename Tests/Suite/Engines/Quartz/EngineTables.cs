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
            "select trigger_name || ' ' || cron_expression from hubspot_deals_quartz.qrtz_cron_triggers where trigger_group = 'recurring' order by 1");
    }

    /// <summary>The same of jobs with schedules of five fields. Quartz writes seconds before them, and a question mark for any day of the week.</summary>
    internal static IEnumerable<string> SchedulesOf(params (string Name, string Schedule)[] jobs) =>
        jobs.Select(job => $"{job.Name} 0 {job.Schedule[..^1]}?");

    /// <summary>How many runs of scans wait for a worker, or for their time.</summary>
    internal static async Task<long> CountQueuedAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<long>("select count(*) from hubspot_deals_quartz.qrtz_triggers where trigger_group = 'scans'");
    }

    /// <summary>Loses every run of a scan that waits.</summary>
    internal static async Task ForgetQueuedAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync("delete from hubspot_deals_quartz.qrtz_triggers where trigger_group = 'scans'");
    }
}
