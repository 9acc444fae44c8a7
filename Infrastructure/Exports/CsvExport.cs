using System.IO.Pipelines;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Exports;

/// <summary>A scan's deals as a CSV file: RFC 4180, UTF-8 without byte order mark, a header record, exact values.</summary>
public static class CsvExport
{
    /// <summary>
    /// Writes the file as fast as the output takes it, in the same memory for any number of deals; the header is flushed at once.
    /// Ends early when the output's reader is gone. The output is not completed.
    /// </summary>
    /// <param name="database">Where the deals are.</param>
    /// <param name="export">Which deals.</param>
    /// <param name="output">Receives the file.</param>
    /// <param name="ct">Ends the export, and the query on the server.</param>
    /// <exception cref="PostgresException">The table is gone or was never there (42P01), or the database is in trouble.</exception>
    public static Task WriteAsync(NpgsqlDataSource database, DealExport export, PipeWriter output, CancellationToken ct)
    {
        var csv = new CsvRows(export);
        csv.WriteHeader(output);
        return ChunkedExport.WriteAsync(new DealRows(database, export.Table, export.Properties), csv.Write, output, ct);
    }
}
