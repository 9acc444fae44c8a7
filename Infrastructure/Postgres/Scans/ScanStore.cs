using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>Scans as their users see them: start, look up, list. How they are steered is <see cref="ScanControl"/>; what a worker does, <see cref="ScanLease"/>.</summary>
public sealed class ScanStore(NpgsqlDataSource database)
{
    /// <summary>Makes a new scan durable, or readies an existing one to go on; of simultaneous starts of one scan id one is accepted.</summary>
    /// <param name="scanId">The user's name for it.</param>
    /// <param name="portalId">The portal whose deals it extracts.</param>
    /// <param name="config">Filters and options.</param>
    /// <param name="protectToken">Encrypts the token for the scan with the given UUID.</param>
    /// <param name="cancellationToken">Ends the attempt; whether the scan was stored is then unknown.</param>
    /// <returns>What became of it. After <see cref="StartOutcome.Started"/> and <see cref="StartOutcome.Resumed"/> the row is committed.</returns>
    public async Task<ScanStart> StartAsync(
        string scanId, string portalId, ScanConfig config, Func<Guid, byte[]> protectToken, CancellationToken cancellationToken)
    {
        while (true)
        {
            // None: the scan was there when it was to be inserted, and was removed before it could be read.
            if (await TryStartAsync(scanId, portalId, config, protectToken, cancellationToken) is { } start)
            {
                return start;
            }
        }
    }

    async Task<ScanStart?> TryStartAsync(
        string scanId, string portalId, ScanConfig config, Func<Guid, byte[]> protectToken, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var inserted = await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into hubspot_deals.scan_jobs (id, scan_id, portal_id, config, token)
            values (@id, @scanId, @portalId, @config::jsonb, @token)
            on conflict (scan_id) do nothing
            """,
            new { id, scanId, portalId, config = config.ToJson(), token = protectToken(id) },
            transaction,
            cancellationToken: cancellationToken));
        if (inserted == 0)
        {
            // The row is locked until the end: a second start of the same scan waits here and then sees it pending.
            if (await ScanRows.FindAsync(connection, scanId, "for update of j", transaction, cancellationToken) is not { } existing)
            {
                return null;
            }

            var outcome = StartDecision.Of(existing, portalId, config);
            if (outcome != StartOutcome.Resumed)
            {
                return new ScanStart(outcome, existing);
            }

            await connection.ExecuteAsync(new CommandDefinition(
                $"update hubspot_deals.scan_jobs set config = @config::jsonb, token = @token, {ScanControl.ToGoOn}, {ScanControl.FenceOff} where id = @Id",
                new { existing.Id, config = config.ToJson(), token = protectToken(existing.Id) },
                transaction,
                cancellationToken: cancellationToken));
        }

        var job = await ScanRows.FindAsync(connection, scanId, "", transaction, cancellationToken)
            ?? throw new InvalidOperationException($"scan {scanId} was not stored");
        await transaction.CommitAsync(cancellationToken);
        return new ScanStart(inserted == 1 ? StartOutcome.Started : StartOutcome.Resumed, job);
    }

    /// <summary>The scan with this id, or null.</summary>
    public async Task<ScanJob?> FindAsync(string scanId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ScanRows.FindAsync(connection, scanId, "", transaction: null, cancellationToken);
    }

    /// <summary>The scan with this UUID, or null.</summary>
    public async Task<ScanJob?> FindAsync(Guid scan, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<ScanRows.Row>(new CommandDefinition(
            ScanRows.Select + "where j.id = @scan", new { scan }, cancellationToken: cancellationToken));
        return row?.ToJob();
    }

    /// <summary>The portal of the scan with this id; null: there is no such scan.</summary>
    public async Task<string?> FindPortalAsync(string scanId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "select portal_id from hubspot_deals.scan_jobs where scan_id = @scanId", new { scanId }, cancellationToken: cancellationToken));
    }

    /// <summary>Scans, the newest first.</summary>
    /// <param name="portals">Of these portals only; null: of all.</param>
    /// <param name="status">In this state only; null: in any.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="offset">After so many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <returns>The page, and how many there are in all.</returns>
    public async Task<(IReadOnlyList<ScanJob> Scans, long Total)> ListAsync(
        IReadOnlyList<string>? portals, ScanStatus? status, int limit, long offset, CancellationToken cancellationToken)
    {
        const string Condition = "where (@portals::text[] is null or j.portal_id = any (@portals)) and (@status is null or j.status = @status) ";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var parameters = new { portals = portals?.ToArray(), status = status?.Text(), limit, offset };
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "select count(*) from hubspot_deals.scan_jobs j " + Condition, parameters, cancellationToken: cancellationToken));
        var rows = await connection.QueryAsync<ScanRows.Row>(new CommandDefinition(
            ScanRows.Select + Condition + "order by j.created_at desc, j.number desc limit @limit offset @offset",
            parameters,
            cancellationToken: cancellationToken));
        return ([.. rows.Select(row => row.ToJob())], total);
    }
}

/// <summary>What became of a start.</summary>
public enum StartOutcome
{
    /// <summary>A new scan, pending.</summary>
    Started,

    /// <summary>A scan that had stopped, pending again; it goes on from its checkpoint.</summary>
    Resumed,

    /// <summary>Refused: it is pending or running.</summary>
    AlreadyRunning,

    /// <summary>Refused: it has completed.</summary>
    AlreadyCompleted,

    /// <summary>Refused: it was started for another portal or with other filters.</summary>
    ConfigConflict,
}

/// <summary>The outcome, and the scan as it is now.</summary>
public sealed record ScanStart(StartOutcome Outcome, ScanJob Scan);

/// <summary>What a start of a scan that exists comes to.</summary>
public static class StartDecision
{
    /// <summary>The outcome for a scan in its state.</summary>
    public static StartOutcome Of(ScanJob existing, string portalId, ScanConfig config) => existing.Status switch
    {
        ScanStatus.Pending or ScanStatus.Running => StartOutcome.AlreadyRunning,
        ScanStatus.Completed => StartOutcome.AlreadyCompleted,
        _ when existing.PortalId != portalId || !existing.Config.ExtractsTheSameAs(config) => StartOutcome.ConfigConflict,
        _ => StartOutcome.Resumed,
    };
}
