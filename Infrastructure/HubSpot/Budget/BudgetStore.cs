using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.HubSpot.Budget;

/// <summary>One portal's budget in PostgreSQL: the functions of migration 0005.</summary>
sealed class BudgetStore(NpgsqlDataSource database, string portalId)
{
    /// <summary>So long after the day was found to be used up nobody asks again: the account may have bought more meanwhile.</summary>
    static readonly TimeSpan SpentFor = TimeSpan.FromMinutes(1);

    /// <summary>Takes permits.</summary>
    /// <param name="limit">Which.</param>
    /// <param name="count">How many.</param>
    /// <param name="allowance">What is known of the limit.</param>
    /// <param name="day">What was heard of the day since the last time; null: nothing.</param>
    /// <param name="cancellationToken">Ends the attempt; the permits may be lost.</param>
    public async Task<PermitGrant> LeaseAsync(
        RequestClass limit, int count, Allowance allowance, RateLimitReading? day, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<PermitGrant>(new CommandDefinition(
            "select coalesce(first_ms, 0) as first_ms, coalesce(spacing_ms, 0) as spacing_ms, day_is_spent from hubspot_deals.lease_permits(@portalId, @limit, @count, @allowed, @interval, @IsSaid, @daily, @left)",
            new
            {
                portalId,
                limit = Text(limit),
                count,
                allowed = allowance.Requests,
                interval = (int)allowance.Interval.TotalMilliseconds,
                allowance.IsSaid,
                daily = day?.Daily,
                left = day?.DailyRemaining,
            },
            cancellationToken: cancellationToken));
    }

    /// <summary>HubSpot has refused a request: all nodes hold back.</summary>
    public async Task HoldAsync(RequestClass limit, TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "select hubspot_deals.hold_permits(@portalId, @limit, @wait)",
            new { portalId, limit = Text(limit), wait = retryAfter?.TotalMilliseconds },
            cancellationToken: cancellationToken));
    }

    /// <summary>The day's limit is used up.</summary>
    public async Task SpendDayAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into hubspot_deals.portals (portal_id, daily_remaining, daily_read_at, daily_spent_until)
            values (@portalId, 0, clock_timestamp(), clock_timestamp() + @SpentFor)
            on conflict (portal_id) do update
               set daily_remaining = 0, daily_read_at = clock_timestamp(), daily_spent_until = excluded.daily_spent_until
            """,
            new { portalId, SpentFor },
            cancellationToken: cancellationToken));
    }

    /// <summary>Where the portal is, which tells when its day begins.</summary>
    public async Task RememberTimeZoneAsync(string timeZone, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into hubspot_deals.portals as p (portal_id, time_zone) values (@portalId, @timeZone)
            on conflict (portal_id) do update set time_zone = excluded.time_zone where p.time_zone is distinct from excluded.time_zone
            """,
            new { portalId, timeZone },
            cancellationToken: cancellationToken));
    }

    /// <summary>What is known of the portal's limits.</summary>
    public async Task<BudgetReading> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<BudgetReading>(new CommandDefinition(
            """
            select burst.allowed as burst_allowed, burst.interval_ms as burst_interval_ms,
                   extract(epoch from hubspot_deals.permit_spacing(burst))::float8 * 1000 as burst_spacing_ms,
                   search.allowed as search_allowed, search.interval_ms as search_interval_ms,
                   extract(epoch from hubspot_deals.permit_spacing(search))::float8 * 1000 as search_spacing_ms,
                   p.daily_allowed, p.daily_remaining, p.daily_read_at, hubspot_deals.day_begins_anew(@portalId) as day_begins_anew,
                   p.time_zone
              from (select @portalId as portal_id) asked
              left join hubspot_deals.portals p using (portal_id)
              left join hubspot_deals.portal_limits burst on burst.portal_id = asked.portal_id and burst.class = 'burst'
              left join hubspot_deals.portal_limits search on search.portal_id = asked.portal_id and search.class = 'search'
            """,
            new { portalId },
            cancellationToken: cancellationToken));
    }

    static string Text(RequestClass limit) => limit == RequestClass.Search ? "search" : "burst";
}

/// <summary>What HubSpot allows of a kind of request.</summary>
/// <param name="Requests">So many.</param>
/// <param name="Interval">In any such time.</param>
/// <param name="IsSaid">HubSpot's headers say so; else the configuration does.</param>
sealed record Allowance(int Requests, TimeSpan Interval, bool IsSaid);

/// <summary>Permits that were given out.</summary>
sealed record PermitGrant
{
    /// <summary>Milliseconds until the first is due; it may be past.</summary>
    public required double FirstMs { get; init; }

    /// <summary>Milliseconds between two.</summary>
    public required double SpacingMs { get; init; }

    /// <summary>There are none: the account's day is used up.</summary>
    public required bool DayIsSpent { get; init; }
}

/// <summary>What the database knows of a portal's limits; null where it knows nothing.</summary>
public sealed record BudgetReading
{
    /// <summary>Requests allowed in <see cref="BurstIntervalMs"/>.</summary>
    public int? BurstAllowed { get; init; }

    /// <summary>Milliseconds.</summary>
    public int? BurstIntervalMs { get; init; }

    /// <summary>Milliseconds between two permits at present.</summary>
    public double? BurstSpacingMs { get; init; }

    /// <summary>Requests to the search endpoints allowed in <see cref="SearchIntervalMs"/>.</summary>
    public int? SearchAllowed { get; init; }

    /// <summary>Milliseconds.</summary>
    public int? SearchIntervalMs { get; init; }

    /// <summary>Milliseconds between two permits at present.</summary>
    public double? SearchSpacingMs { get; init; }

    /// <summary>The account's requests of a day.</summary>
    public int? DailyAllowed { get; init; }

    /// <summary>What was left of them when an answer last said so.</summary>
    public int? DailyRemaining { get; init; }

    /// <summary>When that was.</summary>
    public DateTime? DailyReadAt { get; init; }

    /// <summary>When the day begins anew, as far as is known.</summary>
    public DateTime? DayBeginsAnew { get; init; }

    /// <summary>The account's time zone.</summary>
    public string? TimeZone { get; init; }
}
