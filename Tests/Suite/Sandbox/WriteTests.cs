using System.Net;
using System.Text.Json.Nodes;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed class WriteTests
{
    SandboxCaller _sandbox = null!;
    ManualClock _clock = null!;
    long[] _ids = [];

    [SetUp]
    public async Task StartAsync()
    {
        _clock = new ManualClock();
        _sandbox = await StartPlainAsync(250, clock: _clock);
        _ids = [.. _sandbox.Portal.DealIds()];
    }

    [TearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public async Task A_new_deal_comes_last_and_shows_what_HubSpot_set()
    {
        var made = await _sandbox.PostAsync(Deals, Input(("dealname", "New"), ("amount", "5000.00"), ("closedate", "2026-12-31")));
        var id = long.Parse((string)made.Json["id"]!);
        var properties = made.Json["properties"]!;
        Assert.Multiple(() =>
        {
            Assert.That(made.Status, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(made.Headers["Location"], Is.EqualTo($"{Deals}/{id}"));
            Assert.That((string?)properties["amount"], Is.EqualTo("5000.00"), "as written");
            Assert.That((string?)properties["closedate"], Is.EqualTo("2026-12-31T00:00:00Z"), "a bare date is its midnight");
            Assert.That((string?)properties["createdate"], Is.EqualTo("2026-11-21T12:00:00Z"));
            Assert.That((string?)properties["hs_object_source"], Is.EqualTo("INTEGRATION"));
            Assert.That(properties["dealstage"], Is.Null);
            Assert.That(properties.AsObject().ContainsKey("dealstage"), Is.True);
            Assert.That(_sandbox.Portal.DealIds().Last(), Is.EqualTo(id));
        });
    }

    [Test]
    public async Task A_deal_can_appear_behind_a_cursor()
    {
        var behind = _ids[100] + 1;
        var page = await _sandbox.GetAsync($"{Deals}?limit=100&after={_ids[101]}");
        _sandbox.Portal.CreateDeal(new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = "late" }, behind);
        var next = await _sandbox.GetAsync($"{Deals}?limit=100&after={page.Cursor}");
        Assert.Multiple(async () =>
        {
            Assert.That(page.Ids.Concat(next.Ids), Does.Not.Contain(behind));
            Assert.That((await _sandbox.ReadAllAsync()).Select(record => (string?)record["id"]), Does.Contain(behind.ToString()));
        });
    }

    [Test]
    public async Task A_change_answers_with_what_changed_and_what_follows_from_it()
    {
        var changed = await _sandbox.SendAsync(
            HttpMethod.Patch, $"{Deals}/{_ids[3]}", Input(("dealstage", "closedwon"), ("amount", "250")).ToJsonString());
        var properties = changed.Json["properties"]!.AsObject();
        Assert.Multiple(() =>
        {
            Assert.That((string?)properties["hs_is_closed_won"], Is.EqualTo("true"));
            Assert.That((string?)properties["hs_closed_amount"], Is.EqualTo("250"));
            Assert.That((string?)properties["hs_lastmodifieddate"], Is.EqualTo("2026-11-21T12:00:00Z"));
            Assert.That(properties.ContainsKey("dealname"), Is.False);
            Assert.That((string?)changed.Json["updatedAt"], Is.EqualTo("2026-11-21T12:00:00Z"));
        });
    }

    [Test]
    public async Task A_cleared_value_is_an_empty_string_and_not_null()
    {
        await _sandbox.SendAsync(HttpMethod.Patch, $"{Deals}/{_ids[3]}", Input(("dealname", ""), ("createdate", "")).ToJsonString());
        var deal = await _sandbox.GetAsync($"{Deals}/{_ids[3]}");
        Assert.Multiple(() =>
        {
            Assert.That((string?)deal.Json["properties"]!["dealname"], Is.EqualTo(""));
            Assert.That((string?)deal.Json["properties"]!["createdate"], Is.EqualTo(""));
            Assert.That((string?)deal.Json["createdAt"], Is.EqualTo("1970-01-01T00:00:00Z"));
            Assert.That(_sandbox.Portal.ReadDeal(_ids[3], "dealname", "hs_acv", "nonsense")!.Properties.Keys, Is.EqualTo(new[] { "dealname", "hs_acv" }));
        });
    }

    [Test]
    public async Task Archiving_moves_the_deal_to_the_archive_and_its_modification_time_not_at_all()
    {
        var before = _sandbox.Portal.ReadDeal(_ids[5])!;
        var answers = new[]
        {
            await _sandbox.SendAsync(HttpMethod.Delete, $"{Deals}/{_ids[5]}"),
            await _sandbox.SendAsync(HttpMethod.Delete, $"{Deals}/{_ids[5]}"),
        };
        var after = _sandbox.Portal.ReadDeal(_ids[5])!;
        Assert.Multiple(() =>
        {
            Assert.That(answers.Select(answer => (answer.Status, answer.Body)), Has.All.EqualTo((HttpStatusCode.NoContent, "")));
            Assert.That((after.Archived, after.ArchivedAt, after.UpdatedAt), Is.EqualTo((true, "2026-11-21T12:00:00Z", before.UpdatedAt)));
            Assert.That(_sandbox.Portal.DealIds(), Does.Not.Contain(_ids[5]));
            Assert.That(_sandbox.Portal.DealIds(archived: true), Does.Contain(_ids[5]));
            Assert.That((_sandbox.Portal.CountDeals(), _sandbox.Portal.CountDeals(archived: true)), Is.EqualTo((249, 26)));
        });
    }

    [Test]
    public async Task A_cursor_outlives_the_deal_it_was_made_from()
    {
        var page = await _sandbox.GetAsync($"{Deals}?limit=10");
        _sandbox.Portal.ArchiveDeal(page.Ids[^1]);
        _sandbox.Portal.ArchiveDeal(_ids[10]);
        var next = await _sandbox.GetAsync($"{Deals}?limit=1&after={page.Cursor}");
        Assert.That(next.Ids, Is.EqualTo(new[] { _ids[11] }));
    }

    [Test]
    public async Task A_merged_deal_is_gone_and_its_id_brings_the_survivor_in_a_batch()
    {
        var merged = await _sandbox.PostAsync(
            $"{Deals}/merge", new JsonObject { ["primaryObjectId"] = _ids[1].ToString(), ["objectIdToMerge"] = _ids[2].ToString() });
        var read = await _sandbox.PostAsync($"{Deals}/batch/read", Inputs(_ids[2]));
        Assert.Multiple(async () =>
        {
            Assert.That(merged.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(_sandbox.Portal.ReadDeal(_ids[1])!.Properties["hs_merged_object_ids"], Is.EqualTo(_ids[2].ToString()));
            Assert.That(_sandbox.Portal.ReadDeal(_ids[2]), Is.Null);
            Assert.That((read.Status, read.Ids), Is.EqualTo((HttpStatusCode.OK, new[] { _ids[1] })).Using<(HttpStatusCode, long[])>((one, other) => one.Item1 == other.Item1 && one.Item2.SequenceEqual(other.Item2)));
            Assert.That((await _sandbox.GetAsync($"{Deals}/{_ids[2]}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(_sandbox.Portal.CountDeals(), Is.EqualTo(249));
        });
    }

    [Test]
    public async Task A_test_in_the_same_process_writes_as_the_API_does()
    {
        var name = new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = "renamed" };
        _sandbox.Portal.UpdateDeal(_ids[0], name);
        _sandbox.Portal.MergeDeals(_ids[0], _ids[1]);
        _sandbox.Portal.MergeDeals(_ids[2], _ids[0]);
        var read = await _sandbox.PostAsync($"{Deals}/batch/read", Inputs(_ids[1], _ids[0]));
        Assert.Multiple(() =>
        {
            Assert.That(read.Ids, Is.EqualTo(new[] { _ids[2] }), "a merged deal's id leads on to the last survivor");
            Assert.That(() => _sandbox.Portal.UpdateDeal(_ids[0], name), Throws.InstanceOf<KeyNotFoundException>());
            Assert.That(() => _sandbox.Portal.MergeDeals(_ids[0], _ids[5]), Throws.InstanceOf<KeyNotFoundException>());
            Assert.That(() => _sandbox.Portal.CreateDeal(name, _ids[5]), Throws.InstanceOf<ArgumentException>());
        });
    }

    [Test]
    public async Task A_batch_tells_all_missing_ids_in_one_error()
    {
        var read = await _sandbox.PostAsync($"{Deals}/batch/read", Inputs(_ids[9], 1, _ids[0], 2));
        Assert.Multiple(() =>
        {
            Assert.That((int)read.Status, Is.EqualTo(207));
            Assert.That(read.Keys, Is.EqualTo("status results numErrors errors startedAt completedAt"));
            Assert.That(read.Ids, Is.EqualTo(new[] { _ids[0], _ids[9] }), "not in the order of the inputs");
            Assert.That((int)read.Json["numErrors"]!, Is.EqualTo(1));
            Assert.That(read.Json["errors"]![0]!["context"]!["ids"]!.ToJsonString(), Is.EqualTo("[\"1\",\"2\"]"));
        });
    }

    [TestCase(101, false, "The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again")]
    [TestCase(
        51, true, "The maximum number of inputs supported in a batch request for property histories is 50. Please reduce the number of items and try again")]
    public async Task A_batch_has_a_limit(int inputs, bool withHistory, string message)
    {
        var body = Inputs([.. _ids.Take(inputs)]);
        body["propertiesWithHistory"] = withHistory ? new JsonArray("amount") : new JsonArray();
        var read = await _sandbox.PostAsync($"{Deals}/batch/read", body);
        Assert.That((read.Status, read.Message), Is.EqualTo((HttpStatusCode.BadRequest, message)));
    }

    [Test]
    public async Task Batches_create_update_and_archive()
    {
        var made = await _sandbox.PostAsync($"{Deals}/batch/create", new JsonObject { ["inputs"] = new JsonArray(Input(("dealname", "a")), Input(("dealname", "b"))) });
        var changes = Input(("dealname", "c"));
        changes["id"] = made.Ids[0].ToString();
        var missing = Input(("dealname", "d"));
        missing["id"] = "1";
        var updated = await _sandbox.PostAsync($"{Deals}/batch/update", new JsonObject { ["inputs"] = new JsonArray(changes, missing) });
        var archived = await _sandbox.PostAsync($"{Deals}/batch/archive", Inputs(made.Ids[1], 1));
        Assert.Multiple(() =>
        {
            Assert.That(((int)made.Status, (int)updated.Status, (int)archived.Status), Is.EqualTo((201, 207, 204)));
            Assert.That(_sandbox.Portal.ReadDeal(made.Ids[0])!.Properties["dealname"], Is.EqualTo("c"));
            Assert.That(_sandbox.Portal.ReadDeal(made.Ids[1])!.Archived, Is.True);
        });
    }

    [Test]
    public async Task One_bad_input_refuses_the_batch_unless_each_carries_a_trace_id()
    {
        var bad = new JsonObject { ["inputs"] = new JsonArray(Input(("dealname", "a")), Input(("no_such", "b"))) };
        var refused = await _sandbox.PostAsync($"{Deals}/batch/create", bad);
        foreach (var input in bad["inputs"]!.AsArray())
        {
            input!["objectWriteTraceId"] = Guid.NewGuid().ToString();
        }

        var partly = await _sandbox.PostAsync($"{Deals}/batch/create", bad);
        Assert.That(((int)refused.Status, (int)partly.Status, partly.Ids.Length), Is.EqualTo((400, 207, 1)));
    }

    [TestCase("no_such", "1", "PROPERTY_DOESNT_EXIST", "Property \"no_such\" does not exist")]
    [TestCase("hs_object_id", "1", "READ_ONLY_VALUE", "")]
    [TestCase("dealtype", "oldbusiness", "INVALID_OPTION", "")]
    [TestCase("dealstage", "thinking", "INVALID_OPTION", "thinking is not a valid pipeline stage ID. Valid options are: ")]
    [TestCase("amount", "lots", "INVALID_LONG", "")]
    [TestCase("kickoff_date", "2026-01-01T07:40:35.320Z", "INVALID_DATE", "2026-01-01T07:40:35.320Z is at 7:40:35.320 UTC, not midnight!")]
    public async Task A_bad_value_is_refused_with_its_code(string property, string value, string code, string message)
    {
        var refused = await _sandbox.PostAsync(Deals, Input((property, value)));
        Assert.Multiple(() =>
        {
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(refused.Keys, Is.EqualTo("status message correlationId errors category"));
            Assert.That(refused.Message, Does.StartWith("Property values were not valid: [{\"isValid\":false,\"message\":\""));
            Assert.That((string?)refused.Json["errors"]![0]!["code"], Is.EqualTo(code));
            Assert.That((string?)refused.Json["errors"]![0]!["message"], Does.StartWith(message));
            Assert.That((string?)refused.Json["errors"]![0]!["context"]!["propertyName"]![0], Is.EqualTo(property));
        });
    }

    [Test]
    public async Task History_shows_earlier_values_newest_first()
    {
        foreach (var name in new[] { "one", "two" })
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await _sandbox.SendAsync(HttpMethod.Patch, $"{Deals}/{_ids[0]}", Input(("hs_next_step", name)).ToJsonString());
        }

        var deal = await _sandbox.GetAsync($"{Deals}/{_ids[0]}?propertiesWithHistory=hs_next_step");
        Assert.That(
            deal.Json["propertiesWithHistory"]!["hs_next_step"]!.AsArray().Take(2).Select(entry => ((string?)entry!["value"], (string?)entry["timestamp"])),
            Is.EqualTo(new[] { ("two", "2026-11-21T12:02:00Z"), ("one", "2026-11-21T12:01:00Z") }));
    }

    static JsonObject Input(params (string Name, string Value)[] properties) => new()
    {
        ["properties"] = new JsonObject(properties.Select(property => KeyValuePair.Create(property.Name, (JsonNode?)property.Value))),
    };

    static JsonObject Inputs(params long[] ids) => new()
    {
        ["inputs"] = new JsonArray([.. ids.Select(id => new JsonObject { ["id"] = id.ToString() })]),
        ["properties"] = new JsonArray("dealname"),
    };
}
