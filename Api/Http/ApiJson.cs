using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotDeals.Api.Http;

/// <summary>How every JSON answer of this service is spelled: camelCase members, readable UTF-8, whole UTC seconds ending in <c>Z</c>.</summary>
public static class ApiJson
{
    /// <summary>How an instant is spelled: whole seconds, as the API's document shows them.</summary>
    const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The one set of options; frozen.</summary>
    public static JsonSerializerOptions Options { get; } = Frozen();

    /// <summary>Spells like <see cref="Options"/>; for the framework's own copy, from which the OpenAPI schemas are made.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        // Leaves letters of all alphabets, <, > and & as they are. Safe because no answer can be read as a page: each has
        // application/json and nosniff (see Envelope.WriteAsync). Quotes, control characters, U+2028 and emoji stay escaped.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new OffsetInstant());
        options.Converters.Add(new UtcInstant());
    }

    /// <summary>Spells an instant as all answers do: UTC, whole seconds (cut, not rounded: never in the future), <c>Z</c>.</summary>
    public static string Spell(DateTimeOffset instant) => instant.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    static JsonSerializerOptions Frozen()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    sealed class OffsetInstant : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Spell(value));
    }

    sealed class UtcInstant : JsonConverter<DateTime>
    {
        public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset().UtcDateTime;

        // A time of unknown zone would silently be read as the machine's own; better no answer than a wrong one.
        public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Kind == DateTimeKind.Utc
                ? Spell(new DateTimeOffset(value))
                : throw new JsonException("Only a DateTime of kind Utc can be answered; this one is " + value.Kind + "."));
    }
}
