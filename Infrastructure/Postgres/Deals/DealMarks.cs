using System.Runtime.InteropServices;
using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>Where a page begins: so many deals behind the one with this id.</summary>
/// <param name="After">The deal with this id and all before it are passed over; 0: none.</param>
/// <param name="Offset">How many more are.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DealPlace(long After, long Offset);

/// <summary>Finds the place of a deep page by the marks of an ended scan, one for every thousand deals.</summary>
/// <remarks>
/// PostgreSQL passes over an offset row by row. A scan that has ended has the same deals at the same places for good, or until it goes on
/// under a higher epoch; so its marks are made once. A scan that still runs is counted through, as its places may change.
/// </remarks>
public sealed class DealMarks(NpgsqlDataSource database)
{
    /// <summary>How many deals lie between two marks.</summary>
    internal const int Every = 1_000;

    /// <summary>So many deals are passed over faster than a mark is worth making.</summary>
    public const int WorthIt = 10_000;

    /// <summary>Where the deal at an offset is to be looked for.</summary>
    /// <param name="scan">The scan as it was read a moment ago.</param>
    /// <param name="offset">How many deals come before it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="PostgresException">The table is gone (42P01), or the database is in trouble.</exception>
    public async Task<DealPlace> LocateAsync(ScanJob scan, long offset, CancellationToken cancellationToken)
    {
        if (offset < WorthIt || scan.Columns is null || scan.Status is ScanStatus.Pending or ScanStatus.Running)
        {
            return new DealPlace(After: 0, offset);
        }

        var (mark, rest) = Math.DivRem(offset, Every);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if (await FindAsync(scan, mark, cancellationToken) is var (count, id) && count >= 0)
            {
                // Behind the last mark there are fewer than a thousand: nothing is there.
                return mark > count ? new DealPlace(long.MaxValue, 0) : new DealPlace(id, rest);
            }

            await MakeAsync(scan, cancellationToken);
        }

        // Removed or resumed this very moment.
        return new DealPlace(After: 0, offset);
    }

    /// <summary>Makes the marks of a scan that has ended, anew if it has gone on since; of a scan that is gone, none.</summary>
    /// <exception cref="PostgresException">The table is gone (42P01), or the database is in trouble.</exception>
    public async Task MakeAsync(ScanJob scan, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            // One statement sees one moment: the scan as it had ended, and the deals that it had then.
            await connection.ExecuteAsync(new CommandDefinition(
                $"""
                insert into hubspot_deals.deal_marks (scan, epoch, ids)
                select j.id, j.lease_epoch, coalesce(marks.ids, array[]::bigint[])
                  from hubspot_deals.scan_jobs j
                 cross join (
                       select array_agg(hs_object_id order by hs_object_id) as ids
                         from (select hs_object_id, row_number() over (order by hs_object_id) as place from {scan.Table.Name}) deals
                        where place % {Every} = 0) marks
                 where j.id = @Id and j.lease_epoch = @LeaseEpoch and j.status not in ('pending', 'running')
                on conflict (scan) do update set epoch = excluded.epoch, ids = excluded.ids
                """,
                new { scan.Id, scan.LeaseEpoch },
                commandTimeout: 0,
                cancellationToken: cancellationToken));
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // Removed meanwhile.
        }
    }

    /// <summary>How many marks there are and the one that is asked for; -1 of a scan that has none.</summary>
    async Task<(long Count, long Id)> FindAsync(ScanJob scan, long mark, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select cardinality(ids), coalesce(ids[$1], 0) from hubspot_deals.deal_marks where scan = $2 and epoch = $3");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)Math.Min(mark, int.MaxValue) });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = scan.Id });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = scan.LeaseEpoch });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? (row.GetInt32(0), row.GetInt64(1)) : (-1, 0);
    }
}
