using System.Globalization;
using System.Text.Json;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>The ids of a page's deals alone, without the rest of it.</summary>
public static class DealIds
{
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
                if (reader.TokenType == JsonTokenType.String
                    && long.TryParse(reader.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                {
                    ids.Add(id);
                }
            }
        }

        return ids;
    }
}
