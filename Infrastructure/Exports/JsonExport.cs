using System.Buffers;
using System.IO.Pipelines;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Exports;

/// <summary>A scan's deals as a JSON file: one array of the same objects that a page of results has.</summary>
public static class JsonExport
{
    /// <inheritdoc cref="CsvExport.WriteAsync"/>
    public static async Task WriteAsync(NpgsqlDataSource database, DealExport export, PipeWriter output, CancellationToken ct)
    {
        var json = new JsonRows(export);
        var goesOn = false;
        output.Write("["u8);
        if (await ChunkedExport.WriteAsync(new DealRows(database, export.Table, export.Properties), Write, output, ct))
        {
            output.Write("]"u8);
            await output.FlushAsync(ct);
        }

        int Write(ReadOnlySpan<byte> rows, int bytes, IBufferWriter<byte> chunk)
        {
            var read = json.Write(rows, goesOn, bytes, chunk);
            goesOn = true;
            return read;
        }
    }
}
