using System.Text;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Suite.Extraction;

/// <summary>What of a page ends where.</summary>
public sealed class DealPageParserTests
{
    const string HubSpotsPage =
        """
        {"results":[{"id":"479475667160",
          "properties":{"amount":"3000.50","closedate":"2026-04-01T12:00:00Z","createdate":"2026-02-25T16:26:25.880Z","dealname":"Größe \"XL\" 🎉",
            "due":"2026-12-31","hs_is_closed_won":"false","hs_lastmodifieddate":"2026-03-09T20:29:45.981Z","hs_object_id":"479475667160"},
          "createdAt":"2026-02-25T16:26:25.880Z","updatedAt":"2026-03-09T20:29:45.981Z","archived":false,
          "associations":{"companies":{"results":[{"id":"77","type":"deal_to_company"}],"paging":{"next":{"after":"x"}}}},
          "url":"https://app-eu1.hubspot.com/contacts/1/record/0-3/479475667160"},
         {"id":"479475667161",
          "properties":{"amount":null,"closedate":null,"dealname":"","due":"","hs_is_closed_won":""},
          "createdAt":"1970-01-01T00:00:00Z","updatedAt":"","archived":true,"archivedAt":"2026-03-09T20:29:45.981Z"}],
         "paging":{"next":{"after":"479475667162","link":"https://api.hubapi.com/crm/objects/2026-09/deals?after=479475667162"}}}
        """;

    DealPageParserTable _table;

    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task CreateTable() => _table = await DealPageParserTable.CreateAsync(CancellationToken.None);

    [OneTimeTearDown]
    public async Task DropTable() => await _table.DisposeAsync();

