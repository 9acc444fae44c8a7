using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Infrastructure.Exports.Excel;

/// <summary>Deals as rows of a sheet's markup, a cell for every value there is.</summary>
/// <remarks>
/// <para>
/// Ids and every text property are text cells, whatever they look like: a name that begins with <c>=</c> is no formula, and no digit of
/// an id is lost. Booleans are booleans. Instants (UTC) and dates are Excel's day numbers with a date format, from 1900-03-01 (before it,
/// Excel counts a day that never was) to 9999-12-31; others are text.
/// </para>
/// <para>
/// Excel computes with 15 significant digits. A number is a number cell with all its digits, so that sums work; where HubSpot sends more
/// decimals (0.200000000000000011…), Excel itself rounds what it shows and computes. Two are text, because as numbers they would be
/// others: whole numbers of more than 15 significant digits, which are ids rather than amounts, and numbers beyond Excel's range.
/// </para>
/// </remarks>
sealed class SheetRows
{
    const int MostDigits = 15;

    /// <summary>Excel's largest number has 308 digits before its point.</summary>
    const int MostWholeDigits = 307;

    const int LongestReference = 3 + 7;

    readonly DealUuids _uuids;
    readonly IReadOnlyList<string> _keys;
    readonly ColumnKind[] _fields;
    readonly byte[][] _letters;
    readonly byte[] _tenant;
    readonly byte[] _scan;
    readonly int _propertyCount;

    internal SheetRows(DealExport export)
    {
        _uuids = new DealUuids(export.ScanUuid);
        _keys = export.Keys;
        _letters = [.. Enumerable.Range(0, _keys.Count).Select(Letters)];
        _propertyCount = export.Properties.Count;
        _fields = [.. KindsOf(export)];
        _tenant = Encoding.UTF8.GetBytes(export.Table.Schema.PortalId);
        _scan = Encoding.UTF8.GetBytes(export.ScanId);
    }

    /// <summary>The kind of each column of the sheet.</summary>
    internal static IEnumerable<ColumnKind> KindsOf(DealExport export) =>
    [
        ColumnKind.Text, ColumnKind.Text, // id, hs_object_id
        .. export.Properties.Select(property => property.Kind),
        ColumnKind.Text, ColumnKind.Text, // _tenant_id, _scan_id
        ColumnKind.Instant, ColumnKind.Instant, ColumnKind.Instant, ColumnKind.Bool, ColumnKind.Text,
    ];

    /// <summary>Writes the row of the keys.</summary>
    internal void WriteHeader(IBufferWriter<byte> writer)
    {
        var output = new Utf8Output(writer);
        output.Write("<row r=\"1\">"u8);
        for (var column = 0; column < _keys.Count; column++)
        {
            output.Write("<c r=\""u8);
            output.Write(_letters[column]);
            output.Write("1\" s=\"1\" t=\"inlineStr\"><is><t>"u8);
            CellText.Write(Encoding.UTF8.GetBytes(_keys[column]), ref output);
            output.Write("</t></is></c>"u8);
        }

        output.Write("</row>"u8);
        output.Commit();
    }

    /// <summary>Writes rows until about so many bytes are written, so many rows are written, or there are no more.</summary>
    /// <param name="rows">A batch's rows.</param>
    /// <param name="firstRow">The number of the first row in the sheet.</param>
    /// <param name="most">At most so many rows.</param>
    /// <param name="bytes">How many bytes are enough.</param>
    /// <param name="writer">Receives the markup.</param>
    /// <returns>How many bytes of the rows were read, and how many rows they were.</returns>
    internal (int Read, int Count) Write(ReadOnlySpan<byte> rows, int firstRow, int most, int bytes, IBufferWriter<byte> writer)
    {
        var reader = new CopyReader(rows);
        var output = new Utf8Output(writer);
        Span<byte> number = stackalloc byte[LongestReference];
        var count = 0;
        while (count < most && output.Written < bytes && reader.NextRow())
        {
            Utf8Formatter.TryFormat(firstRow + count, number, out var length);
            WriteRow(number[..length], ref reader, ref output);
            count++;
        }

        output.Commit();
        return (reader.Position, count);
    }

