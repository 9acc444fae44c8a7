using System.Text.Json.Nodes;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed class AssociationTests
{
    SandboxCaller _sandbox = null!;
    long _crowded;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _sandbox = await StartPlainAsync();
        var free = Enumerable.Range(1, 1000).Select(step => _sandbox.Portal.DealIds().First() - step).First(id => id % 500 == 0);
        _crowded = _sandbox.Portal.CreateDeal(new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = "crowded" }, free);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public async Task V3_gives_a_hundred_and_a_cursor_that_it_ignores()
    {
        var first = await _sandbox.PostAsync("/crm/v3/associations/deals/contacts/batch/read", Inputs((_crowded, null)));
        var cursor = (string?)first.Json["results"]![0]!["paging"]!["next"]!["after"];
        var second = await _sandbox.PostAsync("/crm/v3/associations/deals/contacts/batch/read", Inputs((_crowded, cursor)));
        Assert.Multiple(() =>
        {
            Assert.That(first.Json["results"]![0]!["to"]!.AsArray(), Has.Count.EqualTo(100));
            Assert.That(second.Json["results"]!.ToJsonString(), Is.EqualTo(first.Json["results"]!.ToJsonString()));
        });
    }

    [Test]
    public async Task V4_tells_types_by_number_and_names_what_has_none(
        [Values("/crm/v4/associations", "/crm/associations/2026-09")] string path)
    {
        var ids = _sandbox.Portal.DealIds().Take(40).ToArray();
        var answer = await _sandbox.PostAsync($"{path}/deals/companies/batch/read", Inputs([.. ids.Select(id => (id, (string?)null))]));
        var results = answer.Json["results"]!.AsArray();
        var errors = answer.Json["errors"]!.AsArray();
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.Status, Is.EqualTo(207));
            Assert.That(results.Count + errors.Count, Is.EqualTo(ids.Length));
            Assert.That(results[0]!["to"]![0]!["toObjectId"]!.GetValue<long>(), Is.GreaterThan(0));
            Assert.That(
                results[0]!["to"]![0]!["associationTypes"]!.AsArray().Select(type => ((int)type!["typeId"]!, (string?)type["label"])),
                Is.EqualTo(new[] { (5, (string?)"Primary"), (341, null) }));
            Assert.That((string?)errors[0]!["subCategory"], Is.EqualTo("crm.associations.NO_ASSOCIATIONS_FOUND"));
            Assert.That((string?)errors[0]!["message"], Does.Match(@"^No company is associated with deal \d+\.$"));
        });
    }

    [Test]
    public async Task One_deals_contacts_are_paged_to_the_end()
    {
        var met = new List<long>();
        string? after = null;
        do
        {
            var page = await _sandbox.GetAsync($"/crm/v4/objects/deals/{_crowded}/associations/contacts?limit=100&after={after}");
            met.AddRange(page.Json["results"]!.AsArray().Select(to => (long)to!["toObjectId"]!));
            after = page.Cursor;
        }
        while (after is not null);
        Assert.That(met, Has.Count.EqualTo(250).And.Unique);
    }

    [Test]
    public async Task The_cursor_inside_a_record_leads_on_where_the_record_stopped()
    {
        var record = (await _sandbox.GetAsync($"{Deals}/{_crowded}?associations=contacts")).Json["associations"]!["contacts"]!;
        var rest = await _sandbox.GetAsync(
            $"/crm/v3/objects/deals/{_crowded}/associations/contacts?after={(string?)record["paging"]!["next"]!["after"]}");
        var all = record["results"]!.AsArray().Concat(rest.Json["results"]!.AsArray()).Select(to => (string?)to!["id"]).ToArray();
        Assert.That(all, Has.Length.EqualTo(250).And.Unique);
    }

    [Test]
    public async Task Search_finds_deals_by_an_association()
    {
        var contact = (string)(await _sandbox.GetAsync($"{Deals}/{_crowded}?associations=contacts")).Json["associations"]!["contacts"]!["results"]![7]!["id"]!;
        var found = await _sandbox.SearchAsync(new JsonObject
        {
            ["filters"] = new JsonArray(new JsonObject { ["propertyName"] = "associations.contact", ["operator"] = "EQ", ["value"] = contact }),
        });
        Assert.That(found.Ids, Is.EqualTo(new[] { _crowded }));
    }

    [Test]
    public async Task A_partial_batch_can_answer_200()
    {
        _sandbox.Portal.AnswersMultiStatus = false;
        var answer = await _sandbox.PostAsync($"{Deals}/batch/read", Inputs((1, null)));
        _sandbox.Portal.AnswersMultiStatus = true;
        Assert.That(((int)answer.Status, (int)answer.Json["numErrors"]!), Is.EqualTo((200, 1)));
    }

    static JsonObject Inputs(params (long Id, string? After)[] inputs) => new()
    {
        ["inputs"] = new JsonArray([.. inputs.Select(input =>
        {
            var body = new JsonObject { ["id"] = input.Id.ToString() };
            if (input.After is not null)
            {
                body["after"] = input.After;
            }

            return body;
        })]),
    };
}
