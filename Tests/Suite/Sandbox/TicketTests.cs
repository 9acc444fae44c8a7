using System.Net;
using static HubSpotDeals.Suite.Sandbox.Bodies;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed class TicketTests
{
    SandboxCaller _sandbox = null!;

    [SetUp]
    public async Task StartAsync() => _sandbox = await StartPlainAsync(5, clock: new ManualClock());

    [TearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public async Task A_new_ticket_is_read_with_the_defaults_of_tickets()
    {
        var made = await _sandbox.PostAsync(Tickets, Record(
            ("subject", "It's broken"), ("content", "🚒"), ("hs_pipeline", "0"), ("hs_pipeline_stage", "1"), ("hs_ticket_priority", "HIGH"),
            ("hs_ticket_category", "PRODUCT_ISSUE;BILLING_ISSUE")));
        var read = await _sandbox.GetAsync($"/crm/v3/objects/0-5/{made.Id}");
        Assert.Multiple(() =>
        {
            Assert.That(made.Status, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(
                string.Join(' ', read.Json["properties"]!.AsObject().Select(property => property.Key)),
                Is.EqualTo("content createdate hs_lastmodifieddate hs_object_id hs_pipeline hs_pipeline_stage hs_ticket_category hs_ticket_priority subject"));
            Assert.That((read["subject"], read["content"], read["hs_pipeline_stage"]), Is.EqualTo(("It's broken", "🚒", "1")));
            Assert.That((read["createdate"], read["hs_lastmodifieddate"]), Is.EqualTo(("2026-11-21T12:00:00Z", "2026-11-21T12:00:00Z")));
            Assert.That((string?)read.Json["url"], Does.EndWith($"/record/0-5/{made.Id}"));
        });
    }

    [Test]
    public async Task A_ticket_needs_a_subject_and_a_stage()
    {
        var refused = await _sandbox.PostAsync(Tickets, Record(("content", "what?")));
        Assert.Multiple(() =>
        {
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That((refused.Message, refused.Category), Is.EqualTo(("Error creating TICKET. Some required properties were not set.", "VALIDATION_ERROR")));
            Assert.That(refused.Json["context"]!["properties"]!.ToJsonString(), Is.EqualTo("[\"hs_pipeline_stage\",\"subject\"]"));
            Assert.That(_sandbox.Portal.Tickets.Count(), Is.Zero);
        });
    }

    [TestCase("hs_pipeline_stage", "99", "99 is not a valid pipeline stage ID. Valid options are: [1, 2, 3, 4]")]
    [TestCase("hs_ticket_priority", "SOON", "SOON was not one of the allowed options: [LOW, MEDIUM, HIGH, URGENT]")]
    public async Task A_stage_or_choice_that_is_none_is_refused(string property, string value, string message)
    {
        var made = await _sandbox.PostAsync(Tickets, Ticket("Help"));
        var refused = await _sandbox.PatchAsync($"{Tickets}/{made.Id}", Record((property, value)));
        Assert.That((refused.Status, (string?)refused.Json["errors"]![0]!["message"]), Is.EqualTo((HttpStatusCode.BadRequest, message)));
    }

    [Test]
    public async Task Two_tickets_may_have_the_same_subject()
    {
        var statuses = new[] { (await _sandbox.PostAsync(Tickets, Ticket("Help"))).Status, (await _sandbox.PostAsync(Tickets, Ticket("Help"))).Status };
        Assert.That(statuses, Has.All.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task The_pipeline_of_tickets_is_HubSpots_untouched_default(
        [Values("/crm/v3/pipelines/tickets", "/crm/pipelines/2026-09/0-5")] string path)
    {
        var list = await _sandbox.GetAsync(path);
        var pipeline = list.Json["results"]![0]!;
        var one = await _sandbox.GetAsync($"{path}/0");
        var stages = await _sandbox.GetAsync($"{path}/0/stages");
        Assert.Multiple(() =>
        {
            Assert.That(list.Json["results"]!.AsArray(), Has.Count.EqualTo(1));
            Assert.That(((string?)pipeline["id"], (string?)pipeline["label"], (string?)pipeline["createdAt"]), Is.EqualTo(("0", "Support Pipeline", "1970-01-01T00:00:00Z")));
            Assert.That(
                pipeline["stages"]!.AsArray().Select(stage => ((string?)stage!["id"], (string?)stage["label"], (string?)stage["metadata"]!["ticketState"])),
                Is.EqualTo(new[] { ("1", "New", "OPEN"), ("2", "Waiting on contact", "OPEN"), ("3", "Waiting on us", "OPEN"), ("4", "Closed", "CLOSED") }));
            Assert.That(one.Json.ToJsonString(), Is.EqualTo(pipeline.ToJsonString()));
            Assert.That(stages.Json["results"]!.ToJsonString(), Is.EqualTo(pipeline["stages"]!.ToJsonString()));
        });
    }

    [TestCase("contacts", "email", "string", "contactinformation", true)]
    [TestCase("contacts", "lifecyclestage", "enumeration", "contactinformation", false)]
    [TestCase("tickets", "subject", "string", "ticketinformation", false)]
    [TestCase("tickets", "hs_pipeline_stage", "enumeration", "ticketinformation", false)]
    public async Task Definitions_are_listed_by_object_type(string type, string name, string valueType, string group, bool isUnique)
    {
        var list = await _sandbox.GetAsync($"/crm/properties/2026-09/{type}");
        var listed = list.Json["results"]!.AsArray().Single(definition => (string?)definition!["name"] == name)!;
        var one = await _sandbox.GetAsync($"/crm/v3/properties/{type}/{name}");
        var records = type == "contacts" ? _sandbox.Portal.Contacts : _sandbox.Portal.Tickets;
        Assert.Multiple(() =>
        {
            Assert.That(list.Json["results"]!.AsArray().Select(definition => (string)definition!["name"]!), Is.EquivalentTo(records.PropertyNames));
            Assert.That(((string?)listed["type"], (string?)listed["groupName"], (bool)listed["hasUniqueValue"]!), Is.EqualTo((valueType, group, isUnique)));
            Assert.That(listed["options"]!.AsArray().Count > 0, Is.EqualTo(valueType == "enumeration"));
            Assert.That(one.Json.ToJsonString(), Is.EqualTo(listed.ToJsonString()));
        });
    }

    [Test]
    public async Task A_definition_made_for_contacts_is_known_to_contacts_alone()
    {
        var made = await _sandbox.SendAsync(
            HttpMethod.Post, "/crm/v3/properties/contacts", """{"name":"shoe_size","label":"Shoe size","type":"number","fieldType":"number","groupName":"contactinformation"}""");
        var contact = await _sandbox.PostAsync(Contacts, Record(("shoe_size", "43")));
        var ticket = await _sandbox.PostAsync(Tickets, Record(("shoe_size", "43")));
        var deal = await _sandbox.PostAsync(Deals, Record(("shoe_size", "43")));
        Assert.That((made.Status, contact.Status, ticket.Status, deal.Status), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)));
    }
}
