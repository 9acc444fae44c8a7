using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Results;

/// <summary>A scan that a worker has planned, with rows put in by SQL.</summary>
sealed class StoredScan(ScanApi api, ScanJob scan)
{
    /// <summary>A number that no double holds.</summary>
    internal const string ExactAmount = "12345678901234567890.1234567890123456789012345678901234567890123456789012345";

    internal static Task<StoredScan> PlanAsync(ScanApi api, string scanId, string portal = ScanApi.Portal) => PlanAsync(
        api,
        scanId,
        portal,
        new("dealname", ColumnKind.Text), new("amount", ColumnKind.Number), new("closedate", ColumnKind.Instant), new("hs_object_id", ColumnKind.Number));

    internal static async Task<StoredScan> PlanAsync(ScanApi api, string scanId, string portal, params DealProperty[] properties)
    {
        var scan = await api.StoreAsync(scanId, portal);
        var lease = await ScanLease.TryAcquireAsync(api.Source, scan.Id, "a worker", CancellationToken.None);
        await new DealTables(api.Source, TimeProvider.System).PlanAsync(
            lease!, scan, properties, [SegmentSource.List], totalDeals: 1_000, CancellationToken.None);
        return new StoredScan(api, scan);
    }

    /// <summary>Stores deals with the ids from <paramref name="from"/> to <paramref name="to"/>, the highest first.</summary>
    internal async Task AddAsync(long from, long to, bool counted = true)
    {
        await api.ExecuteAsync(
            $"""
            insert into {scan.Table.Name} (_scan_id, hs_object_id, dealname, amount, closedate, _extracted_at, created_at, updated_at, _archived)
            select @ScanId, id, 'Deal "' || id || '" of {scan.PortalId}', {ExactAmount}, '2024-12-31T00:00:00Z',
                   '2024-12-07T10:32:15Z', '2024-01-15T14:30:00Z', '2024-12-01T10:15:30Z', false
              from generate_series(@to, @from, -1) as id
            """,
            new { scan.ScanId, from, to });
        if (counted)
        {
            await api.ExecuteAsync(
                "update hubspot_deals.scan_segments set deals = deals + @count, pages = pages + 1 where scan = @Id", new { scan.Id, count = to - from + 1 });
        }
    }

    /// <summary>Stores deals as they are: the columns, and a row of values for each, as SQL.</summary>
    internal async Task AddRowsAsync(string columns, params string[] rows)
    {
        var row = 0;
        foreach (var values in rows)
        {
            row++;
            await api.ExecuteAsync(
                $"""
                insert into {scan.Table.Name} (_scan_id, hs_object_id, _extracted_at, _archived, {columns})
                values (@ScanId, @row, now(), false, {values})
                """,
                new { scan.ScanId, row });
        }

        await api.ExecuteAsync("update hubspot_deals.scan_segments set deals = @count, done = true where scan = @Id", new { scan.Id, count = rows.Length });
    }

    /// <summary>It has completed, with everything that it has stored.</summary>
    internal Task CompleteAsync() => api.SetAsync(scan.ScanId, "status = 'completed', completed_at = clock_timestamp()");

    internal Task AddFailedAsync(string dealId) => api.ExecuteAsync(
        $"""
        insert into {scan.Table.Failed} (scan, deal_id, raw, reason) values (@Id, @dealId, @raw::json, 'too large');
        update hubspot_deals.scan_segments set failed = failed + 1 where scan = @Id
        """,
        new { scan.Id, dealId, raw = """{"id":"x","properties":{"amount":"1e9999"}}""" });
}
