using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>Writes a record as one row of the deals table: <see cref="LeadingColumns"/>, then a column per requested property.</summary>
sealed class DealRowWriter(string scanId, IReadOnlyList<DealColumn> columns, PlainText plainText)
{
    /// <summary>The columns before the properties', in the order of the row.</summary>
    public static IReadOnlyList<string> LeadingColumns { get; } =
        ["_scan_id", "hs_object_id", "_extracted_at", "created_at", "updated_at", "_archived", "_rejected"];

    readonly byte[] _scanId = Encoding.UTF8.GetBytes(scanId);
    readonly ColumnKind[] _kinds = [.. columns.Select(column => column.Kind)];
    readonly short _fields = checked((short)(LeadingColumns.Count + columns.Count));
    readonly RejectedValues _rejected = new(columns);

    /// <summary>Reads a deal's id: a positive number of at most 63 bits, written as numbers are, without sign or leading zeros.</summary>
    public bool TryReadId(JsonValue value, ReadOnlySpan<byte> page, out long id)
    {
        id = 0;
        return value.Type is JsonTokenType.String or JsonTokenType.Number
            && plainText.TryRead(value, page, out var text)
            && text is [>= (byte)'1' and <= (byte)'9', ..]
            && Utf8Parser.TryParse(text, out id, out int read)
            && read == text.Length;
    }

    /// <summary>Adds the record's row.</summary>
    public void Write(long id, DealRecord record, ReadOnlySpan<byte> page, long extractedAt, CopyBuffer rows)
    {
        rows.BeginRow(_fields);
        rows.Text(_scanId);
        rows.BigInt(id);
        rows.Instant(extractedAt);
        WriteInstantIfReadable(record.CreatedAt, page, rows);
        WriteInstantIfReadable(record.UpdatedAt, page, rows);
        rows.Bool(IsTrue(record.Archived, page));
        var rejected = rows.MarkHere();
        rows.Null();
        _rejected.Clear();
        for (var column = 0; column < _kinds.Length; column++)
        {
            var value = record.Values[column];
            if (!TryWrite(_kinds[column], value, page, rows))
            {
                _rejected.Add(column, value, page);
            }
        }

        if (!_rejected.IsEmpty)
        {
            rows.FillNull(rejected, _rejected.Close());
        }
    }

    bool IsTrue(JsonValue value, ReadOnlySpan<byte> page) =>
        plainText.TryRead(value, page, out var text) && BoolEncoder.TryParse(text, out var isTrue) && isTrue;

    void WriteInstantIfReadable(JsonValue value, ReadOnlySpan<byte> page, CopyBuffer rows)
    {
        if (!plainText.TryRead(value, page, out var text) || !InstantEncoder.TryWrite(text, rows))
        {
            rows.Null();
        }
    }

    // Writes exactly one field whatever the answer; no means that the field is not all that the page says.
    bool TryWrite(ColumnKind kind, JsonValue value, ReadOnlySpan<byte> page, CopyBuffer rows)
    {
        if (value.IsAbsentOrNull)
        {
            rows.Null();
            return true;
        }

        if (kind == ColumnKind.Text)
        {
            return TextEncoder.Write(value.Raw(page), value.Escaped, rows);
        }

        if (value is { IsString: true, Length: 0 })
        {
            rows.Null(); // a cleared property: HubSpot sends "" for it
            return true;
        }

        if (plainText.TryRead(value, page, out var text) && TryWriteTyped(kind, text, rows))
        {
            return true;
        }

        rows.Null();
        return false;
    }

    static bool TryWriteTyped(ColumnKind kind, ReadOnlySpan<byte> text, CopyBuffer rows) => kind switch
    {
        ColumnKind.Number => NumericEncoder.TryWrite(text, rows),
        ColumnKind.Bool => BoolEncoder.TryWrite(text, rows),
        ColumnKind.Instant => InstantEncoder.TryWrite(text, rows),
        ColumnKind.Date => DateEncoder.TryWrite(text, rows),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of column that is encoded from plain text."),
    };
}
