using System.Text.Json;
using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>How a scan's row is read: the one select and the one mapping that every reader of scans shares.</summary>
static class ScanRows
{
    /// <summary>Everything of <see cref="Row"/>; a condition on <c>j</c> and an order may follow.</summary>
    internal const string Select =
        """
        select j.id, j.number, j.scan_id, j.portal_id, j.status, j.config::text as config, j.token, j.columns::text as columns,
               j.total_deals, coalesce(s.deals, 0)::bigint as processed_deals, coalesce(s.failed, 0)::bigint as failed_deals,
               coalesce(s.pages, 0)::bigint as pages, j.requests, j.retries, j.deals_per_second, j.error_message, j.failed_attempts,
               j.lease_epoch, s.cursor, s.last_id, j.created_at, j.started_at, j.planned_at, j.completed_at, j.run_after,
               greatest(j.updated_at, s.updated_at) as updated_at, clock_timestamp() as read_at, v.verdict, j.last_event
          from hubspot_deals.scan_jobs j
          left join hubspot_deals.scan_verifications v on v.scan = j.id
          left join lateral (
              select sum(deals) as deals, sum(failed) as failed, sum(pages) as pages, max(updated_at) as updated_at,
                     (array_agg(cursor order by updated_at desc, segment))[1] as cursor,
                     (array_agg(last_id order by updated_at desc, segment) filter (where last_id is not null))[1] as last_id
                from hubspot_deals.scan_segments
               where scan = j.id) s on true

        """;

    /// <summary>The scan with this id as a transaction sees it, or null.</summary>
    /// <param name="connection">The session.</param>
    /// <param name="scanId">The user's name for it.</param>
    /// <param name="locking">What follows the condition, such as <c>for update of j</c>.</param>
    /// <param name="transaction">The session's transaction, if it has one.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    internal static async Task<ScanJob?> FindAsync(
        NpgsqlConnection connection, string scanId, string locking, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            Select + "where j.scan_id = @scanId " + locking, new { scanId }, transaction, cancellationToken: cancellationToken));
        return row?.ToJob();
    }

    internal static string ColumnsToJson(IReadOnlyList<DealColumn> columns) => JsonSerializer.Serialize(columns);

    internal sealed record Row
    {
        public Guid Id { get; init; }
        public long Number { get; init; }
        public string ScanId { get; init; } = "";
        public string PortalId { get; init; } = "";
        public string Status { get; init; } = "";
        public string Config { get; init; } = "";
        public byte[]? Token { get; init; }
        public string? Columns { get; init; }
        public long? TotalDeals { get; init; }
        public long ProcessedDeals { get; init; }
        public long FailedDeals { get; init; }
        public long Pages { get; init; }
        public long Requests { get; init; }
        public long Retries { get; init; }
        public double? DealsPerSecond { get; init; }
        public string? ErrorMessage { get; init; }
        public int FailedAttempts { get; init; }
        public long LeaseEpoch { get; init; }
        public string? Cursor { get; init; }
        public long? LastId { get; init; }
        public DateTime CreatedAt { get; init; }
        public DateTime StartedAt { get; init; }
        public DateTime? PlannedAt { get; init; }
        public DateTime? CompletedAt { get; init; }
        public DateTime? RunAfter { get; init; }
        public string? Verdict { get; init; }
        public long LastEvent { get; init; }
        public DateTime UpdatedAt { get; init; }
        public DateTime ReadAt { get; init; }

        internal ScanJob ToJob() => new()
        {
            Id = Id,
            Number = Number,
            ScanId = ScanId,
            PortalId = PortalId,
            Status = Enum.Parse<ScanStatus>(Status, ignoreCase: true),
            Config = ScanConfig.FromJson(Config),
            Token = Token,
            Columns = Columns is null ? null : JsonSerializer.Deserialize<List<DealColumn>>(Columns),
            TotalDeals = TotalDeals,
            ProcessedDeals = ProcessedDeals,
            FailedDeals = FailedDeals,
            Pages = Pages,
            Requests = Requests,
            Retries = Retries,
            DealsPerSecond = DealsPerSecond,
            ErrorMessage = ErrorMessage,
            FailedAttempts = FailedAttempts,
            LeaseEpoch = LeaseEpoch,
            Cursor = Cursor,
            LastId = LastId,
            CreatedAt = CreatedAt,
            StartedAt = StartedAt,
            PlannedAt = PlannedAt,
            CompletedAt = CompletedAt,
            RunAfter = RunAfter,
            Verdict = Verdict,
            LastEvent = LastEvent,
            UpdatedAt = UpdatedAt,
            ReadAt = ReadAt,
        };
    }
}
