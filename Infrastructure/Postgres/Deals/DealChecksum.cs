using System.Security.Cryptography;
using System.Text;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Postgres.Deals;

/// <summary>A checksum of a scan's deals: the same for two scans that stored the same values of the same properties of the same deals.</summary>
public static class DealChecksum
{
    /// <summary>SHA-256 in lower-case hex, over the properties' names and kinds and then each deal in the order of the ids.</summary>
    /// <remarks>
    /// A deal counts as PostgreSQL sends it in binary form: id, properties, created, updated, archived, rejected. When it was extracted, and
    /// by which scan, is left out.
    /// </remarks>
    /// <param name="database">Where the table is.</param>
    /// <param name="table">The scan's partition.</param>
    /// <param name="columns">Its properties.</param>
    /// <param name="ct">Ends the reading.</param>
    public static async Task<string> ComputeAsync(
        NpgsqlDataSource database, DealTable table, IReadOnlyList<DealColumn> columns, CancellationToken ct)
    {
        // Two scans that name the same properties in another order have stored the same.
        var ordered = columns.OrderBy(column => column.Property, StringComparer.Ordinal).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', ordered.Select(column => $"{column.Property} {column.Kind}"))));
        await foreach (var batch in new DealRows(database, table, ordered).ReadAsync(new DealPlace(After: 0, Offset: 0), long.MaxValue, ct))
        {
            Append(hash, batch.Rows, ordered.Count);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static void Append(IncrementalHash hash, ReadOnlySpan<byte> rows, int properties)
    {
        const int FieldsBehind = 4; // created, updated, archived, rejected
        var reader = new CopyReader(rows);
        var from = reader.Position;
        while (reader.NextRow())
        {
            for (var field = 0; field < 1 + properties; field++)
            {
                reader.TryReadField(out _);
            }

            hash.AppendData(rows[from..reader.Position]);
            reader.TryReadField(out _); // when it was extracted
            from = reader.Position;
            for (var field = 0; field < FieldsBehind; field++)
            {
                reader.TryReadField(out _);
            }
        }

        hash.AppendData(rows[from..reader.Position]);
    }
}
