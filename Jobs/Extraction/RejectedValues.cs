using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>
/// The values of one deal that their columns could not hold as they are: a JSON object, property to text, made of the page's own
/// bytes so that nothing of them is lost, not even escapes that mean nothing.
/// </summary>
sealed class RejectedValues(IReadOnlyList<DealColumn> columns)
{
    readonly ArrayBufferWriter<byte> _json = new();
    readonly byte[][] _keys = [.. columns.Select(column => Encoding.UTF8.GetBytes($"{Quoted(column.Property)}:"))];

    public bool IsEmpty => _json.WrittenCount == 0;

    /// <summary>Forgets the last deal's.</summary>
    public void Clear() => _json.ResetWrittenCount();

    /// <summary>Adds a value.</summary>
    /// <param name="column">The index of its column.</param>
    /// <param name="value">What it is; a value that is no string is kept as the text of its JSON.</param>
    /// <param name="page">The page it stands in.</param>
    public void Add(int column, JsonValue value, ReadOnlySpan<byte> page)
    {
        _json.Write(IsEmpty ? "{"u8 : ","u8);
        _json.Write(_keys[column]);
        var raw = value.Raw(page);
        if (value.IsString && Utf8.IsValid(raw))
        {
            _json.Write("\""u8);
            _json.Write(raw);
            _json.Write("\""u8);
            return;
        }

        // Bytes that are no UTF-8 can't go into json: U+FFFD stands in their place.
        var text = Encoding.UTF8.GetString(raw);
        _json.Write(Encoding.UTF8.GetBytes(value.IsString ? $"\"{text}\"" : Quoted(text)));
    }

    /// <summary>The object, closed; nothing can be added after.</summary>
    public ReadOnlySpan<byte> Close()
    {
        _json.Write("}"u8);
        return _json.WrittenSpan;
    }

    static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
