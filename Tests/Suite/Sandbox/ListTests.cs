using System.Net;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed class ListTests
{
    SandboxCaller _sandbox = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _sandbox = await StartPlainAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public async Task A_record_has_HubSpots_members_in_HubSpots_order()
    {
        var page = await _sandbox.GetAsync(Deals);
        var record = page.Json["results"]![0]!.AsObject();
        Assert.Multiple(() =>
        {
            Assert.That(page.Keys, Is.EqualTo("results paging"));
            Assert.That(page.Ids, Has.Length.EqualTo(10));
            Assert.That(record.Select(member => member.Key), Is.EqualTo(new[] { "id", "properties", "createdAt", "updatedAt", "archived", "url" }));
            Assert.That(
                record["properties"]!.AsObject().Select(member => member.Key),
                Is.EqualTo(new[] { "amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate", "hs_object_id", "pipeline" }));
            Assert.That((string?)record["createdAt"], Is.EqualTo((string?)record["properties"]!["createdate"]));
            Assert.That((string?)record["updatedAt"], Is.EqualTo((string?)record["properties"]!["hs_lastmodifieddate"]));
            Assert.That((string?)record["url"], Is.EqualTo($"https://app.hubspot.com/contacts/12345678/record/0-3/{record["id"]}"));
        });
    }

    [Test]
    public async Task Headers_are_spelled_as_HubSpot_spells_them()
    {
        var page = await _sandbox.GetAsync(Deals);
        Assert.Multiple(() =>
        {
            Assert.That(page.Headers["Content-Type"], Is.EqualTo("application/json;charset=utf-8"));
            Assert.That(page.Headers["Content-Length"], Is.EqualTo(System.Text.Encoding.UTF8.GetByteCount(page.Body).ToString()));
            Assert.That(page.Headers["Server"], Is.EqualTo("cloudflare"));
            Assert.That(page.Headers["CF-Ray"], Does.Match("^[0-9a-f]{16}-EWR$"));
            Assert.That(Guid.TryParse(page.Headers["X-HubSpot-Correlation-Id"], out _), Is.True);
        });
    }

    [Test]
    public async Task Pages_lead_through_every_live_deal_once_and_the_last_has_no_paging()
    {
        var records = await _sandbox.ReadAllAsync("limit=100&properties=dealname");
        var last = await _sandbox.GetAsync($"{Deals}?after={records[^1]["id"]}");
        Assert.Multiple(() =>
        {
            Assert.That(records.Select(record => long.Parse((string)record["id"]!)), Is.EqualTo(_sandbox.Portal.DealIds()));
            Assert.That(records, Has.Count.EqualTo(250));
            Assert.That(last.Keys, Is.EqualTo("results"));
            Assert.That(last.Ids, Has.Length.EqualTo(1));
        });
    }

    [Test]
    public async Task A_page_that_ends_exactly_with_the_last_deal_has_no_paging()
    {
        var ids = _sandbox.Portal.DealIds().ToArray();
        var page = await _sandbox.GetAsync($"{Deals}?limit=50&after={ids[200]}");
        Assert.That((page.Ids.Length, page.Cursor), Is.EqualTo((50, (string?)null)));
    }

    [Test]
    public async Task The_cursor_is_the_last_id_plus_one_and_means_ids_from_there_on()
    {
        var page = await _sandbox.GetAsync($"{Deals}?limit=7");
        var next = await _sandbox.GetAsync($"{Deals}?limit=7&after={page.Cursor}");
        var fromTheMiddleOfAGap = await _sandbox.GetAsync($"{Deals}?limit=1&after={page.Ids[6] + 2}");
        Assert.Multiple(() =>
        {
            Assert.That(page.Cursor, Is.EqualTo((page.Ids[6] + 1).ToString()));
            Assert.That(next.Ids[0], Is.GreaterThan(page.Ids[6]));
            Assert.That(fromTheMiddleOfAGap.Ids[0], Is.EqualTo(next.Ids[0]));
        });
    }

    [Test]
    public async Task The_link_names_HubSpots_host_and_repeats_the_query()
    {
        var dated = await _sandbox.GetAsync($"{Deals}?limit=2&properties=amount,dealname");
        var v3 = await _sandbox.GetAsync("/crm/v3/objects/deals?limit=2");
        Assert.Multiple(() =>
        {
            Assert.That(
                (string?)dated.Json["paging"]!["next"]!["link"],
                Is.EqualTo($"https://api.hubapi.com/crm/objects/v3/0-3?limit=2&properties=amount,dealname&after={dated.Cursor}"));
            Assert.That(
                (string?)v3.Json["paging"]!["next"]!["link"],
                Is.EqualTo($"https://api.hubapi.com/crm/v3/objects/deals?limit=2&after={v3.Cursor}"));
        });
    }

    [Test]
    public async Task Properties_may_be_joined_by_commas_or_repeated_and_unknown_ones_are_left_out_in_silence()
    {
        var joined = await _sandbox.GetAsync($"{Deals}?properties=dealname,no_such_property,hs_acv");
        var encoded = await _sandbox.GetAsync($"{Deals}?properties=dealname%2Cno_such_property%2Chs_acv");
        var repeated = await _sandbox.GetAsync($"{Deals}?properties=dealname&properties=no_such_property&properties=hs_acv");
        Assert.Multiple(() =>
        {
            Assert.That(
                joined.Json["results"]![0]!["properties"]!.AsObject().Select(member => member.Key),
                Is.EqualTo(new[] { "createdate", "dealname", "hs_acv", "hs_lastmodifieddate", "hs_object_id" }));
            Assert.That(encoded.Json["results"]!.ToJsonString(), Is.EqualTo(joined.Json["results"]!.ToJsonString()));
            Assert.That(repeated.Json["results"]!.ToJsonString(), Is.EqualTo(joined.Json["results"]!.ToJsonString()));
        });
    }

    [Test]
    public async Task Every_spelling_of_path_and_object_type_answers_the_same(
        [Values("/crm/v3/objects/", "/crm/objects/2026-03/", "/crm/objects/2026-09/")] string path,
        [Values("deals", "deal", "0-3")] string type)
    {
        var expected = await _sandbox.GetAsync(Deals);
        var page = await _sandbox.GetAsync(path + type);
        Assert.That(page.Json["results"]!.ToJsonString(), Is.EqualTo(expected.Json["results"]!.ToJsonString()));
    }

    [Test]
    public async Task The_archive_is_a_list_of_its_own()
    {
        var archived = await _sandbox.ReadAllAsync("limit=10&archived=true");
        Assert.Multiple(() =>
        {
            Assert.That(archived, Has.Count.EqualTo(25));
            Assert.That(archived.Select(record => (bool)record["archived"]!), Has.All.True);
            Assert.That(archived.Select(record => (string)record["archivedAt"]!), Has.All.EndsWith("Z"));
            Assert.That(
                archived.Select(record => long.Parse((string)record["id"]!)).Intersect(_sandbox.Portal.DealIds()),
                Is.Empty);
        });
    }

    [TestCase("limit=101")]
    [TestCase("limit=0")]
    [TestCase("limit=ten")]
    [TestCase("limit=51&propertiesWithHistory=amount")]
    [TestCase("after=abc")]
    [TestCase("after=-1")]
    [TestCase("after=")]
    public async Task A_bad_limit_or_cursor_is_refused(string query)
    {
        var answer = await _sandbox.GetAsync($"{Deals}?{query}");
        Assert.That((answer.Status, answer.Keys), Is.EqualTo((HttpStatusCode.BadRequest, "status message correlationId category")));
    }

    [Test]
    public async Task History_comes_with_its_property_up_to_fifty_deals()
    {
        var page = await _sandbox.GetAsync($"{Deals}?limit=50&properties=dealname&propertiesWithHistory=dealstage");
        var record = page.Json["results"]![0]!;
        Assert.Multiple(() =>
        {
            Assert.That(page.Ids, Has.Length.EqualTo(50));
            Assert.That(record["properties"]!.AsObject().ContainsKey("dealname"), Is.True);
            Assert.That(
                (string?)record["propertiesWithHistory"]!["dealstage"]![0]!["value"],
                Is.EqualTo((string?)record["properties"]!["dealstage"]));
        });
    }

    [Test]
    public async Task Companies_are_listed_once_for_each_type_and_more_than_a_hundred_contacts_are_paged()
    {
        var crowded = _sandbox.Portal.CreateDeal(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = "crowded" },
            Enumerable.Range(1, 1000).Select(step => _sandbox.Portal.DealIds().First() - step).First(id => id % 500 == 0));
        var page = await _sandbox.GetAsync($"{Deals}?limit=100&associations=companies,contacts");
        var records = page.Json["results"]!.AsArray();
        var contacts = records[0]!["associations"]!["contacts"]!;
        var companies = records.First(record => record!["associations"]?["companies"] is not null)!["associations"]!["companies"]!["results"]!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)records[0]!["id"], Is.EqualTo(crowded.ToString()));
            Assert.That(contacts["results"]!.AsArray(), Has.Count.EqualTo(100));
            Assert.That((string?)contacts["paging"]!["next"]!["after"], Is.Not.Empty);
            Assert.That((string?)companies[0]!["id"], Is.EqualTo((string?)companies[1]!["id"]));
            Assert.That((string?)companies[0]!["type"], Is.Not.EqualTo((string?)companies[1]!["type"]));
            Assert.That(records.Any(record => record!["associations"] is null), Is.True);
        });
        _sandbox.Server.Reset();
    }

    [Test]
    public async Task One_deal_is_found_live_or_archived_but_not_as_the_other()
    {
        var (live, archived) = (_sandbox.Portal.DealIds().First(), _sandbox.Portal.DealIds(archived: true).First());
        Assert.Multiple(async () =>
        {
            Assert.That((string?)(await _sandbox.GetAsync($"{Deals}/{live}")).Json["id"], Is.EqualTo(live.ToString()));
            Assert.That((await _sandbox.GetAsync($"{Deals}/{live}?archived=true")).Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await _sandbox.GetAsync($"{Deals}/{archived}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((bool)(await _sandbox.GetAsync($"{Deals}/{archived}?archived=true")).Json["archived"]!, Is.True);
        });
    }
}
