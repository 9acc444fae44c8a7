using System.Buffers;
using System.Text;
using System.Text.Json;

namespace HubSpotDeals.Api.Http;

/// <summary>Tells where in a text something is, as an editor counts: lines and characters from 1.</summary>
static class TextPosition
{
    internal static string Of(ReadOnlySpan<byte> utf8, int index)
    {
        var before = utf8[..index];
        var line = before.Count((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return ": line " + line + ", column " + column;
    }

    /// <summary>Where the JSON reader stopped; it counts lines and bytes from 0.</summary>
    internal static string Of(ReadOnlySpan<byte> utf8, JsonException malformed)
    {
        var index = 0;
        for (var line = 0L; line < malformed.LineNumber; line++)
        {
            index += utf8[index..].IndexOf((byte)'\n') + 1;
        }

        return Of(utf8, (int)Math.Min(utf8.Length, index + (malformed.BytePositionInLine ?? 0)));
    }

    internal static string OfInvalidUtf8(ReadOnlySpan<byte> bytes)
    {
        var valid = 0;
        while (Rune.DecodeFromUtf8(bytes[valid..], out _, out var consumed) == OperationStatus.Done)
        {
            valid += consumed;
        }

        return Of(bytes, valid);
    }
}
