using System.Net;
using HubSpotDeals.Sandbox;
using static HubSpotDeals.Suite.Sandbox.Bodies;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed class ContactTests
{
    SandboxCaller _sandbox = null!;
    ManualClock _clock = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _clock = new ManualClock();
        _sandbox = await StartPlainAsync(5, clock: _clock);
    }

    [TearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public async Task A_new_contact_shows_what_was_given_and_what_HubSpot_set()
    {
        var made = await _sandbox.PostAsync(Contacts, Record(("email", "Ada@Example.com"), ("firstname", "Ada"), ("lastname", "O'Brien"), ("phone", "+49 30 901820")));
        var held = _sandbox.Portal.Contacts.Read(made.Id)!;
        Assert.Multiple(() =>
        {
            Assert.That(made.Status, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(made.Headers["Location"], Is.EqualTo($"{Contacts}/{made.Id}"));
            Assert.That(made.Keys, Is.EqualTo("id properties createdAt updatedAt archived url"));
            Assert.That((made["email"], made["lastname"], made["phone"]), Is.EqualTo(("ada@example.com", "O'Brien", "+49 30 901820")));
            Assert.That((made["createdate"], made["lastmodifieddate"]), Is.EqualTo(("2026-11-21T12:00:00Z", "2026-11-21T12:00:00Z")));
            Assert.That((made["hs_object_id"], made["hs_email_domain"]), Is.EqualTo((made.Id.ToString(), "example.com")));
            Assert.That(made.Json["properties"]!["hs_lastmodifieddate"], Is.Null, "contacts call it lastmodifieddate");
            Assert.That((string?)made.Json["url"], Does.EndWith($"/record/0-1/{made.Id}"));
            Assert.That((held.Archived, held.Properties["lastname"], held.Properties["city"]), Is.EqualTo((false, "O'Brien", (string?)null)));
        });
    }

    [Test]
    public async Task An_email_is_taken_once_whatever_its_case_and_even_by_a_change()
    {
        var ada = await _sandbox.PostAsync(Contacts, Contact("ada@example.com"));
        var again = await _sandbox.PostAsync(Contacts, Contact("ADA@example.COM"));
        var bob = await _sandbox.PostAsync(Contacts, Contact("bob@example.com"));
        var changed = await _sandbox.PatchAsync($"{Contacts}/{bob.Id}", Contact("Ada@example.com"));
        var kept = await _sandbox.PatchAsync($"{Contacts}/{ada.Id}", Contact("ADA@example.com", "Augusta"));
        Assert.Multiple(() =>
        {
            Assert.That(again.Status, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(again.Keys, Is.EqualTo("status message correlationId category"));
            Assert.That((again.Message, again.Category), Is.EqualTo(($"Contact already exists. Existing ID: {ada.Id}", "CONFLICT")));
            Assert.That((changed.Status, changed.Message), Is.EqualTo((HttpStatusCode.Conflict, again.Message)));
            Assert.That(_sandbox.Portal.Contacts.Read(bob.Id)!.Properties["email"], Is.EqualTo("bob@example.com"));
            Assert.That((kept.Status, kept["firstname"]), Is.EqualTo((HttpStatusCode.OK, "Augusta")), "its own e-mail is no conflict");
            Assert.That(_sandbox.Portal.Contacts.Count(), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task The_email_of_an_archived_or_renamed_contact_is_free_again()
    {
        var first = await _sandbox.PostAsync(Contacts, Contact("ada@example.com"));
        await _sandbox.DeleteAsync($"{Contacts}/{first.Id}");
        var second = await _sandbox.PostAsync(Contacts, Contact("ada@example.com"));
        await _sandbox.PatchAsync($"{Contacts}/{second.Id}", Contact("lovelace@example.com"));
        var third = await _sandbox.PostAsync(Contacts, Contact("ada@example.com"));
        Assert.That((second.Status, third.Status), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)));
        Assert.That(_sandbox.Portal.Contacts.ReadByEmail("Ada@example.com")!.Id, Is.EqualTo(third.Id));
    }

    [Test]
    public async Task Contacts_without_an_email_do_not_conflict()
    {
        var statuses = new[]
        {
            (await _sandbox.PostAsync(Contacts, Record(("firstname", "Ada")))).Status,
            (await _sandbox.PostAsync(Contacts, Record(("firstname", "Ada"), ("email", "")))).Status,
        };
        Assert.That(statuses, Has.All.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task A_contact_is_read_by_id_or_email_under_every_name_of_its_type(
        [Values("/crm/v3/objects", "/crm/objects/2026-03", "/crm/objects/2026-09")] string path, [Values("contacts", "contact", "0-1")] string type)
    {
        var id = (await _sandbox.PostAsync(Contacts, Contact("ada@example.com"))).Id;
        var byId = await _sandbox.GetAsync($"{path}/{type}/{id}");
        var byEmail = await _sandbox.GetAsync($"{path}/{type}/ADA%40example.com?idProperty=email&properties=city,nonsense,email");
        Assert.Multiple(() =>
        {
            Assert.That(
                byId.Json["properties"]!.AsObject().Select(property => property.Key),
                Is.EqualTo(new[] { "createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname" }));
            Assert.That(byEmail.Id, Is.EqualTo(id));
            Assert.That(
                byEmail.Json["properties"]!.AsObject().Select(property => property.Key),
                Is.EqualTo(new[] { "city", "createdate", "email", "hs_object_id", "lastmodifieddate" }));
            Assert.That(byEmail["city"], Is.Null);
        });
    }

    [TestCase("/1")]
    [TestCase("/nobody@example.com?idProperty=email")]
    public async Task A_contact_that_is_not_there_is_a_page_when_read_and_JSON_when_changed(string which)
    {
        var read = await _sandbox.GetAsync(Contacts + which);
        var changed = await _sandbox.PatchAsync(Contacts + which, Record(("city", "Ulm")));
        Assert.That((read.Status, read.ContentType), Is.EqualTo((HttpStatusCode.NotFound, "text/html")));
        Assert.That((changed.Status, changed.Message), Is.EqualTo((HttpStatusCode.NotFound, "resource not found")));
    }

    [Test]
    public async Task An_id_that_is_no_number_and_a_property_that_is_not_unique_are_refused()
    {
        var word = await _sandbox.GetAsync($"{Contacts}/abc");
        var city = await _sandbox.GetAsync($"{Contacts}/Ulm?idProperty=city");
        Assert.That((word.Status, word.Category), Is.EqualTo((HttpStatusCode.NotFound, "OBJECT_NOT_FOUND")));
        Assert.That((city.Status, city.Category), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
    }

    [Test]
    public async Task A_list_is_paged_by_id_and_outlives_what_its_cursor_was_made_from()
    {
        var ids = new List<long>();
        for (var number = 0; number < 25; number++)
        {
            ids.Add((await _sandbox.PostAsync(Contacts, Contact($"c{number}@example.com"))).Id);
        }

        var first = await _sandbox.GetAsync($"{Contacts}?limit=10&properties=email");
        await _sandbox.DeleteAsync($"{Contacts}/{ids[9]}");
        var second = await _sandbox.GetAsync($"{Contacts}?limit=10&after={first.Cursor}");
        var third = await _sandbox.GetAsync($"{Contacts}?limit=10&after={second.Cursor}");
        var archived = await _sandbox.GetAsync($"{Contacts}?archived=true");
        Assert.Multiple(() =>
        {
            Assert.That(first.Ids.Concat(second.Ids).Concat(third.Ids), Is.EqualTo(ids));
            Assert.That(ids, Is.Ordered);
            Assert.That(first.Cursor, Is.EqualTo((ids[9] + 1).ToString()));
            Assert.That((string?)first.Json["paging"]!["next"]!["link"], Does.StartWith("https://api.hubapi.com/crm/objects/v3/0-1?limit=10"));
            Assert.That(third.Json["paging"], Is.Null);
            Assert.That(archived.Ids, Is.EqualTo(new[] { ids[9] }));
            Assert.That((bool)archived.Json["results"]![0]!["archived"]!, Is.True);
            Assert.That(archived.Json["results"]![0]!["archivedAt"], Is.Not.Null);
        });
    }

    [TestCase("?limit=101")]
    [TestCase("?limit=0")]
    [TestCase("?after=x")]
    public async Task A_limit_or_cursor_out_of_range_is_refused(string query)
    {
        var answer = await _sandbox.GetAsync(Contacts + query);
        Assert.That((answer.Status, answer.Category), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
    }

    [Test]
    public async Task A_change_answers_with_what_changed_and_moves_the_modification_time()
    {
        var id = (await _sandbox.PostAsync(Contacts, Contact("ada@example.com"))).Id;
        _clock.Advance(TimeSpan.FromMinutes(1));
        var changed = await _sandbox.PatchAsync($"{Contacts}/ada@example.com?idProperty=email", Record(("jobtitle", "Countess"), ("firstname", "")));
        var read = await _sandbox.GetAsync($"{Contacts}/{id}?properties=firstname,jobtitle&propertiesWithHistory=firstname");
        Assert.Multiple(() =>
        {
            Assert.That(
                changed.Json["properties"]!.AsObject().Select(property => property.Key),
                Is.EqualTo(new[] { "createdate", "firstname", "hs_email_domain", "hs_full_name_or_email", "hs_object_id", "jobtitle", "lastmodifieddate" }));
            Assert.That((string?)changed.Json["updatedAt"], Is.EqualTo("2026-11-21T12:01:00Z"));
            Assert.That((string?)changed.Json["createdAt"], Is.EqualTo("2026-11-21T12:00:00Z"));
            Assert.That((read["firstname"], read["jobtitle"]), Is.EqualTo(("", "Countess")), "cleared is not null");
            Assert.That(
                read.Json["propertiesWithHistory"]!["firstname"]!.AsArray().Select(entry => (string?)entry!["value"]), Is.EqualTo(new[] { "", "Ada" }));
        });
    }

    [Test]
    public async Task Archiving_is_silent_the_second_time_and_hides_the_contact()
    {
        var id = (await _sandbox.PostAsync(Contacts, Contact("ada@example.com"))).Id;
        var answers = new[] { await _sandbox.DeleteAsync($"{Contacts}/{id}"), await _sandbox.DeleteAsync($"{Contacts}/{id}"), await _sandbox.DeleteAsync($"{Contacts}/1") };
        Assert.Multiple(async () =>
        {
            Assert.That(answers.Select(answer => (answer.Status, answer.Body)), Has.All.EqualTo((HttpStatusCode.NoContent, "")));
            Assert.That((await _sandbox.GetAsync($"{Contacts}/{id}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await _sandbox.GetAsync($"{Contacts}/{id}?archived=true")).Id, Is.EqualTo(id));
            Assert.That((await _sandbox.PatchAsync($"{Contacts}/{id}", Record(("city", "Ulm")))).Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((_sandbox.Portal.Contacts.Count(), _sandbox.Portal.Contacts.Count(archived: true)), Is.EqualTo((0, 1)));
        });
    }

    [TestCase("no_such", "1", "PROPERTY_DOESNT_EXIST", "Property \"no_such\" does not exist")]
    [TestCase("hs_object_id", "1", "READ_ONLY_VALUE", "")]
    [TestCase("lifecyclestage", "friend", "INVALID_OPTION", "friend was not one of the allowed options: [subscriber, lead,")]
    [TestCase("contact_score", "lots", "INVALID_LONG", "")]
    [TestCase("email", "None", "INVALID_EMAIL", "Email address None is invalid")]
    [TestCase("email", "jane@example", "INVALID_EMAIL", "Email address jane@example is invalid")]
    [TestCase("email", "two@at@example.com", "INVALID_EMAIL", "Email address two@at@example.com is invalid")]
    [TestCase("email", "a b@example.com", "INVALID_EMAIL", "Email address a b@example.com is invalid")]
    public async Task A_bad_value_is_refused_with_its_code(string property, string value, string code, string message)
    {
        var refused = await _sandbox.PostAsync(Contacts, Record((property, value)));
        Assert.Multiple(() =>
        {
            Assert.That((refused.Status, refused.Category), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
            Assert.That(refused.Keys, Is.EqualTo("status message correlationId errors category"));
            Assert.That(refused.Message, Does.StartWith("Property values were not valid: [{\"isValid\":false,\"message\":\""));
            Assert.That((string?)refused.Json["errors"]![0]!["code"], Is.EqualTo(code));
            Assert.That((string?)refused.Json["errors"]![0]!["message"], Does.StartWith(message));
            Assert.That(_sandbox.Portal.Contacts.Count(), Is.Zero);
        });
    }

    [TestCase("ada@example.com")]
    [TestCase("o'brien+tag@mail.example.co.uk")]
    [TestCase("jürgen@bücher.example")]
    public async Task An_ordinary_email_is_taken(string email)
    {
        var made = await _sandbox.PostAsync(Contacts, Contact(email));
        Assert.That((made.Status, made["email"]), Is.EqualTo((HttpStatusCode.Created, email)));
    }

    [Test]
    public async Task Each_kind_of_call_needs_its_scope()
    {
        _sandbox.Server.SetScopes(_sandbox.Token!, SandboxScopes.DealsRead, SandboxScopes.ContactsRead);
        var refused = await _sandbox.PostAsync(Contacts, Contact("ada@example.com"));
        var schema = await _sandbox.GetAsync("/crm/v3/properties/contacts");
        var tickets = await _sandbox.GetAsync(Tickets);
        Assert.Multiple(async () =>
        {
            Assert.That((await _sandbox.GetAsync(Contacts)).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((refused.Status, refused.Category), Is.EqualTo((HttpStatusCode.Forbidden, "MISSING_SCOPES")));
            Assert.That(
                refused.Json["errors"]![0]!["context"]!["requiredGranularScopes"]!.ToJsonString(), Is.EqualTo("[\"crm.objects.contacts.write\"]"));
            Assert.That((schema.Status, tickets.Status), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)));
        });
    }

    [Test]
    public async Task Calls_are_counted_and_meet_faults_by_their_operation()
    {
        _sandbox.Server.AddFault(new() { Kind = HubSpotDeals.Sandbox.Faults.FaultKind.Status, Operation = @"^contacts\.create$", Status = 502, Times = 1 });
        var statuses = new[] { (await _sandbox.PostAsync(Contacts, Contact("a@example.com"))).Status, (await _sandbox.PostAsync(Contacts, Contact("a@example.com"))).Status };
        await _sandbox.GetAsync($"{Contacts}?limit=1");
        await _sandbox.GetAsync($"{Contacts}/1");
        await _sandbox.GetAsync("/crm/v3/properties/contacts");
        var log = _sandbox.Server.Log;
        Assert.Multiple(() =>
        {
            Assert.That(statuses, Is.EqualTo(new[] { HttpStatusCode.BadGateway, HttpStatusCode.Created }));
            Assert.That((log.Count("contacts.create"), log.Count("contacts.create", 502), log.Count("contacts.list"), log.Count("contacts.get", 404)), Is.EqualTo((2, 1, 1, 1)));
            Assert.That(log.Count("properties.list"), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Of_simultaneous_creations_of_one_email_exactly_one_succeeds()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => _sandbox.PostAsync(Contacts, Contact("ada@example.com"))));
        Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.Created), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.Conflict), Is.EqualTo(23));
    }

    [Test]
    public async Task A_reset_undoes_contacts_tickets_and_associations()
    {
        var contact = await _sandbox.PostAsync(Contacts, Contact("ada@example.com"));
        var ticket = await _sandbox.PostAsync(Tickets, Ticket("Help").With(contact.Id, 16));
        var linked = _sandbox.Portal.AssociatedIds("contacts", contact.Id, "tickets");
        _sandbox.Server.Reset();
        Assert.Multiple(async () =>
        {
            Assert.That(linked, Is.EqualTo(new[] { ticket.Id }));
            Assert.That((_sandbox.Portal.Contacts.Count(), _sandbox.Portal.Tickets.Count()), Is.EqualTo((0, 0)));
            Assert.That(_sandbox.Portal.AssociatedIds("contacts", contact.Id, "tickets"), Is.Empty);
            Assert.That((await _sandbox.PostAsync(Contacts, Contact("ada@example.com"))).Status, Is.EqualTo(HttpStatusCode.Created));
        });
    }

    [TestCase(HubSpotDeals.Sandbox.Faults.FaultKind.ShortPage, 5)]
    [TestCase(HubSpotDeals.Sandbox.Faults.FaultKind.EmptyPage, 0)]
    public async Task A_short_or_empty_page_has_a_right_cursor(HubSpotDeals.Sandbox.Faults.FaultKind kind, int expected)
    {
        await _sandbox.PostAsync($"{Contacts}/batch/create", Batch(Enumerable.Range(0, 30).Select(number => Contact($"c{number}@example.com"))));
        _sandbox.Server.AddFault(new() { Kind = kind, Operation = @"^contacts\.list$", Times = 1 });
        var first = await _sandbox.GetAsync($"{Contacts}?limit=10");
        var rest = await _sandbox.GetAsync($"{Contacts}?limit=100&after={first.Cursor}");
        Assert.That((first.Ids.Length, first.Ids.Length + rest.Ids.Length), Is.EqualTo((expected, 30)));
        Assert.That(first.Ids.Concat(rest.Ids), Is.EqualTo(_sandbox.Portal.Contacts.Ids()));
    }

    [Test]
    public async Task What_a_test_in_the_same_process_writes_is_what_the_API_reads()
    {
        var id = _sandbox.Portal.Contacts.Create(Values(("email", "ada@example.com")));
        _sandbox.Portal.Contacts.Update(id, Values(("city", "Ulm")));
        var read = await _sandbox.GetAsync($"{Contacts}/{id}?properties=city");
        _sandbox.Portal.Contacts.Archive(id);
        Assert.Multiple(() =>
        {
            Assert.That(read["city"], Is.EqualTo("Ulm"));
            Assert.That(_sandbox.Portal.Contacts.Ids(archived: true), Is.EqualTo(new[] { id }));
            Assert.That(() => _sandbox.Portal.Contacts.Update(id, Values(("city", "Bonn"))), Throws.InstanceOf<KeyNotFoundException>());
            _sandbox.Portal.Contacts.Create(Values(("email", "ada@example.com")));
            Assert.That(() => _sandbox.Portal.Contacts.Create(Values(("email", "ADA@example.com"))), Throws.InstanceOf<ArgumentException>());
        });
    }

    static Dictionary<string, string> Values(params (string Name, string Value)[] values) =>
        values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);
}
