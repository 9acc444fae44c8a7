using System.Text.Json;

namespace HubSpotDeals.Jobs.Extraction;

/// <summary>
/// One record of a page, read: where its values stand, by the properties that were asked for. The same object serves every record of a segment. A key that
/// comes twice counts with its last value.
/// </summary>
sealed class DealRecord(IReadOnlyList<string> properties, PlainText plainText)
{
    readonly PropertyIndex _places = new(properties);
    readonly JsonValue[] _values = new JsonValue[properties.Count];

    public JsonValue Id { get; private set; }

    public JsonValue CreatedAt { get; private set; }

    public JsonValue UpdatedAt { get; private set; }

    public JsonValue Archived { get; private set; }

    /// <summary>False when <c>properties</c> is something that has no properties, so that a row of nulls would be a lie.</summary>
    public bool HasReadableProperties { get; private set; }

    /// <summary>The properties' values, in the order they were asked for; a property may have several places.</summary>
    public ReadOnlySpan<JsonValue> Values => _values;

    /// <summary>Reads the record that the reader stands at the start of, to its end.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        _values.AsSpan().Clear();
        Id = CreatedAt = UpdatedAt = Archived = default;
        HasReadableProperties = true;
        while (PageTokens.Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (!TryReadName(ref reader, out var name))
            {
                PageTokens.NextValue(ref reader);
            }
            else if (name.SequenceEqual("id"u8))
            {
                Id = PageTokens.NextValue(ref reader);
            }
            else if (name.SequenceEqual("properties"u8))
            {
                ReadProperties(ref reader);
            }
            else if (name.SequenceEqual("createdAt"u8))
            {
                CreatedAt = PageTokens.NextValue(ref reader);
            }
            else if (name.SequenceEqual("updatedAt"u8))
            {
                UpdatedAt = PageTokens.NextValue(ref reader);
            }
            else if (name.SequenceEqual("archived"u8))
            {
                Archived = PageTokens.NextValue(ref reader);
            }
            else
            {
                PageTokens.NextValue(ref reader);
            }
        }
    }

    void ReadProperties(ref Utf8JsonReader reader)
    {
        if (PageTokens.Next(ref reader) != JsonTokenType.StartObject)
        {
            HasReadableProperties = PageTokens.CurrentValue(ref reader).IsAbsentOrNull;
            return;
        }

        _places.Rewind();
        while (PageTokens.Next(ref reader) == JsonTokenType.PropertyName)
        {
            var place = TryReadName(ref reader, out var name) ? _places.Find(name) : PropertyIndex.None;
            var value = PageTokens.NextValue(ref reader);
            for (; place != PropertyIndex.None; place = _places.Again(place))
            {
                _values[place] = value;
            }
        }
    }

    bool TryReadName(ref Utf8JsonReader reader, out ReadOnlySpan<byte> name) =>
        plainText.TryRead(reader.ValueSpan, reader.ValueIsEscaped, out name);
}
