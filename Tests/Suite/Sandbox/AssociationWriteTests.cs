using System.Net;
using System.Text.Json.Nodes;
using static HubSpotDeals.Suite.Sandbox.Bodies;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed class AssociationWriteTests
{
    SandboxCaller _sandbox = null!;
    long _contact;
    long _deal;
    long _ticket;

    [SetUp]
    public async Task StartAsync()
    {
        _sandbox = await StartPlainAsync(5, clock: new ManualClock());
        _contact = (await _sandbox.PostAsync(Contacts, Contact("ada@example.com"))).Id;
        _ticket = (await _sandbox.PostAsync(Tickets, Ticket("Help"))).Id;

        // a deal that has no computed contacts
        _deal = _sandbox.Portal.DealIds().FirstOrDefault(id => _sandbox.Portal.AssociatedIds("deals", id, "contacts").Count == 0);
        while (_deal == 0)
        {
            var made = (await _sandbox.PostAsync(Deals, Record(("dealname", "d")))).Id;
            _deal = _sandbox.Portal.AssociatedIds("deals", made, "contacts").Count == 0 ? made : 0;
        }
    }

    [TearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [TestCase("contacts", "deals", 4, 3)]
    [TestCase("deals", "contacts", 3, 4)]
    [TestCase("contacts", "tickets", 15, 16)]
    [TestCase("tickets", "contacts", 16, 15)]
    [TestCase("deals", "tickets", 27, 28)]
    [TestCase("tickets", "deals", 28, 27)]
    public async Task A_default_association_is_seen_from_both_ends_with_its_own_number(string from, string to, int type, int reverse)
    {
        var made = await _sandbox.SendAsync(HttpMethod.Put, $"/crm/v4/objects/{from}/{Of(from)}/associations/default/{to}/{Of(to)}");
        var there = await ReadAsync(from, to, Of(from));
        var back = await ReadAsync(to, from, Of(to));
        Assert.Multiple(() =>
        {
            Assert.That(made.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(
                made.Json["results"]![0]!.ToJsonString(),
                Is.EqualTo($$$"""{"from":{"id":"{{{Of(from)}}}"},"to":{"id":"{{{Of(to)}}}"},"associationSpec":{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":{{{type}}}}}"""));
            Assert.That(LinksOf(there), Is.EqualTo(new[] { (Of(to), type) }));
            Assert.That(LinksOf(back), Is.EqualTo(new[] { (Of(from), reverse) }));
        });
    }

    [Test]
    public async Task A_batch_makes_default_associations_and_tells_those_it_cant_make(
        [Values("/crm/v4/associations", "/crm/associations/2026-03", "/crm/associations/2026-09")] string path)
    {
        var made = await _sandbox.PostAsync($"{path}/contacts/deals/batch/associate/default", Batch(Pair(_contact, _deal), Pair(_contact, 1)));
        Assert.Multiple(() =>
        {
            Assert.That(((int)made.Status, made.Keys), Is.EqualTo((200, "status results numErrors errors startedAt completedAt")));
            Assert.That(made.Json["results"]!.AsArray(), Has.Count.EqualTo(1));
            Assert.That(made.Json["errors"]![0]!["context"]!["INVALID_OBJECT_IDS"]!.ToJsonString(), Is.EqualTo("[\"DEAL=1 is not valid\"]"));
            Assert.That(_sandbox.Portal.AssociatedIds("deals", _deal, "contacts"), Is.EqualTo(new[] { _contact }));
            Assert.That(_sandbox.Server.Log.Count("associations.v4.batch.default"), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_batch_makes_associations_of_named_types()
    {
        var made = await _sandbox.PostAsync(
            "/crm/v4/associations/contact/ticket/batch/create", Batch(Pair(_contact, _ticket).And("types", Types(15))));
        Assert.Multiple(() =>
        {
            Assert.That(made.Status, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(
                made.Json["results"]![0]!.ToJsonString(),
                Is.EqualTo($$"""{"fromObjectTypeId":"0-1","fromObjectId":"{{_contact}}","toObjectTypeId":"0-5","toObjectId":"{{_ticket}}","labels":[]}"""));
            Assert.That(_sandbox.Portal.AssociatedIds("tickets", _ticket, "contacts"), Is.EqualTo(new[] { _contact }));
            Assert.That(_sandbox.Server.Log.Count("associations.v4.batch.create", 201), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_batch_of_named_types_answers_207_for_those_it_cant_make()
    {
        var made = await _sandbox.PostAsync(
            "/crm/v4/associations/contacts/tickets/batch/create",
            Batch(Pair(1, _ticket).And("types", Types(15)), Pair(_contact, _ticket).And("types", Types(15))));
        Assert.Multiple(() =>
        {
            Assert.That((int)made.Status, Is.EqualTo(207));
            Assert.That(made.Json["results"]!.AsArray(), Has.Count.EqualTo(1));
            Assert.That((string?)made.Json["errors"]![0]!["message"], Is.EqualTo("One or more associations are invalid"));
            Assert.That(made.Json["errors"]![0]!["context"]!["INVALID_OBJECT_IDS"]!.ToJsonString(), Is.EqualTo("[\"CONTACT=1 is not valid\"]"));
            Assert.That(_sandbox.Portal.AssociatedIds("tickets", _ticket, "contacts"), Is.EqualTo(new[] { _contact }));
        });
    }

    [Test]
    public async Task A_labelled_association_tells_its_label_and_stands_beside_the_unlabelled_one()
    {
        var made = await _sandbox.PostAsync(
            "/crm/v4/associations/contacts/companies/batch/create", Batch(Pair(_contact, 77).And("types", Types(1, 279))));
        var read = await ReadAsync("contacts", "companies", _contact);
        var v3 = await _sandbox.PostAsync("/crm/v3/associations/contacts/companies/batch/read", Ids(_contact));
        Assert.Multiple(() =>
        {
            Assert.That(made.Json["results"]![0]!["labels"]!.ToJsonString(), Is.EqualTo("[\"Primary\"]"));
            Assert.That(
                read.Json["results"]![0]!["to"]![0]!["associationTypes"]!.AsArray().Select(type => ((int)type!["typeId"]!, (string?)type["label"])),
                Is.EqualTo(new[] { (1, "Primary"), (279, (string?)null) }));
            Assert.That(
                v3.Json["results"]![0]!["to"]!.AsArray().Select(to => ((string?)to!["id"], (string?)to["type"])),
                Is.EqualTo(new[] { ("77", "contact_to_company"), ("77", "contact_to_company_unlabeled") }));
        });
    }

    [Test]
    public async Task A_type_of_another_pair_is_told_as_an_id_that_is_not_valid()
    {
        // as recorded: type 1 leads from a contact, and there is no contact of the deal's id
        var refused = await _sandbox.SendAsync(
            HttpMethod.Put, $"/crm/v4/objects/deal/{_deal}/associations/company/77", Types(1).ToJsonString());
        Assert.Multiple(() =>
        {
            Assert.That((refused.Status, refused.Message, refused.Category), Is.EqualTo((HttpStatusCode.BadRequest, "One or more associations are invalid", "VALIDATION_ERROR")));
            Assert.That(
                refused.Json["context"]!.ToJsonString(),
                Is.EqualTo($$"""{"INVALID_OBJECT_IDS":["CONTACT={{_deal}} is not valid"],"objectId":["{{_deal}}"],"objectType":["CONTACT"]}"""));
        });
    }

    [Test]
    public async Task A_type_that_nobody_defined_refuses_the_batch()
    {
        var refused = await _sandbox.PostAsync(
            "/crm/v4/associations/contacts/deals/batch/create",
            Batch(Pair(_contact, _deal).And("types", Types(4)), Pair(_contact, _deal).And("types", Types(9_999))));
        Assert.That((refused.Status, refused.Category), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
        Assert.That(_sandbox.Portal.AssociatedIds("contacts", _contact, "deals"), Is.Empty, "not even the good one was made");
    }

    [TestCase("contacts/deals/batch/create", """{"inputs":["1"]}""", 400)]
    [TestCase("contacts/deals/batch/create", """{"inputs":[{"from":{"id":"1"},"to":{"id":"1"},"types":["4"]}]}""", 400)]
    [TestCase("contacts/deals/batch/create", """{"inputs":[{"from":{"id":"1"},"to":{"id":"1"}}]}""", 400)]
    [TestCase("contacts/deals/batch/create", """{"inputs":[{"from":{"id":"1"},"to":{"id":"1"},"types":[{"associationCategory":"USER_DEFINED","associationTypeId":4}]}]}""", 400)]
    [TestCase("contacts/deals/batch/associate/default", """{"inputs":[{"from":{"id":"1"},"to":[]}]}""", 400)]
    [TestCase("contacts/deals/batch/associate/default", """{"inputs":[{"from":{"id":"x"},"to":{"id":"1"}}]}""", 404)]
    [TestCase("contacts/deals/batch/archive", "{}", 400)]
    [TestCase("contacts/things/batch/associate/default", """{"inputs":[{"from":{"id":"1"},"to":{"id":"1"}}]}""", 400)]
    [TestCase("contacts/contacts/batch/associate/default", """{"inputs":[{"from":{"id":"1"},"to":{"id":"1"}}]}""", 400)]
    public async Task A_body_that_is_not_of_the_form_is_refused(string path, string body, int status)
    {
        var refused = await _sandbox.SendAsync(HttpMethod.Post, $"/crm/v4/associations/{path}", body);
        Assert.That(((int)refused.Status, (string?)refused.Json["status"]), Is.EqualTo((status, "error")));
    }

    [Test]
    public async Task One_association_is_made_and_ended()
    {
        var made = await _sandbox.SendAsync(HttpMethod.Put, $"/crm/v4/objects/contacts/{_contact}/associations/deals/{_deal}", Types(4).ToJsonString());
        var linked = _sandbox.Portal.AssociatedIds("deals", _deal, "contacts");
        var ended = await _sandbox.DeleteAsync($"/crm/v4/objects/deals/{_deal}/associations/contacts/{_contact}");
        Assert.Multiple(() =>
        {
            Assert.That((made.Status, ended.Status), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.NoContent)));
            Assert.That(linked, Is.EqualTo(new[] { _contact }));
            Assert.That(_sandbox.Portal.AssociatedIds("deals", _deal, "contacts"), Is.Empty);
            Assert.That(_sandbox.Portal.AssociatedIds("contacts", _contact, "deals"), Is.Empty);
        });
    }

    [Test]
    public async Task A_batch_ends_associations_from_either_end()
    {
        _sandbox.Portal.Associate("contacts", _contact, "deals", _deal);
        _sandbox.Portal.Associate("contacts", _contact, "tickets", _ticket);
        var body = Batch(new JsonObject
        {
            ["from"] = new JsonObject { ["id"] = _deal.ToString() },
            ["to"] = new JsonArray(new JsonObject { ["id"] = _contact.ToString() }, new JsonObject { ["id"] = "1" }),
        });
        var ended = await _sandbox.PostAsync("/crm/v4/associations/deals/contacts/batch/archive", body);
        Assert.Multiple(() =>
        {
            Assert.That((ended.Status, ended.Body), Is.EqualTo((HttpStatusCode.NoContent, "")));
            Assert.That(_sandbox.Portal.AssociatedIds("contacts", _contact, "deals"), Is.Empty);
            Assert.That(_sandbox.Portal.AssociatedIds("contacts", _contact, "tickets"), Is.EqualTo(new[] { _ticket }), "the others stay");
            Assert.That(_sandbox.Server.Log.Count("associations.v4.batch.archive"), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_computed_contact_of_a_deal_can_be_ended_too()
    {
        var crowded = _sandbox.Portal.CreateDeal(new Dictionary<string, string>(StringComparer.Ordinal), (_sandbox.Portal.DealIds().Last() / 500 * 500) + 500);
        var before = _sandbox.Portal.AssociatedIds("deals", crowded, "contacts");
        await _sandbox.DeleteAsync($"/crm/v4/objects/deals/{crowded}/associations/contacts/{before[3]}");
        Assert.That(before, Has.Count.EqualTo(250));
        Assert.That(_sandbox.Portal.AssociatedIds("deals", crowded, "contacts"), Is.EqualTo(before.Where((_, index) => index != 3)));
    }

    [Test]
    public async Task A_record_is_made_with_its_associations()
    {
        var deal = await _sandbox.PostAsync(Deals, Record(("dealname", "d")).With(_contact, 3));
        var ticket = await _sandbox.PostAsync(Tickets, Ticket("t").With(_contact, 16).With(deal.Id, 28));
        var contact = await _sandbox.PostAsync(Contacts, Contact("bob@example.com").With(deal.Id, 4).With(77, 279));
        Assert.Multiple(() =>
        {
            Assert.That(_sandbox.Portal.AssociatedIds("contacts", _contact, "deals"), Is.EqualTo(new[] { deal.Id }));
            Assert.That(_sandbox.Portal.AssociatedIds("contacts", _contact, "tickets"), Is.EqualTo(new[] { ticket.Id }));
            Assert.That(_sandbox.Portal.AssociatedIds("deals", deal.Id, "tickets"), Is.EqualTo(new[] { ticket.Id }));
            Assert.That(_sandbox.Portal.AssociatedIds("contacts", contact.Id, "deals"), Is.EqualTo(new[] { deal.Id }));
            Assert.That(_sandbox.Portal.AssociatedIds("companies", 77, "contacts"), Is.EqualTo(new[] { contact.Id }));
        });
    }

    [TestCase("deals", 3)]
    [TestCase("tickets", 16)]
    public async Task A_batch_of_records_is_made_with_their_associations(string type, int typeId)
    {
        var input = type == "deals" ? Record(("dealname", "d")) : Ticket("t");
        var made = await _sandbox.PostAsync($"/crm/v3/objects/{type}/batch/create", Batch(input.With(_contact, typeId)));
        Assert.That(_sandbox.Portal.AssociatedIds("contacts", _contact, type), Is.EqualTo(made.Ids));
    }

    [TestCase(Deals, 3)]
    [TestCase(Tickets, 16)]
    public async Task A_record_is_not_made_when_what_it_is_to_be_associated_with_is_not_there(string path, int typeId)
    {
        var before = (_sandbox.Portal.CountDeals(), _sandbox.Portal.Tickets.Count());
        var input = path == Deals ? Record(("dealname", "d")) : Ticket("t");
        var refused = await _sandbox.PostAsync(path, input.With(1, typeId));
        Assert.That((refused.Status, refused.Message), Is.EqualTo((HttpStatusCode.BadRequest, "One or more associations are invalid")));
        Assert.That((_sandbox.Portal.CountDeals(), _sandbox.Portal.Tickets.Count()), Is.EqualTo(before));
    }

    [Test]
    public async Task Records_show_their_associations_when_asked()
    {
        _sandbox.Portal.Associate("contacts", _contact, "deals", _deal);
        var read = await _sandbox.GetAsync($"{Contacts}/{_contact}?associations=deals,tickets");
        var list = await _sandbox.GetAsync($"{Contacts}?associations=deals");
        Assert.Multiple(() =>
        {
            Assert.That(
                read.Json["associations"]!.ToJsonString(),
                Is.EqualTo($$$"""{"deals":{"results":[{"id":"{{{_deal}}}","type":"contact_to_deal"}]}}"""));
            Assert.That(list.Json["results"]![0]!["associations"]!.ToJsonString(), Is.EqualTo(read.Json["associations"]!.ToJsonString()));
        });
    }

    [Test]
    public async Task A_batch_read_tells_who_has_none_and_pages_through_many()
    {
        var deals = Enumerable.Range(0, 620).Select(number => _sandbox.Portal.CreateDeal(new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = $"d{number}" })).ToArray();
        await _sandbox.PostAsync("/crm/v4/associations/contacts/deals/batch/associate/default", Batch(deals.Select(id => Pair(_contact, id))));
        var first = await _sandbox.PostAsync("/crm/v4/associations/contacts/deals/batch/read", Ids(_contact, 5));
        var after = (string?)first.Json["results"]![0]!["paging"]!["next"]!["after"];
        var rest = await _sandbox.PostAsync(
            "/crm/v4/associations/contacts/deals/batch/read", Batch(new JsonObject { ["id"] = _contact.ToString(), ["after"] = after }));
        Assert.Multiple(() =>
        {
            Assert.That((int)first.Status, Is.EqualTo(207));
            Assert.That((string?)first.Json["errors"]![0]!["message"], Is.EqualTo("No deal is associated with contact 5."));
            Assert.That((string?)first.Json["errors"]![0]!["subCategory"], Is.EqualTo("crm.associations.NO_ASSOCIATIONS_FOUND"));
            Assert.That(LinksOf(first).Concat(LinksOf(rest)).Select(link => link.Id), Is.EqualTo(deals));
            Assert.That((LinksOf(first).Length, LinksOf(rest).Length), Is.EqualTo((500, 120)));
            Assert.That(rest.Json["results"]![0]!["paging"], Is.Null);
        });
    }

    [TestCase("batch/read", 1_001, "1000")]
    [TestCase("batch/create", 2_001, "2000")]
    [TestCase("batch/associate/default", 2_001, "2000")]
    public async Task A_batch_of_associations_has_a_limit(string batch, int inputs, string limit)
    {
        var refused = await _sandbox.PostAsync($"/crm/v4/associations/contacts/deals/{batch}", Ids(Enumerable.Range(0, inputs).Select(number => (long)number)));
        Assert.That((refused.Status, refused.Message), Is.EqualTo((HttpStatusCode.BadRequest, $"The maximum number of inputs supported in a batch is {limit}. Please reduce the number of items and try again")));
    }

    [Test]
    public async Task The_list_of_one_contacts_deals_is_paged()
    {
        var deals = _sandbox.Portal.DealIds().Take(3).ToArray();
        foreach (var id in deals)
        {
            _sandbox.Portal.Associate("contacts", _contact, "deals", id);
        }

        var first = await _sandbox.GetAsync($"/crm/v4/objects/contacts/{_contact}/associations/deals?limit=2");
        var second = await _sandbox.GetAsync($"/crm/v4/objects/contacts/{_contact}/associations/deals?limit=2&after={first.Cursor}");
        var met = first.Json["results"]!.AsArray().Concat(second.Json["results"]!.AsArray()).Select(to => (long)to!["toObjectId"]!);
        Assert.That(met, Is.EqualTo(deals));
    }

    long Of(string type) => type switch { "contacts" => _contact, "deals" => _deal, _ => _ticket };

    Task<Answer> ReadAsync(string from, string to, long id) => _sandbox.PostAsync($"/crm/v4/associations/{from}/{to}/batch/read", Ids(id));

    static (long Id, int Type)[] LinksOf(Answer read) =>
        [.. read.Json["results"]![0]!["to"]!.AsArray().Select(to => ((long)to!["toObjectId"]!, (int)to["associationTypes"]![0]!["typeId"]!))];
}
