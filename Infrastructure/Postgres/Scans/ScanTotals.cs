using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>Figures over many scans.</summary>
public sealed record ScanTotals
{
    /// <summary>All scans, whatever their state.</summary>
    public long Total { get; init; }

    public long Running { get; init; }

    public long Completed { get; init; }

    public long Failed { get; init; }

    public long Cancelled { get; init; }

    /// <summary>Deals stored, over all scans.</summary>
    public long Deals { get; init; }

    /// <summary>How long a completed scan took, on average, from its first start; null while none has completed.</summary>
    public TimeSpan? AverageDuration { get; init; }

    /// <summary>Deals of completed scans per second of their durations; null while none has completed.</summary>
    public double? DealsPerSecond { get; init; }

    /// <summary>When the youngest scan was started; null: there is none.</summary>
    public DateTime? LastStartedAt { get; init; }

    /// <summary>When a scan last began or ended; null: there is none.</summary>
    public DateTime? LastRunAt { get; init; }

    /// <summary>Deals per scan, whole ones; 0 where there are no scans.</summary>
    public long AverageDeals => Total == 0 ? 0 : Deals / Total;

    /// <summary>Completed scans among all, in percent with at most two decimals; 0 where there are no scans.</summary>
    public decimal SuccessRate => Total == 0 ? 0.0m : Math.Round(100m * Completed / Total, 2, MidpointRounding.AwayFromZero) + 0.0m;

    /// <summary>Reads the figures.</summary>
    /// <param name="database">Where the scans are.</param>
    /// <param name="portals">Of these portals only; null: of all.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<ScanTotals> ReadAsync(
        NpgsqlDataSource database, IReadOnlyCollection<string>? portals, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<ScanTotals>(new CommandDefinition(
            """
            select count(*) as total,
                   count(*) filter (where status = 'running') as running,
                   count(*) filter (where status = 'completed') as completed,
                   count(*) filter (where status = 'failed') as failed,
                   count(*) filter (where status = 'cancelled') as cancelled,
                   coalesce(sum(s.deals), 0)::bigint as deals,
                   avg(completed_at - started_at) filter (where status = 'completed') as average_duration,
                   (sum(s.deals) filter (where status = 'completed')
                       / nullif(extract(epoch from sum(completed_at - started_at) filter (where status = 'completed')), 0))::float8
                       as deals_per_second,
                   max(started_at) as last_started_at,
                   max(greatest(started_at, completed_at)) as last_run_at
              from hubspot_deals.scan_jobs j
              left join lateral (select sum(deals) as deals from hubspot_deals.scan_segments where scan = j.id) s on true
             where @portals::text[] is null or j.portal_id = any(@portals)
            """,
            new { portals = portals?.ToArray() },
            cancellationToken: cancellationToken));
    }
}
