using System.Net;
using System.Text.Json.Nodes;
using static HubSpotDeals.Suite.Sandbox.Bodies;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

/// <summary>Many contacts or tickets in one call.</summary>
sealed class RecordBatchTests
{
    SandboxCaller _sandbox = null!;
    long _ada;
    long _bob;

    [SetUp]
    public async Task StartAsync()
    {
        _sandbox = await StartPlainAsync(5, clock: new ManualClock());
        _ada = (await _sandbox.PostAsync(Contacts, Contact("ada@example.com"))).Id;
        _bob = (await _sandbox.PostAsync(Contacts, Contact("bob@example.com", "Bob"))).Id;
    }

    [TearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public async Task A_hundred_contacts_are_made_at_once()
    {
        var made = await _sandbox.PostAsync(
            "/crm/v3/objects/contacts/batch/create", Batch(Enumerable.Range(0, 100).Select(number => Contact($"c{number}@example.com", $"N{number}"))));
        Assert.Multiple(() =>
        {
            Assert.That(made.Status, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(made.Keys, Is.EqualTo("status results startedAt completedAt"));
            Assert.That(made.Json["results"]!.AsArray().Select(one => (string?)one!["properties"]!["firstname"]), Is.EqualTo(Enumerable.Range(0, 100).Select(number => $"N{number}")));
            Assert.That(_sandbox.Portal.Contacts.Count(), Is.EqualTo(102));
            Assert.That(_sandbox.Server.Log.Count("contacts.batch.create"), Is.EqualTo(1));
        });
    }

    [TestCase("create")]
    [TestCase("read")]
    [TestCase("update")]
    [TestCase("upsert")]
    [TestCase("archive")]
    public async Task A_batch_of_more_than_a_hundred_is_refused(string batch)
    {
        var answer = await _sandbox.PostAsync($"{Contacts}/batch/{batch}", Ids(Enumerable.Range(0, 101).Select(number => (long)number)));
        Assert.That(
            (answer.Status, answer.Message, answer.Category),
            Is.EqualTo((
                HttpStatusCode.BadRequest,
                "The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again",
                "VALIDATION_ERROR")));
    }

    [Test]
    public async Task One_email_too_many_fails_the_whole_batch_and_only_the_first_is_named()
    {
        var answer = await _sandbox.PostAsync(
            $"{Contacts}/batch/create", Batch(Contact("new@example.com"), Contact("BOB@example.com"), Contact("ada@example.com")));
        Assert.That((answer.Status, answer.Message, answer.Category), Is.EqualTo((HttpStatusCode.Conflict, $"Contact already exists. Existing ID: {_bob}", "CONFLICT")));
        Assert.That(_sandbox.Portal.Contacts.Count(), Is.EqualTo(2), "none was made");
    }

    [Test]
    public async Task Two_of_a_kind_within_a_batch_fail_it_as_well()
    {
        var answer = await _sandbox.PostAsync($"{Contacts}/batch/create", Batch(Contact("new@example.com"), Contact("New@example.com")));
        Assert.That((answer.Status, answer.Category, _sandbox.Portal.Contacts.Count()), Is.EqualTo((HttpStatusCode.Conflict, "CONFLICT", 2)));
    }

    [Test]
    public async Task One_bad_value_fails_the_whole_batch()
    {
        var answer = await _sandbox.PostAsync($"{Contacts}/batch/create", Batch(Contact("new@example.com"), Contact("nonsense")));
        Assert.That((answer.Status, answer.Category, _sandbox.Portal.Contacts.Count()), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR", 2)));
    }

    [Test]
    public async Task With_trace_ids_each_input_succeeds_or_fails_by_itself()
    {
        var answer = await _sandbox.PostAsync($"{Contacts}/batch/create", Batch(
            Contact("new@example.com").And("objectWriteTraceId", "one"),
            Contact("bob@example.com").And("objectWriteTraceId", "two"),
            Contact("nonsense").And("objectWriteTraceId", "three")));
        var errors = answer.Json["errors"]!.AsArray();
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.Status, Is.EqualTo(207));
            Assert.That(answer.Keys, Is.EqualTo("status results numErrors errors startedAt completedAt"));
            Assert.That(answer.Ids, Has.Length.EqualTo(1));
            Assert.That(
                errors.Select(error => ((string?)error!["category"], (string?)error["context"]!["objectWriteTraceId"]![0])),
                Is.EqualTo(new[] { ("CONFLICT", "two"), ("VALIDATION_ERROR", "three") }));
            Assert.That((string?)errors[0]!["message"], Is.EqualTo($"Contact already exists. Existing ID: {_bob}"));
            Assert.That(_sandbox.Portal.Contacts.ReadByEmail("new@example.com"), Is.Not.Null);
        });
    }

