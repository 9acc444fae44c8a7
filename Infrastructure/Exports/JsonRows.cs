using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Infrastructure.Exports;

/// <summary>
/// Deals as JSON objects. Numbers have all their digits, texts are UTF-8 with nothing escaped but what JSON demands, null says that
/// there is no value; <c>_rejected</c> stands as it is stored and is left out when there is none.
/// </summary>
sealed class JsonRows
{
    static readonly SearchValues<byte> MustBeEscaped =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(control => (byte)control), (byte)'"', (byte)'\\']);

    readonly DealUuids _uuids;
    readonly Member[] _properties;
    readonly byte[] _tenantAndScan;
    readonly Member[] _own =
    [
        new("_extracted_at", ColumnKind.Instant),
        new("created_at", ColumnKind.Instant),
        new("updated_at", ColumnKind.Instant),
        new("_archived", ColumnKind.Bool),
    ];

    public JsonRows(DealExport export)
    {
        _uuids = new DealUuids(export.ScanUuid);
        _properties = [.. export.Properties.Select(column => new Member(DealExport.KeyOf(column.Property), column.Kind))];
        _tenantAndScan = Encoding.UTF8.GetBytes(
            $"""
            ,"_tenant_id":"{export.Table.Schema.PortalId}","_scan_id":"{JsonEncodedText.Encode(export.ScanId)}"
            """);
    }

    /// <summary>Writes rows as objects with commas between them until about so many bytes are written, or there are no more rows.</summary>
    /// <param name="rows">A batch's rows.</param>
    /// <param name="goesOn">Whether objects were written before, so that a comma comes first.</param>
    /// <param name="bytes">How many bytes are enough.</param>
    /// <param name="writer">Receives the objects.</param>
    /// <returns>How many bytes of the rows were read.</returns>
    public int Write(ReadOnlySpan<byte> rows, bool goesOn, int bytes, IBufferWriter<byte> writer)
    {
        var reader = new CopyReader(rows);
        var output = new Utf8Output(writer);
        while (output.Written < bytes && reader.NextRow())
        {
            if (goesOn)
            {
                output.Write((byte)',');
            }

            goesOn = true;
            WriteRow(ref reader, ref output);
        }

        output.Commit();
        return reader.Position;
    }

    void WriteRow(ref CopyReader row, ref Utf8Output output)
    {
        var id = row.ReadBigInt();
        output.Write("{\"id\":\""u8);
        _uuids.Write(id, output.Room(DealUuids.TextLength));
        output.Advance(DealUuids.TextLength);
        output.Write("\",\"hs_object_id\":\""u8);
        output.Advance(PlainDecoder.WriteBigInt(id, output.Room(20)));
        output.Write((byte)'"');
        foreach (var member in _properties)
        {
            WriteMember(member, ref row, ref output);
        }

        output.Write(_tenantAndScan);
        foreach (var member in _own)
        {
            WriteMember(member, ref row, ref output);
        }

        if (row.TryReadField(out var rejected))
        {
            output.Write(",\"_rejected\":"u8);
            output.Write(rejected);
        }

        output.Write((byte)'}');
    }

    static void WriteMember(Member member, ref CopyReader row, ref Utf8Output output)
    {
        output.Write(member.Name);
        if (!row.TryReadField(out var field))
        {
            output.Write("null"u8);
        }
        else if (member.Kind == ColumnKind.Text)
        {
            WriteText(field, ref output);
        }
        else
        {
            WritePlain(member.Kind, field, ref output);
        }
    }

    static void WritePlain(ColumnKind kind, ReadOnlySpan<byte> field, ref Utf8Output output)
    {
        var quote = kind is ColumnKind.Instant or ColumnKind.Date ? 1 : 0;
        var room = output.Room(PlainDecoder.MaxLength(kind, field) + 2);
        var length = PlainDecoder.Write(kind, field, room[quote..]);
        if (length == 0)
        {
            output.Write("null"u8);
            return;
        }

        if (quote == 1)
        {
            room[0] = room[1 + length] = (byte)'"';
        }

        output.Advance(length + (2 * quote));
    }

    static void WriteText(ReadOnlySpan<byte> text, ref Utf8Output output)
    {
        output.Write((byte)'"');
        while (text.IndexOfAny(MustBeEscaped) is >= 0 and var place)
        {
            output.Write(text[..place]);
            WriteEscaped(text[place], ref output);
            text = text[(place + 1)..];
        }

        output.Write(text);
        output.Write((byte)'"');
    }

    static void WriteEscaped(byte letter, ref Utf8Output output)
    {
        switch (letter)
        {
            case (byte)'"':
                output.Write("\\\""u8);
                break;
            case (byte)'\\':
                output.Write("\\\\"u8);
                break;
            case (byte)'\n':
                output.Write("\\n"u8);
                break;
            case (byte)'\r':
                output.Write("\\r"u8);
                break;
            case (byte)'\t':
                output.Write("\\t"u8);
                break;
            default:
                output.Write("\\u00"u8);
                output.Write((byte)('0' + (letter >> 4)));
                output.Write("0123456789abcdef"u8[letter & 0xF]);
                break;
        }
    }

    sealed class Member(string key, ColumnKind kind)
    {
        /// <summary>The key as it stands between the member before and the value.</summary>
        public byte[] Name { get; } = Encoding.UTF8.GetBytes($",\"{JsonEncodedText.Encode(key, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\":");

        public ColumnKind Kind => kind;
    }
}