    void WriteRow(scoped ReadOnlySpan<byte> number, ref CopyReader row, ref Utf8Output output)
    {
        output.Write("<row r=\""u8);
        output.Write(number);
        output.Write("\">"u8);
        var id = row.ReadBigInt();
        Span<byte> text = stackalloc byte[DealUuids.TextLength];
        _uuids.Write(id, text);
        WriteText(0, number, text, ref output);
        WriteText(1, number, text[..PlainDecoder.WriteBigInt(id, text)], ref output);
        var column = 2;
        for (; column < 2 + _propertyCount; column++)
        {
            WriteField(column, number, ref row, ref output);
        }

        WriteText(column++, number, _tenant, ref output);
        WriteText(column++, number, _scan, ref output);
        for (; column < _fields.Length; column++)
        {
            WriteField(column, number, ref row, ref output);
        }

        output.Write("</row>"u8);
    }

    void WriteField(int column, scoped ReadOnlySpan<byte> number, ref CopyReader row, ref Utf8Output output)
    {
        if (!row.TryReadField(out var field))
        {
            return;
        }

        switch (_fields[column])
        {
            case ColumnKind.Text:
                WriteText(column, number, field, ref output);
                break;
            case ColumnKind.Bool:
                BeginCell(column, number, "\" t=\"b\"><v>"u8, ref output);
                output.Write((byte)(field[0] == 0 ? '0' : '1'));
                output.Write("</v></c>"u8);
                break;
            case ColumnKind.Instant when SerialDay.TryOf(BinaryPrimitives.ReadInt64BigEndian(field), out var serial):
                BeginCell(column, number, "\" s=\"2\"><v>"u8, ref output);
                output.Advance(serial.Write(output.Room(SerialDay.MaxLength)));
                output.Write("</v></c>"u8);
                break;
            case ColumnKind.Date when SerialDay.TryOf(BinaryPrimitives.ReadInt32BigEndian(field), out var day):
                BeginCell(column, number, "\" s=\"3\"><v>"u8, ref output);
                output.Advance(day.Write(output.Room(SerialDay.MaxLength)));
                output.Write("</v></c>"u8);
                break;
            default:
                WritePlain(column, number, field, ref output);
                break;
        }
    }

    /// <summary>Writes a number, or the text of what can't be a cell of its kind.</summary>
    void WritePlain(int column, scoped ReadOnlySpan<byte> number, scoped ReadOnlySpan<byte> field, ref Utf8Output output)
    {
        var kind = _fields[column];
        var most = PlainDecoder.MaxLength(kind, field);
        var rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        var text = rented ?? stackalloc byte[512];
        text = text[..PlainDecoder.Write(kind, field, text)];
        if (kind == ColumnKind.Number && IsNumber(text))
        {
            BeginCell(column, number, "\"><v>"u8, ref output);
            output.Write(text);
            output.Write("</v></c>"u8);
        }
        else if (!text.IsEmpty)
        {
            WriteText(column, number, text, ref output);
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    void WriteText(int column, scoped ReadOnlySpan<byte> number, scoped ReadOnlySpan<byte> text, ref Utf8Output output)
    {
        BeginCell(column, number, "\" t=\"inlineStr\"><is><t"u8, ref output);
        output.Write(CellText.HasOuterBlanks(text) ? " xml:space=\"preserve\">"u8 : ">"u8);
        CellText.Write(text, ref output);
        output.Write("</t></is></c>"u8);
    }

    void BeginCell(int column, scoped ReadOnlySpan<byte> number, scoped ReadOnlySpan<byte> rest, ref Utf8Output output)
    {
        output.Write("<c r=\""u8);
        output.Write(_letters[column]);
        output.Write(number);
        output.Write(rest);
    }

    /// <summary>Whether decimal text stays the same number in a cell, but for decimals that Excel rounds in computing.</summary>
    static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var digits = text is [(byte)'-', ..] ? text[1..] : text;
        var point = digits.IndexOf((byte)'.');
        var whole = (point < 0 ? digits : digits[..point]).TrimStart((byte)'0');
        if (whole.Length > MostWholeDigits || text.IsEmpty)
        {
            return false;
        }

        var isWhole = point < 0 || digits[(point + 1)..].IndexOfAnyExcept((byte)'0') < 0;
        return !isWhole || whole.TrimEnd((byte)'0').Length <= MostDigits;
    }

    /// <summary>A column's name: A, B, …, Z, AA, …</summary>
    static byte[] Letters(int column)
    {
        var letters = "";
        for (var rest = column + 1; rest > 0; rest = (rest - 1) / 26)
        {
            letters = (char)('A' + ((rest - 1) % 26)) + letters;
        }

        return Encoding.UTF8.GetBytes(letters);
    }
}
