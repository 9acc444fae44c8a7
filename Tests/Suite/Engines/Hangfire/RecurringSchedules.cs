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
            """
            select s.value || ' ' || h.value
              from hubspot_deals_hangfire.set s
              join hubspot_deals_hangfire.hash h on h.key = 'recurring-job:' || s.value and h.field = 'Cron'
             where s.key = 'recurring-jobs' order by 1
            """);
    }

    /// <summary>The same of jobs with schedules of five fields.</summary>
    internal static IEnumerable<string> Of(params (string Name, string Schedule)[] jobs) => jobs.Select(job => $"{job.Name} {job.Schedule}");
}
