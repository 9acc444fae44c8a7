using Dapper;
using Npgsql;

namespace HubSpotDeals.Suite.Engines;

/// <summary>What the engine has in its tables of the jobs that come again.</summary>
static class RecurringSchedules
{
    /// <summary>Name and schedule of each, in the order of their names.</summary>
    internal static async Task<IEnumerable<string>> ReadAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await connection.QueryAsync<string>(
            "select trigger_name || ' ' || cron_expression from hubspot_deals_quartz.qrtz_cron_triggers where trigger_group = 'recurring' order by 1");
    }

    /// <summary>The same of jobs with schedules of five fields. Quartz writes seconds before them, and a question mark for any day of the week.</summary>
    internal static IEnumerable<string> Of(params (string Name, string Schedule)[] jobs) =>
        jobs.Select(job => $"{job.Name} 0 {job.Schedule[..^1]}?");
}
