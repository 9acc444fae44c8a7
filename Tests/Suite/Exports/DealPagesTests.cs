using System.Buffers;
using System.Text;
using System.Text.Json;
using HubSpotDeals.Infrastructure.Exports;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using Npgsql;

namespace HubSpotDeals.Suite.Exports;

public sealed class DealPagesTests
{
    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task A_deal_is_an_object_with_typed_values_in_the_order_asked_for()
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(
            12_345_678_901,
            new { due = "2024-12-31", closedate = "2024-12-31T00:00:00Z", amount = "50000.00", dealname = "Enterprise", hs_is_closed_won = "true" },
            Ct);
        Assert.That(
            await ReadTextAsync(deals),
            Is.EqualTo(
                $$"""
                [{"id":"{{new DealUuids(StoredDeals.ScanUuid).Of(12_345_678_901)}}","hs_object_id":"12345678901","dealname":"Enterprise",
                "amount":50000.00,"hs_is_closed_won":true,"closedate":"2024-12-31T00:00:00Z","due":"2024-12-31","_tenant_id":"48215",
                "_scan_id":"spring_2026-all","_extracted_at":"2026-03-12T10:00:00.120Z","created_at":"2024-01-15T14:30:00Z",
                "updated_at":"2024-12-01T10:15:30.500Z","_archived":false}]
                """.Replace("\n", "", StringComparison.Ordinal)));
    }

    [TestCase("Zürich 🎉 日本 \u2028")]
    [TestCase("\"quoted\" \\ back / slash")]
    [TestCase("lines\r\nand\ttabs")]
    [TestCase("=HYPERLINK(\"x\")")]
    [TestCase("<script>&amp;</script>")]
    [TestCase("")]
    [TestCase(" ")]
    public async Task A_text_comes_back_as_it_was(string text)
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(1, new { dealname = text }, Ct);
        Assert.That((await ReadAsync(deals)).Single().GetProperty("dealname").GetString(), Is.EqualTo(text));
    }

    [Test]
    public async Task Control_characters_come_back_as_they_were()
    {
        var controls = new string([.. Enumerable.Range(1, 31).Select(control => (char)control), '\u007f']);
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(1, new { dealname = controls }, Ct);
        Assert.That((await ReadAsync(deals)).Single().GetProperty("dealname").GetString(), Is.EqualTo(controls));
    }

    [Test]
    public async Task Texts_longer_than_any_buffer_come_back_as_they_were()
    {
        var text = string.Concat(Enumerable.Repeat("\"Zürich\"\n🎉\u0002", 40_000));
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(1, new { dealname = text }, Ct);
        await deals.StoreAsync(2, new { dealname = "short" }, Ct);
        Assert.That((await ReadAsync(deals)).Select(deal => deal.GetProperty("dealname").GetString()), Is.EqualTo(new[] { text, "short" }));
    }

    [TestCase("0.200000000000000011102230246251565404236316680908203125")]
    [TestCase("-0.50")]
    [TestCase("123456789012345678901234567890")]
    [TestCase("0")]
    public async Task A_number_has_all_its_digits(string number)
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(1, new { amount = number }, Ct);
        Assert.That((await ReadAsync(deals)).Single().GetProperty("amount").GetRawText(), Is.EqualTo(number));
    }

    [Test]
    public async Task Years_far_off_are_written_as_they_were_read()
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreAsync(1, new { closedate = "+275760-09-13T00:00:00Z", due = "+275760-09-13" }, Ct);
        await deals.StoreAsync(2, new { closedate = "0001-01-01T00:00:00.000001Z", due = "0001-01-01" }, Ct);
        Assert.That(
            (await ReadAsync(deals)).Select(deal => deal.GetProperty("closedate").GetString() + " " + deal.GetProperty("due").GetString()),
            Is.EqualTo(new[] { "+275760-09-13T00:00:00Z +275760-09-13", "0001-01-01T00:00:00.000001Z 0001-01-01" }));
    }

    [Test]
    public async Task What_is_not_there_is_null_and_what_is_no_number_too()
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StorePageAsync("""{"results":[{"id":"1","properties":{}}]}""", Ct);
        await deals.ExecuteAsync(
            $"insert into {deals.Export.Table.Name} (hs_object_id, amount, closedate, due, created_at) values (2, 'NaN', 'infinity', '-infinity', '-infinity')",
            Ct);
        string[] keys = ["dealname", "amount", "hs_is_closed_won", "closedate", "due", "created_at", "updated_at"];
        foreach (var deal in await ReadAsync(deals))
        {
            Assert.That(keys.Select(key => deal.GetProperty(key).ValueKind), Is.All.EqualTo(JsonValueKind.Null));
            Assert.That(deal.TryGetProperty("_rejected", out _), Is.False);
        }
    }

    [Test]
    public async Task What_a_column_could_not_hold_stands_in_rejected_as_it_came()
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StorePageAsync("""{"results":[{"id":"1","properties":{"amount":"about \"five\"","dealname":"a\u0000b"}}]}""", Ct);
        var deal = (await ReadAsync(deals)).Single();
        var stored = await deals.CopyOutAsync($"copy (select _rejected from {deals.Export.Table.Name}) to stdout (format csv, quote '~')", Ct);
        Assert.That(deal.GetProperty("amount").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(deal.GetProperty("dealname").GetString(), Is.EqualTo("ab"));
        Assert.That(deal.GetProperty("_rejected").GetProperty("amount").GetString(), Is.EqualTo("about \"five\""));
        Assert.That(stored.Trim('~', '\n'), Is.EqualTo(deal.GetProperty("_rejected").GetRawText()));
    }

    [Test]
    public async Task A_property_named_as_one_of_our_keys_stands_under_a_name_of_its_own()
    {
        await using var deals = await StoredDeals.CreateAsync(
            [
                new("created_at", "p_created_at", ColumnKind.Text),
                new("hs_object_id", "p_hs_object_id", ColumnKind.Number),
                new("id", "quoted \" Column", ColumnKind.Text),
                new("_rejected", "p_rejected", ColumnKind.Text),
            ],
            Ct);
        await deals.StoreAsync(5, new { created_at = "theirs", hs_object_id = "5", id = "X", _rejected = "no" }, Ct);
        var deal = (await ReadAsync(deals)).Single();
        Assert.That(
            deal.EnumerateObject().Select(member => member.Name),
            Is.EqualTo(new[]
            {
                "id", "hs_object_id", "property.created_at", "property.id", "property._rejected", "_tenant_id", "_scan_id", "_extracted_at",
                "created_at", "updated_at", "_archived",
            }));
        Assert.That(deals.Export.Keys, Is.EqualTo(deal.EnumerateObject().Select(member => member.Name).Append("_rejected")));
        Assert.That(deal.GetProperty("property.created_at").GetString(), Is.EqualTo("theirs"));
        Assert.That(deal.GetProperty("property.id").GetString(), Is.EqualTo("X"));
        Assert.That(deal.GetProperty("created_at").GetString(), Is.EqualTo("2024-01-15T14:30:00Z"));
    }

    [Test]
    public async Task Pages_laid_end_to_end_are_all_the_deals_and_each_is_the_same_again()
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        await deals.StoreIdsAsync(1_000, 2_500, Ct);
        await deals.StoreIdsAsync(1, 999, Ct);
        var pages = new List<JsonElement>();
        for (var offset = 0; offset < 2_600; offset += 700)
        {
            var page = await ReadAsync(deals, offset, 700);
            Assert.That(page.Select(deal => deal.GetRawText()), Is.EqualTo((await ReadAsync(deals, offset, 700)).Select(deal => deal.GetRawText())));
            pages.AddRange(page);
        }

        Assert.That(pages.Select(deal => deal.GetProperty("hs_object_id").GetString()), Is.EqualTo(Enumerable.Range(1, 2_500).Select(id => id.ToString())));
        Assert.That(pages.Select(deal => deal.GetProperty("id").GetString()).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(2_500));
    }

    [Test]
    public async Task A_page_behind_the_last_deal_is_an_empty_array()
    {
        await using var deals = await StoredDeals.CreateAsync(StoredDeals.OneOfEachKind, Ct);
        Assert.That(await ReadTextAsync(deals), Is.EqualTo("[]"));
    }

    [Test]
    public async Task A_table_that_is_gone_is_an_error_and_no_empty_page()
    {
        await using var deals = await StoredDeals.CreateAsync([], Ct);
        var gone = deals.Export with { Table = deals.Export.Table with { Number = 8 } };
        var failure = await Assert.ThrowsAsync<PostgresException>(() => DealPages.ReadAsync(deals.Database, gone, default, 10, new ArrayBufferWriter<byte>(), Ct));
        Assert.That(failure?.SqlState, Is.EqualTo(PostgresErrorCodes.UndefinedTable));
    }

    static async Task<string> ReadTextAsync(StoredDeals deals, long offset = 0, int limit = 1_000)
    {
        var page = new ArrayBufferWriter<byte>();
        var count = await DealPages.ReadAsync(deals.Database, deals.Export, new DealPlace(After: 0, offset), limit, page, Ct);
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(page.WrittenSpan);
        Assert.That(JsonElement.Parse(text).GetArrayLength(), Is.EqualTo(count));
        return text;
    }

    static async Task<JsonElement[]> ReadAsync(StoredDeals deals, long offset = 0, int limit = 1_000) =>
        [.. JsonElement.Parse(await ReadTextAsync(deals, offset, limit)).EnumerateArray()];
}
