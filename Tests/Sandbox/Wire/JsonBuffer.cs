using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HubSpotDeals.Sandbox.Wire;

/// <summary>
/// A growing buffer of UTF-8 JSON. A reply is composed here in full before a byte is sent, so that its Content-Length is known
/// and a fault can cut or replace it.
/// </summary>
sealed class JsonBuffer : IBufferWriter<byte>
{
    const int LongestNumber = 24;

    /// <summary>Escapes no more than JSON demands.</summary>
    public static readonly JsonSerializerOptions AsHubSpotWrites = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    byte[] _bytes = new byte[64 * 1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>Bytes held, written or not: a buffer that once carried giant texts is not kept for reuse.</summary>
    public int Capacity => _bytes.Length;

    public void Clear() => Length = 0;

    /// <summary>Forgets what was written after <paramref name="length"/> bytes.</summary>
    public void CutTo(int length) => Length = Math.Min(Length, length);

    public void Raw(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Free(utf8.Length));
        Length += utf8.Length;
    }

    public void Raw(byte value)
    {
        Free(1)[0] = value;
        Length++;
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, Free(LongestNumber), out var written);
        Length += written;
    }

    /// <summary><paramref name="mantissa"/> / 10^<paramref name="scale"/> with all its decimals, neither negative.</summary>
    public void Decimal(long mantissa, int scale)
    {
        var unit = 1L;
        for (var digit = 0; digit < scale; digit++)
        {
            unit *= 10;
        }

        Number(Math.DivRem(mantissa, unit, out var fraction));
        if (scale > 0)
        {
            Raw((byte)'.');
            Utf8Formatter.TryFormat(fraction, Free(LongestNumber), out var written, new StandardFormat('D', (byte)scale));
            Length += written;
        }
    }

    /// <summary>An instant as HubSpot spells it, without quotes.</summary>
    public void Instant(long milliseconds) => Length += InstantText.Format(milliseconds, Free(InstantText.MaxLength));

    /// <summary>A date as <c>YYYY-MM-DD</c>, without quotes.</summary>
    public void Date(long milliseconds) => Length += InstantText.FormatDate(milliseconds, Free(InstantText.MaxLength));

    /// <summary>A quoted string, escaped as HubSpot's Jackson does: only what JSON demands. A lone surrogate becomes a \u escape.</summary>
    public void Quoted(ReadOnlySpan<char> text)
    {
        Raw((byte)'"');
        while (!text.IsEmpty)
        {
            var special = text.IndexOfAny(JsonEscapes.Special);
            if (special < 0)
            {
                Transcode(text);
                break;
            }

            Transcode(text[..special]);
            text = text[(special + JsonEscapes.Write(text[special..], this))..];
        }

        Raw((byte)'"');
    }

    /// <summary>A tree of JSON, for the bodies that nobody waits for by the thousand.</summary>
    public void Node(JsonNode node)
    {
        using var writer = new Utf8JsonWriter(this, Relaxed);
        node.WriteTo(writer);
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Free(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    void Transcode(ReadOnlySpan<char> text) =>
        Length += System.Text.Encoding.UTF8.GetBytes(text, Free(text.Length * 3));

    Span<byte> Free(int size)
    {
        if (_bytes.Length - Length < size)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + size));
        }

        return _bytes.AsSpan(Length);
    }
}
