using System.Buffers;
using System.IO.Pipelines;
using HubSpotDeals.Infrastructure.Postgres.Deals;

namespace HubSpotDeals.Infrastructure.Exports;

/// <summary>Carries a scan's deals into a file chunk by chunk, in the same memory for any number of deals.</summary>
static class ChunkedExport
{
    const int ChunkBytes = 1 << 16;

    /// <summary>Writes rows until about so many bytes are written, or there are no more.</summary>
    /// <returns>How many bytes of the rows were read.</returns>
    internal delegate int RowWriter(ReadOnlySpan<byte> rows, int bytes, IBufferWriter<byte> output);

    /// <summary>Sends on what was written before, then all deals, as fast as the output takes them.</summary>
    /// <param name="deals">Which deals.</param>
    /// <param name="write">Writes them in the file's format.</param>
    /// <param name="output">Receives the file.</param>
    /// <param name="ct">Ends the export, and the query on the server.</param>
    /// <returns>False when the output's reader is gone: nobody wants the rest.</returns>
    internal static async Task<bool> WriteAsync(DealRows deals, RowWriter write, PipeWriter output, CancellationToken ct)
    {
        if ((await output.FlushAsync(ct)).IsCompleted)
        {
            return false;
        }

        await foreach (var batch in deals.ReadAsync(default, long.MaxValue, ct))
        {
            for (var read = 0; read < batch.Rows.Length;)
            {
                read += write(batch.Rows[read..], ChunkBytes, output);
                if ((await output.FlushAsync(ct)).IsCompleted)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
