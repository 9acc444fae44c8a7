using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Infrastructure.Exports.Excel;

/// <summary>Writes a workbook front to back into a zip file: the fixed parts, a part for each sheet as it comes, and their list at the end.</summary>
/// <remarks>
/// The format: ECMA-376, parts 1 (SpreadsheetML) and 2 (packages). How many sheets there will be is not known when the content types are
/// written, which readers look for at the beginning; so a sheet's type is the default of the extension <c>.xml</c>.
/// </remarks>
sealed class Workbook : IDisposable
{
    readonly ZipArchive _zip;
    readonly SheetRows _rows;
    readonly SheetLimits _limits;
    readonly byte[] _sheetHead;
    readonly ArrayBufferWriter<byte> _chunk = new(1 << 17);
    Stream? _sheet;
    int _sheets;
    int _rowsInSheet;
    long _bytesInSheet;

    /// <summary>Begins the workbook and its first sheet.</summary>
    internal Workbook(DealExport export, SheetLimits limits, PipeWriter output)
    {
        _zip = new ZipArchive(new PipeStream(output), ZipArchiveMode.Create, leaveOpen: true);
        _rows = new SheetRows(export);
        _limits = limits;
        _sheetHead = Encoding.UTF8.GetBytes(SheetHead(export));
        AddPart("[Content_Types].xml", WorkbookParts.ContentTypes);
        AddPart("_rels/.rels", WorkbookParts.Relations);
        AddPart("xl/styles.xml", WorkbookParts.Styles);
        BeginSheet();
    }

    /// <summary>Writes rows until about so many bytes of markup are written, the sheet is full, or there are no more rows.</summary>
    /// <returns>How many bytes of the rows were read.</returns>
    internal int Write(ReadOnlySpan<byte> rows, int bytes)
    {
        if (_rowsInSheet >= _limits.Rows || _bytesInSheet >= _limits.Bytes)
        {
            EndSheet();
            BeginSheet();
        }

        var most = (int)Math.Min(bytes, _limits.Bytes - _bytesInSheet);
        var (read, count) = _rows.Write(rows, firstRow: _rowsInSheet + 2, _limits.Rows - _rowsInSheet, most, _chunk);
        _rowsInSheet += count;
        SendChunk();
        return read;
    }

    /// <summary>Ends the last sheet and the workbook. Without it, what was written is no workbook.</summary>
    internal void Finish()
    {
        EndSheet();
        AddPart("xl/workbook.xml", WorkbookParts.Workbook(_sheets));
        AddPart("xl/_rels/workbook.xml.rels", WorkbookParts.WorkbookRelations(_sheets));
        _zip.Dispose();
    }

    /// <summary>Gives the compressor's memory back. The archive itself is not ended: half a workbook must not look like a whole one.</summary>
    public void Dispose() => _sheet?.Dispose();

    void BeginSheet()
    {
        _sheets++;
        _rowsInSheet = 0;
        _bytesInSheet = 0;
        _sheet = _zip.CreateEntry(string.Create(CultureInfo.InvariantCulture, $"xl/worksheets/sheet{_sheets}.xml"), CompressionLevel.Fastest).Open();
        _chunk.Write(_sheetHead);
        _rows.WriteHeader(_chunk);
        SendChunk();
    }

    void EndSheet()
    {
        // Ids are text on purpose: without this, Excel marks each of them as a mistake.
        _chunk.Write("""</sheetData><ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors></worksheet>"""u8);
        SendChunk();
        _sheet!.Dispose();
        _sheet = null;
    }

    void SendChunk()
    {
        _sheet!.Write(_chunk.WrittenSpan);
        _bytesInSheet += _chunk.WrittenCount;
        _chunk.ResetWrittenCount();
    }

    void AddPart(string name, string content)
    {
        using var part = _zip.CreateEntry(name, CompressionLevel.Fastest).Open();
        part.Write(Encoding.UTF8.GetBytes(content));
    }

    static string SheetHead(DealExport export)
    {
        var head = new StringBuilder(
            """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>
            """);
        var column = 0;
        foreach (var kind in SheetRows.KindsOf(export))
        {
            column++;
            head.Append(CultureInfo.InvariantCulture, $"<col min=\"{column}\" max=\"{column}\" width=\"{(column == 1 ? UuidWidth : Width(kind))}\" customWidth=\"1\"/>");
        }

        return head.Append("</cols><sheetData>").ToString();
    }

    const int UuidWidth = 38;

    /// <summary>In characters, so that the usual value of the kind can be read.</summary>
    static int Width(ColumnKind kind) => kind switch
    {
        ColumnKind.Number => 14,
        ColumnKind.Bool => 9,
        ColumnKind.Instant => 19,
        ColumnKind.Date => 11,
        _ => 24,
    };
}
