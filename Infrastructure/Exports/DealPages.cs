using System.Buffers;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Exports;

/// <summary>Pages of a scan's deals, in the order of their ids.</summary>
public static class DealPages
{
    /// <summary>Writes a page as a JSON array of deals.</summary>
    /// <param name="database">Where the deals are.</param>
    /// <param name="export">Which scan's.</param>
    /// <param name="from">Where the page begins.</param>
    /// <param name="limit">How many the page has at most.</param>
    /// <param name="output">Receives the array; of no use when the reading fails.</param>
    /// <param name="ct">Ends the reading, on the server too.</param>
    /// <returns>How many deals the page has.</returns>
    /// <exception cref="PostgresException">The table is gone or was never there (42P01), or the database is in trouble.</exception>
    public static async Task<int> ReadAsync(
        NpgsqlDataSource database, DealExport export, DealPlace from, int limit, IBufferWriter<byte> output, CancellationToken ct)
    {
        var json = new JsonRows(export);
        var count = 0;
        output.Write("["u8);
        await foreach (var batch in new DealRows(database, export.Table, export.Properties).ReadAsync(from, limit, ct))
        {
            json.Write(batch.Rows, goesOn: count > 0, int.MaxValue, output);
            count += batch.Count;
        }

        output.Write("]"u8);
        return count;
    }
}
