using System.Net;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox;

namespace HubSpotDeals.Suite.Sandbox;

sealed class SearchTests
{
    SandboxCaller _sandbox = null!;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _sandbox = await SandboxCaller.StartAsync(new PortalOptions { Deals = 12_000, Archived = 60, Seed = 7 });

    [OneTimeTearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public async Task Without_filters_it_finds_every_live_deal_ten_at_a_time_by_offset()
    {
        var first = await _sandbox.SearchAsync([]);
        var second = await _sandbox.SearchAsync(new JsonObject { ["after"] = first.Cursor });
        Assert.Multiple(() =>
        {
            Assert.That(first.Keys, Is.EqualTo("total results paging"));
            Assert.That((int)first.Json["total"]!, Is.EqualTo(12_000));
            Assert.That(first.Cursor, Is.EqualTo("10"));
            Assert.That(first.Ids.Concat(second.Ids), Is.EqualTo(_sandbox.Portal.DealIds().Take(20)));
            Assert.That(first.Json["paging"]!["next"]!.AsObject().ContainsKey("link"), Is.False);
        });
    }

    [Test]
    public async Task The_page_that_ends_at_10000_offers_a_next_one_that_is_refused_without_a_category()
    {
        var last = await _sandbox.SearchAsync(new JsonObject { ["after"] = 9_999, ["limit"] = 1 });
        var beyond = await _sandbox.SearchAsync(new JsonObject { ["after"] = 10_000, ["limit"] = 1 });
        var across = await _sandbox.SearchAsync(new JsonObject { ["after"] = 9_950, ["limit"] = 100 });
        Assert.Multiple(() =>
        {
            Assert.That((last.Ids.Length, last.Cursor), Is.EqualTo((1, "10000")));
            Assert.That(last.Ids[0], Is.EqualTo(_sandbox.Portal.DealIds().ElementAt(9_999)));
            Assert.That((beyond.Status, beyond.Keys), Is.EqualTo((HttpStatusCode.BadRequest, "status message correlationId")));
            Assert.That(beyond.Message, Is.EqualTo("There was a problem with the request."));
            Assert.That(across.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        });
    }

    [Test]
    public async Task A_limit_of_0_offers_the_same_cursor_for_ever()
    {
        var answer = await _sandbox.SearchAsync(new JsonObject { ["limit"] = 0 });
        Assert.That((answer.Ids.Length, answer.Cursor), Is.EqualTo((0, "0")));
    }

    [Test]
    public async Task Paging_by_id_passes_the_cap_and_meets_every_deal()
    {
        var met = new List<long>();
        SandboxCaller.Answer page;
        do
        {
            page = await _sandbox.SearchAsync(new JsonObject
            {
                ["filters"] = Filters(("hs_object_id", "GT", met.LastOrDefault())),
                ["sorts"] = new JsonArray(new JsonObject { ["propertyName"] = "hs_object_id", ["direction"] = "ASCENDING" }),
                ["limit"] = 200,
            });
            Assert.That((int)page.Json["total"]!, Is.EqualTo(12_000 - met.Count));
            met.AddRange(page.Ids);
        }
        while (page.Cursor is not null);
        Assert.That(met, Is.EqualTo(_sandbox.Portal.DealIds()));
    }

    static readonly object[][] Conditions =
    [
        ["dealstage", "EQ", "closedwon"],
        ["dealstage", "NEQ", "closedwon"],
        ["dealstage", "IN", new[] { "closedwon", "1104829303" }],
        ["dealstage", "NOT_IN", new[] { "closedwon", "1104829303" }],
        ["dealstage", "EQ", "ClosedWon"],
        ["amount", "GT", 100_000],
        ["amount", "LTE", "250.5"],
        ["amount", "HAS_PROPERTY", ""],
        ["amount", "NOT_HAS_PROPERTY", ""],
        ["closedate", "NOT_HAS_PROPERTY", ""],
        ["closedate", "LT", "2022-01-01"],
        ["createdate", "GTE", "1700000000000"],
        ["createdate", "BETWEEN", new[] { "2023-01-01", "2023-02-01" }],
        ["hs_lastmodifieddate", "LTE", "2021-06-01T00:00:00.000Z"],
        ["dealname", "CONTAINS_TOKEN", "plat*"],
        ["dealname", "NOT_CONTAINS_TOKEN", "training"],
        ["dealname", "EQ", "NORD PARTNERS - TRAINING"],
        ["description", "HAS_PROPERTY", ""],
        ["competitors", "EQ", "globex"],
        ["hs_is_closed", "EQ", "true"],
        ["hubspot_owner_id", "NOT_HAS_PROPERTY", ""],
        ["contract_volume", "BETWEEN", new[] { "10", "500" }],
        ["hs_object_id", "NOT_IN", new[] { "1", "2" }],
    ];

    [TestCaseSource(nameof(Conditions))]
    public async Task The_index_counts_what_a_reading_of_every_deal_counts(string property, string filterOperator, object operand)
    {
        var texts = operand as string[] ?? [operand.ToString()!];
        var filter = new JsonObject { ["propertyName"] = property, ["operator"] = filterOperator };
        switch (filterOperator)
        {
            case "BETWEEN": (filter["value"], filter["highValue"]) = (texts[0], texts[1]); break;
            case "IN" or "NOT_IN": filter["values"] = new JsonArray([.. texts.Select(text => (JsonNode)text)]); break;
            case "HAS_PROPERTY" or "NOT_HAS_PROPERTY": break;
            default: filter["value"] = operand is int number ? number : texts[0]; break;
        }

        var answer = await _sandbox.SearchAsync(new JsonObject
        {
            ["filterGroups"] = new JsonArray(new JsonObject { ["filters"] = new JsonArray(filter) }),
            ["limit"] = 200,
        });
        var expected = _sandbox.Portal.DealIds()
            .Where(id => Expectation.Meets(_sandbox.Portal.ReadDeal(id, property)!.Properties[property], property, filterOperator, texts))
            .ToArray();
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.Json["total"]!, Is.EqualTo(expected.Length));
            Assert.That(answer.Ids, Is.EqualTo(expected.Take(200)));
        });
    }

    [Test]
    public async Task Filters_of_a_group_must_all_hold_and_of_the_groups_any()
    {
        var wonAfter2024 = new JsonObject { ["filters"] = Filters(("dealstage", "EQ", "closedwon"), ("createdate", "GTE", "2024-01-01")) };
        var churned = new JsonObject { ["filters"] = Filters(("dealstage", "EQ", "1104829304")) };
        var answer = await _sandbox.SearchAsync(new JsonObject { ["filterGroups"] = new JsonArray(wonAfter2024, churned) });
        var expected = _sandbox.Portal.DealIds()
            .Select(id => _sandbox.Portal.ReadDeal(id, "dealstage", "createdate")!.Properties)
            .Count(deal => deal["dealstage"] == "1104829304"
                || (deal["dealstage"] == "closedwon" && string.CompareOrdinal(deal["createdate"], "2024-01-01") >= 0));
        Assert.That((int)answer.Json["total"]!, Is.EqualTo(expected));
    }

    [TestCase("createdate", "ASCENDING")]
    [TestCase("createdate", "DESCENDING")]
    [TestCase("amount", "DESCENDING")]
    [TestCase("dealname", "ASCENDING")]
    public async Task Results_come_in_the_order_asked_for_with_new_deals_among_them(string property, string direction)
    {
        var made = _sandbox.Portal.CreateDeal(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["createdate"] = "2023-05-05T05:05:05.005Z",
            ["amount"] = "55555.55",
            ["dealname"] = "middle of the alphabet",
        });
        var seen = new List<long>();
        for (var after = 0; after < 10_000; after += 200)
        {
            var page = await _sandbox.SearchAsync(new JsonObject
            {
                ["sorts"] = new JsonArray(new JsonObject { ["propertyName"] = property, ["direction"] = direction }),
                ["limit"] = 200,
                ["after"] = after,
                ["filterGroups"] = new JsonArray(new JsonObject { ["filters"] = Filters((property, "HAS_PROPERTY", "")) }),
            });
            seen.AddRange(page.Ids);
        }

        var values = seen.ConvertAll(id => _sandbox.Portal.ReadDeal(id, property)!.Properties[property]!);
        var disorder = values.Zip(values.Skip(1))
            .Where(pair => Expectation.Order(pair.First, pair.Second, property) * (direction == "ASCENDING" ? 1 : -1) > 0);
        Assert.Multiple(() =>
        {
            Assert.That(seen, Is.Unique.And.Contain(made));
            Assert.That(disorder, Is.Empty);
        });
        _sandbox.Server.Reset();
    }

    [Test]
    public async Task A_query_finds_words()
    {
        var answer = await _sandbox.SearchAsync(new JsonObject { ["query"] = "nord train" });
        Assert.That(
            answer.Json["results"]!.AsArray().Select(record => ((string)record!["properties"]!["dealname"]!).ToLowerInvariant()),
            Is.Not.Empty.And.All.Contains("nord").And.All.Contains("train"));
    }

    [TestCase("""{"limit":201}""")]
    [TestCase("""{"after":"abc"}""")]
    [TestCase("""{"filterGroups":[{"filters":[{"propertyName":"no_such","operator":"EQ","value":"1"}]}]}""")]
    [TestCase("""{"filterGroups":[{"filters":[{"propertyName":"amount","operator":"LIKE","value":"1"}]}]}""")]
    [TestCase("""{"filterGroups":[{"filters":[{"propertyName":"amount","operator":"BETWEEN","value":"2","highValue":"1"}]}]}""")]
    [TestCase("""{"filterGroups":[{"filters":[{"propertyName":"amount","operator":"EQ","value":"many"}]}]}""")]
    [TestCase("""{"filterGroups":[{"filters":[{"propertyName":"amount","operator":"EQ"}]}]}""")]
    public async Task A_search_that_HubSpot_would_refuse_is_refused(string body)
    {
        var answer = await _sandbox.SearchAsync(JsonNode.Parse(body)!.AsObject());
        Assert.That((answer.Status, (string?)answer.Json["category"]), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
    }

    [TestCase(5, 3, true)]
    [TestCase(6, 1, false)]
    [TestCase(3, 6, true)]
    [TestCase(1, 7, false)]
    [TestCase(4, 5, false)]
    public async Task Five_groups_six_filters_each_eighteen_in_all(int groups, int filtersEach, bool isTaken)
    {
        var body = new JsonObject
        {
            ["filterGroups"] = new JsonArray([.. Enumerable.Range(0, groups).Select(_ => new JsonObject
            {
                ["filters"] = Filters([.. Enumerable.Repeat(("amount", "GT", (object)1), filtersEach)]),
            })]),
        };
        Assert.That((await _sandbox.SearchAsync(body)).Status, Is.EqualTo(isTaken ? HttpStatusCode.OK : HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_body_of_over_3000_characters_is_refused()
    {
        var answer = await _sandbox.SearchAsync(new JsonObject { ["query"] = new string('a', 3_000) });
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task The_index_notices_writes_only_after_its_lag()
    {
        var clock = new ManualClock();
        await using var sandbox = await SandboxCaller.StartAsync(
            new PortalOptions { Deals = 20, Archived = 0, SearchLag = TimeSpan.FromSeconds(22) }, clock: clock);
        var first = sandbox.Portal.DealIds().First();
        sandbox.Portal.ArchiveDeal(first);
        var made = sandbox.Portal.CreateDeal(new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = "new" });
        var body = new JsonObject { ["limit"] = 100 };
        var before = await sandbox.SearchAsync(body);
        clock.Advance(TimeSpan.FromSeconds(22));
        var after = await sandbox.SearchAsync(body);
        Assert.Multiple(() =>
        {
            Assert.That(before.Ids, Does.Contain(first).And.Not.Contain(made));
            Assert.That(after.Ids, Does.Contain(made).And.Not.Contain(first));
            Assert.That(((int)before.Json["total"]!, (int)after.Json["total"]!), Is.EqualTo((20, 20)));
        });
    }

    static JsonArray Filters(params (string Property, string Operator, object Value)[] filters) =>
        new([.. filters.Select(filter => new JsonObject
        {
            ["propertyName"] = filter.Property,
            ["operator"] = filter.Operator,
            ["value"] = JsonValue.Create(filter.Value),
        })]);
}
