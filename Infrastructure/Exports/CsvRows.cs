using System.Buffers;
using System.Text;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Infrastructure.Exports;

/// <summary>
/// Deals as records of RFC 4180: CRLF behind each, a field quoted where it has a comma, a quote, a line's end, or a blank at either
/// end. Null is nothing, and an empty text is <c>""</c>, so that the two differ.
/// </summary>
sealed class CsvRows
{
    static readonly SearchValues<byte> MustBeQuoted = SearchValues.Create(",\"\r\n"u8);

    readonly DealUuids _uuids;
    readonly ColumnKind[] _properties;
    readonly byte[] _tenantAndScan;
    readonly IReadOnlyList<string> _keys;

    public CsvRows(DealExport export)
    {
        _uuids = new DealUuids(export.ScanUuid);
        _properties = [.. export.Properties.Select(column => column.Kind)];
        _keys = export.Keys;
        _tenantAndScan = Encoding.UTF8.GetBytes($",{export.Table.Schema.PortalId},{export.ScanId}"); // neither can need quotes
    }

    /// <summary>Writes the record of the keys.</summary>
    public void WriteHeader(IBufferWriter<byte> writer)
    {
        var output = new Utf8Output(writer);
        for (var key = 0; key < _keys.Count; key++)
        {
            if (key > 0)
            {
                output.Write((byte)',');
            }

            WriteText(Encoding.UTF8.GetBytes(_keys[key]), ref output);
        }

        output.Write("\r\n"u8);
        output.Commit();
    }

    /// <summary>Writes records until about so many bytes are written, or there are no more rows.</summary>
    /// <param name="rows">A batch's rows.</param>
    /// <param name="bytes">How many bytes are enough.</param>
    /// <param name="writer">Receives the records.</param>
    /// <returns>How many bytes of the rows were read.</returns>
    public int Write(ReadOnlySpan<byte> rows, int bytes, IBufferWriter<byte> writer)
    {
        var reader = new CopyReader(rows);
        var output = new Utf8Output(writer);
        while (output.Written < bytes && reader.NextRow())
        {
            WriteRow(ref reader, ref output);
        }

        output.Commit();
        return reader.Position;
    }

    void WriteRow(ref CopyReader row, ref Utf8Output output)
    {
        var id = row.ReadBigInt();
        var room = output.Room(DealUuids.TextLength + 1 + 20);
        _uuids.Write(id, room);
        room[DealUuids.TextLength] = (byte)',';
        output.Advance(DealUuids.TextLength + 1 + PlainDecoder.WriteBigInt(id, room[(DealUuids.TextLength + 1)..]));
        foreach (var kind in _properties)
        {
            WriteField(kind, ref row, ref output);
        }

        output.Write(_tenantAndScan);
        WriteField(ColumnKind.Instant, ref row, ref output);
        WriteField(ColumnKind.Instant, ref row, ref output);
        WriteField(ColumnKind.Instant, ref row, ref output);
        WriteField(ColumnKind.Bool, ref row, ref output);
        WriteField(ColumnKind.Text, ref row, ref output); // _rejected: JSON is text here
        output.Write("\r\n"u8);
    }

    static void WriteField(ColumnKind kind, ref CopyReader row, ref Utf8Output output)
    {
        if (!row.TryReadField(out var field))
        {
            output.Write((byte)',');
            return;
        }

        if (kind == ColumnKind.Text)
        {
            output.Write((byte)',');
            WriteText(field, ref output);
            return;
        }

        var room = output.Room(1 + PlainDecoder.MaxLength(kind, field));
        room[0] = (byte)',';
        output.Advance(1 + PlainDecoder.Write(kind, field, room[1..]));
    }

    static void WriteText(ReadOnlySpan<byte> text, ref Utf8Output output)
    {
        if (!text.IsEmpty && !IsBlank(text[0]) && !IsBlank(text[^1]) && !text.ContainsAny(MustBeQuoted))
        {
            output.Write(text);
            return;
        }

        output.Write((byte)'"');
        while (text.IndexOf((byte)'"') is >= 0 and var quote)
        {
            output.Write(text[..(quote + 1)]);
            output.Write((byte)'"');
            text = text[(quote + 1)..];
        }

        output.Write(text);
        output.Write((byte)'"');
    }

    static bool IsBlank(byte letter) => letter is (byte)' ' or (byte)'\t';
}
