using System.Diagnostics.CodeAnalysis;
using Dapper;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Scans;

/// <summary>Scans as their users steer them: cancel, pause, resume. Each is one transaction, and is announced to whoever runs the scan.</summary>
/// <remarks>
/// Each raises the scan's epoch, so that a worker that has not heard of it is refused at its next checkpoint. The counts that are
/// returned are final: a checkpoint that was under way has been waited for.
/// </remarks>
public sealed class ScanControl(NpgsqlDataSource database)
{
    /// <summary>The channel on which every change of a scan by its user is announced; the payload is the scan's UUID.</summary>
    public const string Channel = "hubspot_deals_control";

    /// <summary>Ends a pending or running scan for good, unless it is started again. It keeps what it has stored.</summary>
    /// <returns>The scan after it, and whether it was this call that changed it; null: there is no such scan.</returns>
    public Task<(ScanJob Scan, bool Changed)?> CancelAsync(string scanId, CancellationToken cancellationToken) => ChangeAsync(
        scanId,
        "status = 'cancelled', completed_at = clock_timestamp()",
        GoesOn,
        cancellationToken);

    /// <summary>Stops a pending or running scan until it is resumed. It keeps what it has stored.</summary>
    /// <inheritdoc cref="CancelAsync"/>
    public Task<(ScanJob Scan, bool Changed)?> PauseAsync(string scanId, CancellationToken cancellationToken) => ChangeAsync(
        scanId,
        "status = 'paused', error_message = null",
        GoesOn,
        cancellationToken);

    /// <summary>Readies a paused, failed or cancelled scan to go on from its checkpoint, with the token that it has.</summary>
    /// <inheritdoc cref="CancelAsync"/>
    public Task<(ScanJob Scan, bool Changed)?> ResumeAsync(string scanId, CancellationToken cancellationToken) => ChangeAsync(
        scanId, ToGoOn, "status in ('paused', 'failed', 'cancelled')", cancellationToken);

    /// <summary>It is going on, or will by itself: a pause for the day ends without anybody's doing.</summary>
    const string GoesOn = "(status in ('pending', 'running') or status = 'paused' and run_after is not null)";

    /// <summary>What makes a scan that stopped a pending one again, as assignments to its row.</summary>
    internal const string ToGoOn =
        """
        status = 'pending', error_message = null, failed_attempts = 0, enqueued_at = null, completed_at = null
        """;

    /// <summary>What every change of hands assigns: the epoch is raised, and nobody owns the scan.</summary>
    internal const string FenceOff =
        """
        lease_epoch = lease_epoch + 1, lease_until = null, lease_node = null, run_after = null, updated_at = clock_timestamp()
        """;

    /// <summary>Tells whoever runs the scan to look at it again, once the transaction is committed.</summary>
    internal static Task<int> AnnounceAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid scan, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            $"select pg_notify('{Channel}', @id)", new { id = scan.ToString() }, transaction, cancellationToken: cancellationToken));

    async Task<(ScanJob Scan, bool Changed)?> ChangeAsync(
        string scanId, [StringSyntax("Sql")] string assignments, [StringSyntax("Sql")] string condition, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var changed = await connection.ExecuteAsync(new CommandDefinition(
            $"update hubspot_deals.scan_jobs set {assignments}, {FenceOff} where scan_id = @scanId and {condition}",
            new { scanId },
            transaction,
            cancellationToken: cancellationToken)) == 1;
        var scan = await ScanRows.FindAsync(connection, scanId, "", transaction, cancellationToken);
        if (scan is null)
        {
            return null;
        }

        if (changed)
        {
            await AnnounceAsync(connection, transaction, scan.Id, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return (scan, changed);
    }
}
