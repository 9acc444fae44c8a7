using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using Npgsql;

namespace HubSpotDeals.Infrastructure.Exports;

/// <summary>Pages of the deals of a scan that could not be stored, in the order in which they failed.</summary>
public static class FailedDealPages
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes a page as a JSON array of objects with <c>deal_id</c> (null where it could not be read), <c>reason</c>, <c>raw</c>
    /// (the deal as HubSpot sent it), <c>failed_at</c>.
    /// </summary>
    /// <param name="database">Where they are kept.</param>
    /// <param name="table">The scan's table, which names the portal's.</param>
    /// <param name="scan">The scan's UUID.</param>
    /// <param name="offset">How many failed deals come before the page.</param>
    /// <param name="limit">How many the page has at most.</param>
    /// <param name="output">Receives the array; of no use when the reading fails.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>How many failed deals the page has.</returns>
    /// <exception cref="PostgresException">The portal has no such table (42P01), or the database is in trouble.</exception>
    public static async Task<int> ReadAsync(
        NpgsqlDataSource database, DealTable table, Guid scan, long offset, int limit, IBufferWriter<byte> output, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select deal_id, reason, raw, failed_at from {table.Failed} where scan = $1 order by n limit $2 offset $3");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = scan });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = offset });
        await using var rows = await command.ExecuteReaderAsync(ct);
        await using var json = new Utf8JsonWriter(output, Options);
        var count = 0;
        json.WriteStartArray();
        for (; await rows.ReadAsync(ct); count++)
        {
            json.WriteStartObject();
            json.WriteString("deal_id", await rows.IsDBNullAsync(0, ct) ? null : rows.GetString(0));
            json.WriteString("reason", rows.GetString(1));
            json.WritePropertyName("raw");
            json.WriteRawValue(rows.GetString(2), skipInputValidation: true); // PostgreSQL has validated it
            WriteInstant(json, "failed_at", rows.GetFieldValue<DateTimeOffset>(3));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return count;
    }

    static void WriteInstant(Utf8JsonWriter json, string key, DateTimeOffset instant)
    {
        Span<byte> text = stackalloc byte[InstantDecoder.MaxLength];
        json.WriteString(key, text[..InstantDecoder.Write(InstantEncoder.Microseconds(instant), text)]);
    }
}
