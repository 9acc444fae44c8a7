using System.Buffers;
using HubSpotDeals.Infrastructure.Exports;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using Npgsql;

namespace HubSpotDeals.Api.Results;

/// <summary>A table of a scan's rows that can be read page by page.</summary>
/// <param name="Name">What callers call it.</param>
/// <param name="Count">How many rows the scan has stored in it, by the scan's own counters: counting a million rows takes too long.</param>
/// <param name="ReadAsync">Writes a page as a JSON array; returns how many rows it has.</param>
sealed record ResultTable(string Name, Func<ScanJob, long> Count, ResultTable.Reader ReadAsync)
{
    internal delegate Task<int> Reader(
        NpgsqlDataSource database, ScanJob scan, long offset, int limit, IBufferWriter<byte> output, CancellationToken cancellationToken);

    /// <summary>The tables there are; the first is the one that is meant if none is named.</summary>
    internal static IReadOnlyList<ResultTable> All { get; } =
    [
        new("deals", scan => scan.ProcessedDeals, async (database, scan, offset, limit, output, cancellationToken) =>
        {
            var from = await new DealMarks(database).LocateAsync(scan, offset, cancellationToken);
            return await DealPages.ReadAsync(database, ExportOf(scan), from, limit, output, cancellationToken);
        }),
        new("failed_deals", scan => scan.FailedDeals, (database, scan, offset, limit, output, cancellationToken) =>
            FailedDealPages.ReadAsync(database, scan.Table, scan.Id, offset, limit, output, cancellationToken)),
    ];

    /// <summary>The scan's deals as they are handed out. It must have been planned.</summary>
    internal static DealExport ExportOf(ScanJob scan) => new(scan.Table, scan.Columns ?? [], scan.Id, scan.ScanId);
}
