using System.Globalization;
using System.Text.Json;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>Deals' ids as HubSpot writes them, and the ids of a page's deals alone, without the rest of it.</summary>
public static class DealIds
{
    /// <summary>The number that a text is, without sign or blanks; null: it is none. HubSpot's list cursors are such numbers so far.</summary>
    public static long? Parse(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>An id as HubSpot writes it.</summary>
    public static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The ids, as they come; records without one that is a number are passed over.</summary>
    /// <param name="page">A page of deals: the body of a list, a search or a batch read.</param>
    public static IReadOnlyList<long> In(ReadOnlySpan<byte> page)
    {
        var ids = new List<long>();
        var reader = new Utf8JsonReader(page);
        while (reader.Read())
        {
            // {"results":[{"id": …: the third level is the record's own.
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 3 && reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String && Parse(reader.GetString()) is { } id)
                {
                    ids.Add(id);
                }
            }
        }

        return ids;
    }
}
