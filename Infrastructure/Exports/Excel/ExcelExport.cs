using System.IO.Pipelines;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Exports.Excel;

/// <summary>A scan's deals as an Excel workbook: typed cells, a frozen header row, as many sheets as it takes.</summary>
/// <remarks>What a cell can hold, and what becomes of a value that it can't, is <see cref="SheetRows"/>'s to say.</remarks>
public static class ExcelExport
{
    /// <inheritdoc cref="CsvExport.WriteAsync"/>
    public static Task WriteAsync(NpgsqlDataSource database, DealExport export, PipeWriter output, CancellationToken ct) =>
        WriteAsync(database, export, SheetLimits.OfExcel, output, ct);

    /// <summary>With other limits than Excel's, for tests.</summary>
    internal static async Task WriteAsync(
        NpgsqlDataSource database, DealExport export, SheetLimits limits, PipeWriter output, CancellationToken ct)
    {
        using var workbook = new Workbook(export, limits, output);
        if (await ChunkedExport.WriteAsync(
            new DealRows(database, export.Table, export.Properties), (rows, bytes, _) => workbook.Write(rows, bytes), output, ct))
        {
            workbook.Finish();
            await output.FlushAsync(ct);
        }
    }
}

/// <summary>When a sheet is full.</summary>
/// <param name="Rows">Deals to a sheet, the header not among them.</param>
/// <param name="Bytes">Bytes of markup to a sheet; the row that passes them is its last.</param>
sealed record SheetLimits(int Rows, long Bytes)
{
    /// <summary>Excel's 1,048,576 rows; and less than 4 GB, beyond which a part of a zip file needs what not every reader has.</summary>
    internal static SheetLimits OfExcel { get; } = new(1_048_575, 3L << 30);
}
