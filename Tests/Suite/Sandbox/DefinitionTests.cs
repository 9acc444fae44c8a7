using System.Net;
using System.Text.Json.Nodes;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed class DefinitionTests
{
    const string Properties = "/crm/properties/2026-09/deals";

    SandboxCaller _sandbox = null!;

    [SetUp]
    public async Task StartAsync() => _sandbox = await SandboxCaller.StartAsync(new() { Deals = 50, Archived = 5, ExtraCustomProperties = 200 });

    [TearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public async Task All_definitions_come_at_once_with_HubSpots_members()
    {
        var list = await _sandbox.GetAsync(Properties);
        var byName = list.Json["results"]!.AsArray().ToDictionary(
            definition => (string)definition!["name"]!, definition => definition!.AsObject(), StringComparer.Ordinal);
        Assert.Multiple(() =>
        {
            Assert.That(list.Keys, Is.EqualTo("results"));
            Assert.That(byName.Keys, Is.EquivalentTo(_sandbox.Portal.PropertyNames));
            Assert.That(byName, Has.Count.GreaterThan(400));
            Assert.That(
                string.Join(' ', byName["dealname"].Select(member => member.Key)),
                Is.EqualTo("updatedAt createdAt name label type fieldType description groupName options displayOrder calculated externalOptions "
                    + "hasUniqueValue hidden hubspotDefined modificationMetadata formField dataSensitivity"));
            Assert.That(byName["kickoff_date"].ContainsKey("hubspotDefined"), Is.False, "a custom property lacks the key");
            Assert.That(byName.Values.Count(definition => !definition.ContainsKey("createdAt")), Is.InRange(5, 20));
            Assert.That(((string?)byName["amount"]["type"], (string?)byName["closedate"]["type"]), Is.EqualTo(("number", "datetime")));
            Assert.That(byName["dealstage"]["options"]!.AsArray(), Has.Count.EqualTo(15));
            Assert.That((bool)byName["hubspot_owner_id"]["externalOptions"]!, Is.True);
            Assert.That(
                byName.Values.Select(definition => (string?)definition["type"]).Distinct(StringComparer.Ordinal),
                Is.EquivalentTo(new[] { "string", "number", "date", "datetime", "enumeration", "bool", "phone_number", "object_coordinates", "json" }));
        });
    }

    [Test]
    public void Two_names_are_equal_in_their_first_63_bytes_and_others_collide_with_columns()
    {
        var names = _sandbox.Portal.PropertyNames.ToArray();
        var longNames = names.Where(name => name.Length > 63).ToArray();
        Assert.That(longNames, Has.Length.EqualTo(3), "HubSpot's own longest name has 64");
        Assert.That(longNames.DistinctBy(name => name[..63], StringComparer.Ordinal).ToArray(), Has.Length.EqualTo(2));
        Assert.That(names, Is.SupersetOf(new[] { "created_at", "id", "order", "lead-source", "2019_campaign" }));
    }

    [Test]
    public async Task A_definition_is_made_changed_and_archived()
    {
        var body = new JsonObject { ["name"] = "made_here", ["label"] = "Made here", ["type"] = "number", ["fieldType"] = "number", ["groupName"] = "dealinformation" };
        var made = await _sandbox.PostAsync(Properties, body);
        var twice = await _sandbox.PostAsync(Properties, body);
        var changed = await _sandbox.SendAsync(HttpMethod.Patch, $"{Properties}/made_here", """{"label":"Changed"}""");
        var withIt = await _sandbox.GetAsync($"{Deals}?properties=made_here");
        var archived = await _sandbox.SendAsync(HttpMethod.Delete, $"{Properties}/made_here");
        var withoutIt = await _sandbox.GetAsync($"{Deals}?properties=made_here");
        var inTheArchive = await _sandbox.GetAsync($"{Properties}/made_here?archived=true");
        Assert.Multiple(() =>
        {
            Assert.That(((int)made.Status, (int)twice.Status, (int)changed.Status, (int)archived.Status), Is.EqualTo((201, 409, 200, 204)));
            Assert.That((string?)changed.Json["label"], Is.EqualTo("Changed"));
            Assert.That(withIt.Json["results"]![0]!["properties"]!.AsObject().ContainsKey("made_here"), Is.True);
            Assert.That(withoutIt.Json["results"]![0]!["properties"]!.AsObject().ContainsKey("made_here"), Is.False);
            Assert.That((bool)inTheArchive.Json["archived"]!, Is.True);
        });
    }

    [Test]
    public async Task A_name_must_be_lowercase_and_short()
    {
        var refused = await _sandbox.PostAsync(Properties, new JsonObject { ["name"] = "Loud", ["type"] = "string", ["fieldType"] = "text" });
        Assert.That(
            (refused.Status, refused.Message),
            Is.EqualTo((HttpStatusCode.BadRequest, "Names for properties should be lowercase and have less than 100 characters.")));
    }

    [Test]
    public async Task A_changed_type_leaves_the_stored_texts_alone()
    {
        _sandbox.Portal.ChangePropertyType("internal_notes", "number", "number");
        var definition = await _sandbox.GetAsync($"{Properties}/internal_notes");
        var values = _sandbox.Portal.DealIds().Select(id => _sandbox.Portal.ReadDeal(id, "internal_notes")!.Properties["internal_notes"]);
        Assert.That(((string?)definition.Json["type"], values.Any(value => value?.Contains(' ', StringComparison.Ordinal) == true)), Is.EqualTo(("number", true)));
    }

    [Test]
    public async Task Pipelines_come_at_once_and_an_untouched_default_one_dates_from_1970()
    {
        var list = await _sandbox.GetAsync("/crm/pipelines/2026-09/deals");
        var first = list.Json["results"]![0]!.AsObject();
        Assert.Multiple(() =>
        {
            Assert.That(list.Keys, Is.EqualTo("results"));
            Assert.That(string.Join(' ', first.Select(member => member.Key)), Is.EqualTo("label displayOrder id stages createdAt updatedAt archived"));
            Assert.That(
                string.Join(' ', first["stages"]![0]!.AsObject().Select(member => member.Key)),
                Is.EqualTo("label displayOrder metadata id createdAt updatedAt archived writePermissions"));
            Assert.That(((string?)first["id"], (string?)first["createdAt"]), Is.EqualTo(("default", "1970-01-01T00:00:00Z")));
            Assert.That(first["stages"]![1]!["metadata"]!.ToJsonString(), Is.EqualTo("""{"isClosed":"false","probability":"0.4"}"""));
            Assert.That(list.Json["results"]!.AsArray(), Has.Count.EqualTo(3));
        });
    }

    [Test]
    public async Task One_pipeline_and_its_stages_can_be_read()
    {
        var one = await _sandbox.GetAsync("/crm/v3/pipelines/deals/default");
        var stages = await _sandbox.GetAsync("/crm/v3/pipelines/deals/default/stages");
        var none = await _sandbox.GetAsync("/crm/v3/pipelines/deals/none");
        Assert.Multiple(() =>
        {
            Assert.That((string?)one.Json["label"], Is.EqualTo("Sales Pipeline"));
            Assert.That(stages.Json["results"]!.AsArray(), Has.Count.EqualTo(7));
            Assert.That(none.Status, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    [Test]
    public async Task Owners_are_paged_by_an_opaque_cursor_and_those_who_left_are_apart()
    {
        var met = new List<long>();
        string? after = null;
        do
        {
            var page = await _sandbox.GetAsync($"/crm/owners/2026-09?limit=10{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            met.AddRange(page.Ids);
            after = page.Cursor;
        }
        while (after is not null);
        var left = await _sandbox.GetAsync("/crm/owners/2026-09?archived=true");
        Assert.Multiple(() =>
        {
            Assert.That(met, Has.Count.EqualTo(22).And.Ordered.And.Unique);
            Assert.That(left.Ids, Has.Length.EqualTo(2));
            Assert.That(left.Json["results"]![0]!.AsObject().ContainsKey("userId"), Is.False);
        });
    }

    [Test]
    public async Task The_account_tells_its_id_as_a_number()
    {
        var details = await _sandbox.GetAsync("/account-info/2026-09/details");
        Assert.Multiple(() =>
        {
            Assert.That(
                details.Keys,
                Is.EqualTo("portalId accountType timeZone companyCurrency additionalCurrencies utcOffset utcOffsetMilliseconds uiDomain dataHostingLocation"));
            Assert.That((long)details.Json["portalId"]!, Is.EqualTo(12345678));
        });
    }
}
