using System.Text.Json;
using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>What a scan's deals were found to be at its end, beside what HubSpot says there is.</summary>
public sealed record ScanVerification
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary><c>exact</c>, <c>complete</c>, <c>incomplete</c> or <c>unverified</c>; see <see cref="Verdicts"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Why it could not be verified; null: it was.</summary>
    public string? Reason { get; init; }

    /// <summary>HubSpot's count of live deals that pass the scan's filter, the ids that were looked at one by one counted exactly.</summary>
    public long? HubSpotDeals { get; init; }

    /// <summary>Deals stored as live ones.</summary>
    public required long StoredDeals { get; init; }

    /// <summary>Deals stored as archived ones. HubSpot has no count of these.</summary>
    public required long ArchivedDeals { get; init; }

    /// <summary>Deals that could not be stored, and were kept as they came.</summary>
    public required long FailedDeals { get; init; }

    /// <summary>The deals that only one side has.</summary>
    public required IReadOnlyList<DealDifference> Differences { get; init; }

    /// <summary>SHA-256 over the stored deals, in lower-case hex: the same for two scans that stored the same.</summary>
    public required string Checksum { get; init; }

    /// <summary>When, by the database's clock.</summary>
    public DateTime VerifiedAt { get; init; }

    /// <summary>Keeps it with the scan.</summary>
    /// <exception cref="LeaseLostException">The scan is no longer this worker's.</exception>
    public async Task StoreAsync(NpgsqlDataSource database, ScanLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await lease.ConfirmAsync(connection, transaction, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into hubspot_deals.scan_verifications as v
                   (scan, verdict, reason, hubspot_deals, stored_deals, archived_deals, failed_deals, differences, checksum)
            values (@Scan, @Verdict, @Reason, @HubSpotDeals, @StoredDeals, @ArchivedDeals, @FailedDeals, @differences::json, @Checksum)
            on conflict (scan) do update
               set verdict = excluded.verdict, reason = excluded.reason, hubspot_deals = excluded.hubspot_deals,
                   stored_deals = excluded.stored_deals, archived_deals = excluded.archived_deals, failed_deals = excluded.failed_deals,
                   differences = excluded.differences, checksum = excluded.checksum, verified_at = clock_timestamp()
            """,
            new
            {
                lease.Scan,
                Verdict,
                Reason,
                HubSpotDeals,
                StoredDeals,
                ArchivedDeals,
                FailedDeals,
                differences = JsonSerializer.Serialize(Differences, Json),
                Checksum,
            },
            transaction,
            cancellationToken: cancellationToken));
        await ScanEvent.LogAsync(connection, transaction, lease.Scan, "verified", JsonSerializer.Serialize(new { Verdict, Reason }, Json), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The scan's verification; null: it has none yet.</summary>
    public static async Task<ScanVerification?> FindAsync(NpgsqlDataSource database, Guid scan, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            """
            select verdict, reason, hubspot_deals as hub_spot_deals, stored_deals, archived_deals, failed_deals, differences::text as differences,
                   checksum, verified_at
              from hubspot_deals.scan_verifications where scan = @scan
            """,
            new { scan },
            cancellationToken: cancellationToken));
        return row?.ToVerification();
    }

    sealed record Row
    {
        public string Verdict { get; init; } = "";
        public string? Reason { get; init; }
        public long? HubSpotDeals { get; init; }
        public long StoredDeals { get; init; }
        public long ArchivedDeals { get; init; }
        public long FailedDeals { get; init; }
        public string Differences { get; init; } = "";
        public string Checksum { get; init; } = "";
        public DateTime VerifiedAt { get; init; }

        internal ScanVerification ToVerification() => new()
        {
            Verdict = Verdict,
            Reason = Reason,
            HubSpotDeals = HubSpotDeals,
            StoredDeals = StoredDeals,
            ArchivedDeals = ArchivedDeals,
            FailedDeals = FailedDeals,
            Differences = JsonSerializer.Deserialize<IReadOnlyList<DealDifference>>(Differences, Json)!,
            Checksum = Checksum,
            VerifiedAt = VerifiedAt,
        };
    }
}

/// <summary>A deal that only one side has.</summary>
/// <param name="Id">HubSpot's id.</param>
/// <param name="OnlyInHubSpot">True: HubSpot has it; false: the scan has it.</param>
/// <param name="Reason">
/// Why: <c>created</c> or <c>changed</c> while the scan ran, <c>archived</c>, <c>merged</c> or <c>deleted</c> since it was read, or
/// <c>unexplained</c>.
/// </param>
public sealed record DealDifference(long Id, bool OnlyInHubSpot, string Reason)
{
    /// <summary>Nothing tells why HubSpot has it and the scan has not.</summary>
    public const string Unexplained = "unexplained";
}

/// <summary>What a verification can come to.</summary>
public static class Verdicts
{
    /// <summary>The scan has the deals that HubSpot has, and no others.</summary>
    public const string Exact = "exact";

    /// <summary>They differ by what was created, changed, archived or merged while the scan ran, and by nothing else.</summary>
    public const string Complete = "complete";

    /// <summary>HubSpot has deals that the scan should have and has not.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>HubSpot could not be asked.</summary>
    public const string Unverified = "unverified";
}
