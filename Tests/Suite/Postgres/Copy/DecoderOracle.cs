using HubSpotDeals.Suite.Support;
using Npgsql;

namespace HubSpotDeals.Suite.Postgres.Copy;

/// <summary>Values in PostgreSQL's binary form beside the text that PostgreSQL makes of them.</summary>
static class DecoderOracle
{
    /// <summary>Evaluates two expressions of <c>text</c> for each text.</summary>
    /// <param name="texts">The values.</param>
    /// <param name="binary">Gives the value's binary form, as <c>numeric_send(text::numeric)</c>.</param>
    /// <param name="printed">Gives the text to expect.</param>
    /// <param name="ct">Stops the test.</param>
    public static async Task<(byte[] Binary, string Printed)[]> AskAsync(string[] texts, string binary, string printed, CancellationToken ct)
    {
        await using var database = await TestDatabase.CreateAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        await using (var settings = new NpgsqlCommand("set timezone = 'UTC'; set datestyle = 'ISO'", connection))
        {
            await settings.ExecuteNonQueryAsync(ct);
        }

        await using var command = new NpgsqlCommand(
            $"select {binary}, {printed} from unnest($1) with ordinality as t(text, place) order by place", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = texts });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var values = new List<(byte[], string)>();
        while (await reader.ReadAsync(ct))
        {
            values.Add((reader.GetFieldValue<byte[]>(0), reader.GetString(1)));
        }

        return [.. values];
    }
}