    [Test]
    public async Task A_batch_is_read_by_id_and_tells_all_missing_ids_in_one_error()
    {
        var answer = await _sandbox.PostAsync($"{Contacts}/batch/read", Ids(_bob, 1, _ada, _bob, 2).And("properties", new JsonArray("city")));
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.Status, Is.EqualTo(207));
            Assert.That(answer.Ids, Is.EqualTo(new[] { _ada, _bob }), "by id and each once");
            Assert.That((int)answer.Json["numErrors"]!, Is.EqualTo(1));
            Assert.That(
                (string?)answer.Json["errors"]![0]!["message"],
                Is.EqualTo("Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid."));
            Assert.That(answer.Json["errors"]![0]!["context"]!["ids"]!.ToJsonString(), Is.EqualTo("[\"1\",\"2\"]"));
        });
    }

    [Test]
    public async Task A_batch_is_read_by_email_when_asked_so_and_finds_nothing_when_not()
    {
        var inputs = Batch(new JsonObject { ["id"] = "BOB@example.com" }, new JsonObject { ["id"] = "none@example.com" });
        var forgotten = await _sandbox.PostAsync($"{Contacts}/batch/read", inputs);
        var asked = await _sandbox.PostAsync($"{Contacts}/batch/read", inputs.And("idProperty", "email"));
        Assert.Multiple(() =>
        {
            Assert.That((forgotten.Ids, (int)forgotten.Status), Is.EqualTo((Array.Empty<long>(), 207)));
            Assert.That(asked.Ids, Is.EqualTo(new[] { _bob }));
            Assert.That(asked.Json["errors"]![0]!["context"]!["ids"]!.ToJsonString(), Is.EqualTo("[\"none@example.com\"]"));
        });
    }

    [Test]
    public async Task A_batch_of_changes_changes_what_is_there()
    {
        var answer = await _sandbox.PostAsync($"{Contacts}/batch/update", Batch(
            Record(("city", "Ulm")).And("id", _ada.ToString()),
            Record(("city", "Bonn")).And("id", "bob@example.com").And("idProperty", "email"),
            Record(("city", "Kiel")).And("id", "1")));
        Assert.Multiple(() =>
        {
            Assert.That(((int)answer.Status, answer.Ids.Length), Is.EqualTo((207, 2)));
            Assert.That(answer.Json["errors"]![0]!["context"]!["ids"]!.ToJsonString(), Is.EqualTo("[\"1\"]"));
            Assert.That(new[] { _ada, _bob }.Select(id => _sandbox.Portal.Contacts.Read(id)!.Properties["city"]), Is.EqualTo(new[] { "Ulm", "Bonn" }));
        });
    }

    [TestCase("update")]
    [TestCase("upsert")]
    public async Task A_record_named_twice_refuses_the_batch(string batch)
    {
        var answer = await _sandbox.PostAsync($"{Contacts}/batch/{batch}", Batch(
            Record(("city", "Ulm")).And("id", _ada.ToString()), Record(("city", "Bonn")).And("id", _ada.ToString())));
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(answer.Message, Is.EqualTo($"Duplicate IDs found in batch input: [{_ada}]. IDs must be unique"));
            Assert.That(_sandbox.Portal.Contacts.Read(_ada)!.Properties["city"], Is.Null);
        });
    }

    [Test]
    public async Task An_upsert_changes_what_is_there_and_makes_what_is_not()
    {
        var answer = await _sandbox.PostAsync($"{Contacts}/batch/upsert", Batch(
            Record(("city", "Ulm")).And("id", "ADA@example.com").And("idProperty", "email"),
            Record(("city", "Bonn")).And("id", "new@example.com").And("idProperty", "email"),
            Record(("city", "Kiel")).And("id", "1")));
        var made = _sandbox.Portal.Contacts.ReadByEmail("new@example.com")!;
        Assert.Multiple(() =>
        {
            Assert.That((int)answer.Status, Is.EqualTo(207));
            Assert.That(
                answer.Json["results"]!.AsArray().Select(one => (long.Parse((string)one!["id"]!), (bool)one["new"]!)),
                Is.EqualTo(new[] { (_ada, false), (made.Id, true) }));
            Assert.That(made.Properties["city"], Is.EqualTo("Bonn"));
            Assert.That(answer.Json["errors"]![0]!["context"]!["ids"]!.ToJsonString(), Is.EqualTo("[\"1\"]"), "an id is not invented");
            Assert.That(_sandbox.Portal.Contacts.Read(_ada)!.Properties["city"], Is.EqualTo("Ulm"));
        });
    }

    [Test]
    public async Task An_upsert_of_an_invalid_email_changes_nothing()
    {
        var answer = await _sandbox.PostAsync($"{Contacts}/batch/upsert", Batch(
            Record(("city", "Ulm")).And("id", "ada@example.com").And("idProperty", "email"),
            Record(("city", "Bonn")).And("id", "nonsense").And("idProperty", "email")));
        Assert.That((answer.Status, answer.Category), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
        Assert.That(_sandbox.Portal.Contacts.Read(_ada)!.Properties["city"], Is.Null);
    }

    [TestCase("create", """{"inputs":["ada@example.com"]}""")]
    [TestCase("create", """{"inputs":[{"email":"new@example.com"}]}""")]
    [TestCase("create", """{"inputs":[{"properties":{"firstname":"A"},"associations":[{"to":{"id":"1"},"types":[4]}]}]}""")]
    [TestCase("read", """{"inputs":["1"]}""")]
    [TestCase("read", """{"idProperty":7,"inputs":[{"id":"1"}]}""")]
    [TestCase("update", """{"inputs":[{"id":"1"}]}""")]
    [TestCase("upsert", """{"inputs":[{"id":"Ulm","idProperty":"city","properties":{"phone":"1"}}]}""")]
    [TestCase("archive", """{}""")]
    public async Task A_body_that_is_not_of_the_form_is_refused(string batch, string body)
    {
        var refused = await _sandbox.SendAsync(HttpMethod.Post, $"{Contacts}/batch/{batch}", body);
        Assert.That((refused.Status, (string?)refused.Json["status"]), Is.EqualTo((HttpStatusCode.BadRequest, "error")));
        Assert.That(_sandbox.Portal.Contacts.Ids(), Is.EqualTo(new[] { _ada, _bob }));
    }

    [Test]
    public async Task A_batch_is_archived_in_silence()
    {
        var answer = await _sandbox.PostAsync($"{Contacts}/batch/archive", Ids(_ada, 1));
        Assert.That((answer.Status, answer.Body), Is.EqualTo((HttpStatusCode.NoContent, "")));
        Assert.That(_sandbox.Portal.Contacts.Ids(), Is.EqualTo(new[] { _bob }));
    }

    [Test]
    public async Task Tickets_are_made_in_a_batch_under_their_own_operation()
    {
        var answer = await _sandbox.PostAsync("/crm/v3/objects/0-5/batch/create", Batch(Ticket("One"), Ticket("Two")));
        Assert.That((answer.Status, answer.Ids), Is.EqualTo((HttpStatusCode.Created, _sandbox.Portal.Tickets.Ids().ToArray())).Using<(HttpStatusCode, long[])>((one, other) => one.Item1 == other.Item1 && one.Item2.SequenceEqual(other.Item2)));
        Assert.That(_sandbox.Server.Log.Count("tickets.batch.create", 201), Is.EqualTo(1));
    }
}
