using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotDeals.Api.Http;

/// <summary>A JSON array of objects that is finished and goes into an answer byte for byte, so that numbers keep all their digits.</summary>
/// <param name="Utf8">The whole array, from a writer of ours.</param>
[JsonConverter(typeof(Verbatim))]
public sealed record RawJsonArray(ReadOnlyMemory<byte> Utf8)
{
    sealed class Verbatim : JsonConverter<RawJsonArray>
    {
        public override RawJsonArray Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Raw JSON is only ever written.");

        public override void Write(Utf8JsonWriter writer, RawJsonArray value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