    [Test]
    public async Task A_page_as_HubSpot_sends_it_becomes_rows()
    {
        var page = await _table.StoreAsync(HubSpotsPage, Ct);
        Assert.Multiple(() =>
        {
            Assert.That(page.Rows, Has.Length.EqualTo(2));
            Assert.That(page.Rows[0], Is.EqualTo(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["_scan_id"] = "scan-1",
                ["hs_object_id"] = "479475667160",
                ["_extracted_at"] = "2026-03-12 10:00:00.123456+00",
                ["created_at"] = "2026-02-25 16:26:25.88+00",
                ["updated_at"] = "2026-03-09 20:29:45.981+00",
                ["_archived"] = "f",
                ["_rejected"] = null,
                ["dealname"] = "Größe \"XL\" 🎉",
                ["amount"] = "3000.50",
                ["hs_is_closed_won"] = "f",
                ["closedate"] = "2026-04-01 12:00:00+00",
                ["due"] = "2026-12-31",
            }));
            Assert.That(page.Rows[1], Is.EqualTo(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["_scan_id"] = "scan-1",
                ["hs_object_id"] = "479475667161",
                ["_extracted_at"] = "2026-03-12 10:00:00.123456+00",
                ["created_at"] = "1970-01-01 00:00:00+00",
                ["updated_at"] = null,
                ["_archived"] = "t",
                ["_rejected"] = null,
                ["dealname"] = "",
                ["amount"] = null,
                ["hs_is_closed_won"] = null,
                ["closedate"] = null,
                ["due"] = null,
            }));
        });
    }

    [Test]
    public async Task A_page_tells_its_ids_its_order_and_where_the_next_one_is() =>
        Assert.That(
            (await _table.StoreAsync(HubSpotsPage, Ct)).Parsed,
            Is.EqualTo(new PageRows(
                Written: 2, Failed: 0, FirstId: 479_475_667_160, LastId: 479_475_667_161, Ascending: true, Total: null, After: "479475667162")));

    [TestCase("""{"results":[]}""", null, null)]
    [TestCase("""{"total":133314,"results":[],"paging":{"next":{"after":"200"}}}""", 133_314, "200")]
    [TestCase("""{"results":[],"paging":{"next":{"link":null,"after":200}},"total":"many"}""", null, "200")]
    [TestCase("""{"results":[],"paging":null,"total":null}""", null, null)]
    [TestCase("""{"results":[],"paging":{"prev":{"before":"1"},"next":null}}""", null, null)]
    [TestCase("""{"results":[],"paging":{"next":{"after":"NTI\u0031Cg%3D%3D"}}}""", null, "NTI1Cg%3D%3D")]
    public async Task An_empty_page_has_no_ids_and_may_still_have_a_next_one(string page, long? total, string? after) =>
        Assert.That(
            (await _table.StoreAsync(page, Ct)).Parsed,
            Is.EqualTo(new PageRows(Written: 0, Failed: 0, FirstId: null, LastId: null, Ascending: true, total, after)));

    [TestCase("1 2 3", true)]
    [TestCase("9 10 11", true)]
    [TestCase("1 3 2", false)]
    [TestCase("1 2 2", false)]
    public async Task Ids_that_do_not_ascend_are_noticed(string ids, bool ascending)
    {
        var records = ids.Split(' ').Select(id => $$$"""{"id":"{{{id}}}","properties":{}}""");
        Assert.That((await _table.StoreAsync($$"""{"results":[{{string.Join(',', records)}}]}""", Ct)).Parsed.Ascending, Is.EqualTo(ascending));
    }

    [Test]
    public async Task Values_find_their_columns_whatever_the_order_of_the_properties()
    {
        string[] properties = ["\"amount\":\"7\"", "\"closedate\":\"2026-01-02\"", "\"dealname\":\"n\"", "\"due\":\"2026-01-03\"", "\"hs_is_closed_won\":\"true\"", "\"x\":{}"];
        var records = Enumerable.Range(0, 60).Select(i =>
        {
            var order = properties.ToArray();
            new Random(i).Shuffle(order);
            return $$"""{"properties":{ {{string.Join(',', order)}} },"archived":false,"id":"{{i + 1}}"}""";
        });
        var page = await _table.StoreAsync($$"""{"results":[{{string.Join(',', records)}}]}""", Ct);
        Assert.That(
            page.Rows.Select(row => (row["dealname"], row["amount"], row["hs_is_closed_won"], row["closedate"], row["due"])),
            Has.Exactly(60).EqualTo(("n", "7", "t", "2026-01-02 00:00:00+00", "2026-01-03")));
    }

    [Test]
    public async Task A_value_of_one_record_never_shows_in_the_next()
    {
        var page = await _table.StoreAsync(
            """{"results":[{"id":"1","properties":{"amount":"x","dealname":"first"},"createdAt":"2026-01-01","archived":true},{"id":"2"}]}""", Ct);
        Assert.That(
            page.Rows[1].Where(column => column.Value is not null).Select(column => column.Key),
            Is.EqualTo(new[] { "_scan_id", "hs_object_id", "_extracted_at", "_archived" }));
        Assert.That(page.Rows[1]["_archived"], Is.EqualTo("f"));
    }

    [Test]
    public async Task The_last_of_two_equal_keys_counts()
    {
        var page = await _table.StoreAsync(
            """{"results":[{"id":"1","id":"2","properties":{"amount":"1","dealname":"a","amount":"2","dealname":null}}]}""", Ct);
        Assert.That((page.Rows[0]["hs_object_id"], page.Rows[0]["amount"], page.Rows[0]["dealname"]), Is.EqualTo(("2", "2", (string?)null)));
    }

    [Test]
    public async Task Escaped_names_are_the_names_they_spell()
    {
        var page = await _table.StoreAsync(
            """{"\u0072esults":[{"\u0069d":"5","propert\u0069es":{"deal\u006eame":"n","amount\u0000":"1","due\ud83d":"x"}}]}""", Ct);
        Assert.That((page.Rows[0]["hs_object_id"], page.Rows[0]["dealname"], page.Rows[0]["amount"]), Is.EqualTo(("5", "n", (string?)null)));
    }

    [Test]
    public async Task Escaped_digits_are_digits()
    {
        var deal = await _table.StoreDealAsync(""" "amount":"\u0035.00","due":"2026\u002d01-02" """, Ct);
        Assert.That((deal["amount"], deal["due"], deal["_rejected"]), Is.EqualTo(("5.00", "2026-01-02", (string?)null)));
    }

    [Test]
    public async Task Values_that_are_no_strings_are_taken_as_their_JSON()
    {
        var page = await _table.StoreAsync(
            """
            {"results":[
              {"id":1,"properties":{"amount":12.50,"closedate":1773300966332,"dealname":5e1,"due":0,"hs_is_closed_won":true}},
              {"id":2,"properties":{"amount":false,"closedate":[1],"dealname":{"a" : ["\u0000"]},"due":{},"hs_is_closed_won":1}}]}
            """,
            Ct);
        Assert.Multiple(() =>
        {
            Assert.That(
                (page.Rows[0]["amount"], page.Rows[0]["closedate"], page.Rows[0]["dealname"], page.Rows[0]["due"], page.Rows[0]["hs_is_closed_won"]),
                Is.EqualTo(("12.50", "2026-03-12 07:36:06.332+00", "5e1", "1970-01-01", "t")));
            Assert.That(page.Rows[0]["_rejected"], Is.Null);
            Assert.That(page.Rows[1]["dealname"], Is.EqualTo("""{"a" : ["\u0000"]}"""));
            Assert.That(page.Rows[1]["_rejected"], Is.EqualTo("""{"amount":"false","hs_is_closed_won":"1","closedate":"[1]","due":"{}"}"""));
        });
    }

    [Test]
    public async Task What_does_not_fit_its_column_is_null_there_and_kept_as_the_page_has_it()
    {
        var deal = await _table.StoreDealAsync(
            """ "amount":"12;34","closedate":"2026-02-30T00:00:00Z","dealname":"kept","due":"so\u006fn \/ \"later\"","hs_is_closed_won":"maybe ü" """, Ct);
        Assert.Multiple(() =>
        {
            Assert.That((deal["amount"], deal["closedate"], deal["due"], deal["hs_is_closed_won"]), Is.EqualTo(((string?)null, (string?)null, (string?)null, (string?)null)));
            Assert.That(deal["dealname"], Is.EqualTo("kept"));
            Assert.That(
                deal["_rejected"],
                Is.EqualTo("""{"amount":"12;34","hs_is_closed_won":"maybe ü","closedate":"2026-02-30T00:00:00Z","due":"so\u006fn \/ \"later\""}"""));
        });
    }

    [TestCase("""a\u0000b""", "ab")]
    [TestCase("""cut \ud83d""", "cut \uFFFD")]
    public async Task A_text_that_PostgreSQL_cannot_hold_is_stored_as_near_as_it_can_be_and_kept_as_the_page_has_it(string json, string stored)
    {
        var deal = await _table.StoreDealAsync($"\"dealname\":\"{json}\"", Ct);
        Assert.That((deal["dealname"], deal["_rejected"]), Is.EqualTo((stored, $$"""{"dealname":"{{json}}"}""")));
    }

    [Test]
    public async Task A_number_with_a_NUL_in_it_is_no_number()
    {
        var deal = await _table.StoreDealAsync(""" "amount":"5\u0000" """, Ct);
        Assert.That((deal["amount"], deal["_rejected"]), Is.EqualTo(((string?)null, """{"amount":"5\u0000"}""")));
    }

    [Test]
    public async Task Bytes_that_are_no_UTF8_are_replaced_in_the_column_and_in_the_rejected_text()
    {
        byte[] page = [.. "{\"results\":[{\"id\":\"1\",\"properties\":{\"dealname\":\"a"u8, 0xFF, .. "b\",\"amount\":\"1"u8, 0xFE, .. "\"}}]}"u8];
        var deal = (await _table.StoreAsync(page, Ct)).Rows.Single();
        Assert.That(
            (deal["dealname"], deal["amount"], deal["_rejected"]),
            Is.EqualTo(("a\uFFFDb", (string?)null, "{\"dealname\":\"a\uFFFDb\",\"amount\":\"1\uFFFD\"}")));
    }

    [Test]
    public async Task A_text_of_the_longest_kind_and_one_of_a_megabyte_are_stored_whole()
    {
        var longest = string.Concat(Enumerable.Repeat("Zeile 🎉\\n", 65_536 / 9));
        var megabyte = new string('m', 1 << 20);
        var page = await _table.StoreAsync(
            $$$"""{"results":[{"id":"1","properties":{"dealname":"{{{longest}}}"}},{"id":"2","properties":{"dealname":"{{{megabyte}}}","amount":"{{{megabyte}}}"}}]}""", Ct);
        Assert.Multiple(() =>
        {
            Assert.That(page.Rows[0]["dealname"], Is.EqualTo(longest.Replace("\\n", "\n", StringComparison.Ordinal)));
            Assert.That(page.Rows[1]["dealname"], Is.EqualTo(megabyte));
            Assert.That(page.Rows[1]["_rejected"], Is.EqualTo($$"""{"amount":"{{megabyte}}"}"""));
        });
    }

    [Test]
    public async Task Several_pages_add_up_in_one_buffer()
    {
        using var rows = new CopyBuffer();
        var parser = new DealPageParser(DealPageParserTable.ScanId, DealPageParserTable.Columns);
        for (var i = 0; i < 3; i++)
        {
            parser.Parse(Encoding.UTF8.GetBytes(HubSpotsPage), DealPageParserTable.ReceivedAt, rows, []);
        }

        Assert.That(await _table.StoreAsync(rows, [], Ct), Has.Length.EqualTo(6));
    }

    [Test]
    public void Hundreds_of_properties_with_names_that_hardly_differ_are_told_apart()
    {
        DealColumn[] columns = [.. Enumerable.Range(0, 500).Select(i => new DealColumn($"hs_v2_date_entered_{1_000_000 + i}", $"c{i}", ColumnKind.Text))];
        var properties = columns.Reverse().Select((column, i) => $"\"{column.Property}\":\"{column.Column}\",\"hs_v2_date_exited_{1_000_000 + i}\":\"other\"");
        var page = Encoding.UTF8.GetBytes($$$"""{"results":[{"id":"1","properties":{ {{{string.Join(',', properties)}}} }}]}""");
        using var rows = new CopyBuffer();
        new DealPageParser("s", columns).Parse(page, DateTimeOffset.UnixEpoch, rows, []);
        using var expected = new CopyBuffer();
        foreach (var column in columns)
        {
            expected.Text(Encoding.UTF8.GetBytes(column.Column));
        }

        Assert.That(rows.Written.Span.EndsWith(expected.Written.Span), Is.True);
    }

    [Test]
    public void A_property_asked_for_twice_fills_both_columns()
    {
        using var rows = new CopyBuffer();
        var parser = new DealPageParser("s", [new("a", "a", ColumnKind.Text), new("b", "b", ColumnKind.Text), new("a", "c", ColumnKind.Text)]);
        parser.Parse("""{"results":[{"id":"1","properties":{"a":"x","b":"y"}}]}"""u8, DateTimeOffset.UnixEpoch, rows, []);

        using var expected = new CopyBuffer();
        expected.Text("x"u8);
        expected.Text("y"u8);
        expected.Text("x"u8);
        Assert.That(rows.Written.Span.EndsWith(expected.Written.Span), Is.True);
    }

    [Test]
    public void A_scan_without_properties_still_has_its_deals()
    {
        using var rows = new CopyBuffer();
        Assert.That(new DealPageParser("s", []).Parse(Encoding.UTF8.GetBytes(HubSpotsPage), DateTimeOffset.UnixEpoch, rows, []).Written, Is.EqualTo(2));
    }

    [Test]
    public void A_deal_costs_next_to_no_memory()
    {
        const int deals = 1_000;
        var record = HubSpotsPage[(HubSpotsPage.IndexOf('[', StringComparison.Ordinal) + 1)..HubSpotsPage.LastIndexOf(']')];
        var page = Encoding.UTF8.GetBytes($$"""{"results":[{{string.Join(',', Enumerable.Repeat(record, deals / 2))}}]}""");
        var parser = new DealPageParser("s", DealPageParserTable.Columns);
        using var rows = new CopyBuffer();
        parser.Parse(page, DateTimeOffset.UnixEpoch, rows, []); // what is allocated once per segment
        rows.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        parser.Parse(page, DateTimeOffset.UnixEpoch, rows, []);
        Assert.That((GC.GetAllocatedBytesForCurrentThread() - before) / deals, Is.LessThan(10));
    }
}
