using System.Net;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox;
using static HubSpotDeals.Suite.Sandbox.Bodies;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

/// <summary>Search over contacts; its words are those of the search over deals, which is tested more closely.</summary>
sealed class RecordSearchTests
{
    SandboxCaller _sandbox = null!;
    ManualClock _clock = null!;
    long[] _ids = [];

    [SetUp]
    public async Task StartAsync()
    {
        _clock = new ManualClock();
        _sandbox = await StartPlainAsync(5, clock: _clock);
        var made = await _sandbox.PostAsync($"{Contacts}/batch/create", Batch(
            Record(("email", "ada@example.com"), ("firstname", "Ada"), ("lastname", "Lovelace"), ("city", "London"), ("contact_score", "10")),
            Record(("email", "bob@sample.org"), ("firstname", "bob"), ("lastname", "Byron"), ("city", "Ulm"), ("contact_score", "9")),
            Record(("email", "cyd@example.com"), ("firstname", "Cyd"), ("company", "Ada & Sons"), ("contact_score", "100"), ("favourite_products", "basic;plus")),
            Record(("firstname", "Dan"), ("lastname", "O'Adair"), ("hs_lead_status", "NEW"))));
        _ids = made.Ids;
    }

    [TearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [TestCase("email", "EQ", "ADA@example.com", "0")]
    [TestCase("email", "NEQ", "ada@example.com", "1 2 3")]
    [TestCase("email", "CONTAINS_TOKEN", "*example*", "0 2")]
    [TestCase("email", "NOT_HAS_PROPERTY", null, "3")]
    [TestCase("city", "HAS_PROPERTY", null, "0 1")]
    [TestCase("contact_score", "GTE", "10", "0 2")]
    [TestCase("contact_score", "LT", "10", "1")]
    [TestCase("favourite_products", "EQ", "plus", "2")]
    [TestCase("hs_lead_status", "EQ", "new", "")]
    [TestCase("createdate", "GTE", "2026-11-21T12:00:00Z", "0 1 2 3")]
    [TestCase("lastmodifieddate", "GT", "2026-11-21T12:00:00Z", "")]
    public async Task A_filter_finds_what_meets_it(string property, string filterOperator, string? value, string expected)
    {
        var filter = new JsonObject { ["propertyName"] = property, ["operator"] = filterOperator };
        filter["value"] = value;
        var found = await SearchAsync(new JsonObject { ["filterGroups"] = new JsonArray(new JsonObject { ["filters"] = new JsonArray(filter) }) });
        Assert.That(found.Ids, Is.EqualTo(IdsOf(expected)));
        Assert.That((int)found.Json["total"]!, Is.EqualTo(found.Ids.Length));
    }

    [Test]
    public async Task Groups_are_alternatives_and_the_filters_of_one_hold_together()
    {
        var found = await SearchAsync(new JsonObject
        {
            ["filterGroups"] = new JsonArray(
                new JsonObject { ["filters"] = new JsonArray(Filter("email", "*example*"), Filter("firstname", "cyd")) },
                new JsonObject { ["filters"] = new JsonArray(Filter("lastname", "byron")) }),
        });
        Assert.That(found.Ids, Is.EqualTo(IdsOf("1 2")));

        static JsonObject Filter(string property, string token) =>
            new() { ["propertyName"] = property, ["operator"] = "CONTAINS_TOKEN", ["value"] = token };
    }

    [TestCase("ada", "0 2 3", Description = "a first name, a company, and the beginning of Adair")]
    [TestCase("Example com", "0 2")]
    [TestCase("adair", "3")]
    [TestCase("london", "", Description = "the city is not among the properties that a query looks at")]
    public async Task A_query_looks_at_names_email_phone_and_company(string query, string expected)
    {
        var found = await SearchAsync(new JsonObject { ["query"] = query });
        Assert.That(found.Ids, Is.EqualTo(IdsOf(expected)));
    }

    [TestCase("contact_score", "ASCENDING", "1 0 2 3")]
    [TestCase("contact_score", "DESCENDING", "3 2 0 1")]
    [TestCase("firstname", "ASCENDING", "0 1 2 3")]
    [TestCase("hs_object_id", "DESCENDING", "3 2 1 0")]
    public async Task Results_are_sorted_and_paged_by_offset(string property, string direction, string expected)
    {
        var (met, after) = (new List<long>(), "0");
        var pages = 0;
        do
        {
            var page = await SearchAsync(new JsonObject
            {
                ["sorts"] = new JsonArray(new JsonObject { ["propertyName"] = property, ["direction"] = direction }),
                ["limit"] = 3,
                ["after"] = after,
                ["properties"] = new JsonArray("firstname"),
            });
            met.AddRange(page.Ids);
            after = page.Cursor;
            pages++;
            Assert.That((int)page.Json["total"]!, Is.EqualTo(4));
        }
        while (after is not null);
        Assert.That((met, pages), Is.EqualTo((IdsOf(expected).ToList(), 2)).Using<(List<long>, int)>((one, other) => one.Item1.SequenceEqual(other.Item1) && one.Item2 == other.Item2));
    }

    [Test]
    public async Task The_page_past_the_10000th_result_is_refused()
    {
        var refused = await SearchAsync(new JsonObject { ["after"] = "10000", ["limit"] = 1 });
        Assert.That((refused.Status, refused.Message), Is.EqualTo((HttpStatusCode.BadRequest, "There was a problem with the request.")));
    }

    [Test]
    public async Task Archived_contacts_are_not_found()
    {
        _sandbox.Portal.Contacts.Archive(_ids[0]);
        Assert.That((await SearchAsync([])).Ids, Is.EqualTo(IdsOf("1 2 3")));
    }

    [Test]
    public async Task The_index_notices_a_creation_a_change_and_an_archiving_only_after_its_lag()
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        _sandbox.Portal.SearchLag = TimeSpan.FromSeconds(10);
        var made = await _sandbox.PostAsync(Contacts, Record(("firstname", "Eve"), ("city", "Ulm")));
        await _sandbox.PatchAsync($"{Contacts}/{_ids[0]}", Record(("city", "Ulm")));
        _sandbox.Portal.Contacts.Archive(_ids[1]);
        var before = await ByCityAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));
        await _sandbox.PatchAsync($"{Contacts}/{made.Id}", Record(("city", "Bonn")));
        _clock.Advance(TimeSpan.FromSeconds(6));
        var between = await ByCityAsync();
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Multiple(async () =>
        {
            Assert.That(before.Ids, Is.EqualTo(new[] { _ids[1] }));
            Assert.That(between.Ids, Is.EqualTo(new[] { _ids[0], made.Id }));
            Assert.That((await ByCityAsync()).Ids, Is.EqualTo(new[] { _ids[0] }));
        });

        Task<Answer> ByCityAsync() => SearchAsync(new JsonObject
        {
            ["filters"] = new JsonArray(new JsonObject { ["propertyName"] = "city", ["operator"] = "EQ", ["value"] = "Ulm" }),
        });
    }

    [Test]
    public async Task Search_counts_against_the_search_limit_of_the_account()
    {
        _sandbox.Portal.Limits = new RateLimits(0, 1, 0);
        var first = await SearchAsync([]);
        var second = await SearchAsync([]);
        Assert.That((first.Status, second.Status), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.TooManyRequests)));
        Assert.That(_sandbox.Server.Log.Count("contacts.search"), Is.EqualTo(2));
    }

    [Test]
    public async Task Contacts_are_found_by_what_they_are_associated_with()
    {
        var deal = await _sandbox.PostAsync(Deals, Record(("dealname", "d")).With(_ids[2], 3));
        var found = await SearchAsync(new JsonObject
        {
            ["filters"] = new JsonArray(new JsonObject { ["propertyName"] = "associations.deal", ["operator"] = "EQ", ["value"] = deal.Id.ToString() }),
        });
        Assert.That(found.Ids, Is.EqualTo(new[] { _ids[2] }));
    }

    Task<Answer> SearchAsync(JsonObject body) => _sandbox.PostAsync($"{Contacts}/search", body);

    long[] IdsOf(string places) => [.. places.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(place => _ids[int.Parse(place)])];
}
