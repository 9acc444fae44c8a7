using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using HubSpotDeals.Infrastructure.Postgres.Copy;

namespace HubSpotDeals.Benchmarks.Parsing;

/// <summary>A page of deals as HubSpot's list sends it: 100 records, 17 properties each, in alphabetical order, unset ones null.</summary>
static class HubSpotPage
{
    public const int Deals = 100;

    /// <summary>The properties in the order of HubSpot's documentation, which is not the page's.</summary>
    public static IReadOnlyList<DealColumn> Columns { get; } =
    [
        Column("dealname", ColumnKind.Text),
        Column("amount", ColumnKind.Number),
        Column("dealstage", ColumnKind.Text),
        Column("pipeline", ColumnKind.Text),
        Column("closedate", ColumnKind.Instant),
        Column("createdate", ColumnKind.Instant),
        Column("hs_lastmodifieddate", ColumnKind.Instant),
        Column("hs_object_id", ColumnKind.Number),
        Column("dealtype", ColumnKind.Text),
        Column("description", ColumnKind.Text),
        Column("hubspot_owner_id", ColumnKind.Text),
        Column("hs_priority", ColumnKind.Text),
        Column("deal_currency_code", ColumnKind.Text),
        Column("hs_deal_stage_probability", ColumnKind.Number),
        Column("hs_projected_amount", ColumnKind.Number),
        Column("hs_is_closed_won", ColumnKind.Bool),
        Column("num_associated_contacts", ColumnKind.Number),
    ];

    /// <summary>The page's bytes, the same at every call.</summary>
    public static byte[] Create()
    {
        var page = new ArrayBufferWriter<byte>();
        // HubSpot escapes what JSON must have escaped, and nothing else.
        using var json = new Utf8JsonWriter(page, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteStartArray("results");
        for (var i = 0; i < Deals; i++)
        {
            WriteDeal(json, i);
        }

        json.WriteEndArray();
        json.WriteStartObject("paging");
        json.WriteStartObject("next");
        json.WriteString("after", "479475668160");
        json.WriteString("link", "https://api.hubapi.com/crm/objects/2026-09/deals?limit=100&after=479475668160");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return page.WrittenSpan.ToArray();
    }

    static DealColumn Column(string name, ColumnKind kind) => new(name, name, kind);

    static void WriteDeal(Utf8JsonWriter json, int i)
    {
        var id = (479475667160 + i).ToString(CultureInfo.InvariantCulture);
        var created = DateTimeOffset.UnixEpoch.AddDays(20_509).AddMilliseconds(7_654_321L * i);
        var probability = new[]
        {
            "0.200000000000000011102230246251565404236316680908203125",
            "0.40000000000000002220446049250313080847263336181640625",
            "1",
        }[i % 3];
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteStartObject("properties");
        json.WriteString("amount", $"{1_000 + (37 * i)}.{i % 100:00}");
        json.WriteString("closedate", Instant(created.AddDays(40)));
        json.WriteString("createdate", Instant(created));
        json.WriteString("deal_currency_code", "EUR");
        json.WriteString("dealname", $"Acme Corporation {i} - renewal of the \"Gold\" plan – {(i % 4 == 0 ? "Zürich" : "Boston")}");
        json.WriteString("dealstage", i % 2 == 0 ? "appointmentscheduled" : "qualifiedtobuy");
        json.WriteString("dealtype", i % 5 == 0 ? null : "newbusiness");
        json.WriteString("description", i % 3 == 0 ? "Asked for an offer on the fair.\nCall again in spring, ask for Ms. Berger." : null);
        json.WriteString("hs_deal_stage_probability", probability);
        json.WriteString("hs_is_closed_won", i % 3 == 2 ? "true" : "false");
        json.WriteString("hs_lastmodifieddate", Instant(created.AddHours(30)));
        json.WriteString("hs_object_id", id);
        json.WriteString("hs_priority", i % 2 == 0 ? "medium" : null);
        json.WriteString("hs_projected_amount", $"{400 + i}.00000000000033306690738754696212708950042724609375");
        json.WriteString("hubspot_owner_id", $"{81_234_000 + (i % 35)}");
        json.WriteString("num_associated_contacts", $"{i % 4}");
        json.WriteString("pipeline", "default");
        json.WriteEndObject();
        json.WriteString("createdAt", Instant(created));
        json.WriteString("updatedAt", Instant(created.AddHours(30)));
        json.WriteBoolean("archived", value: false);
        json.WriteString("url", $"https://app-eu1.hubspot.com/contacts/147893286/record/0-3/{id}");
        json.WriteEndObject();
    }

    static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
