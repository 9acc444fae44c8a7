using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Sandbox;

/// <summary>HubSpot's own client, from npm, connects by OAuth and writes contacts, tickets and associations.</summary>
sealed class OfficialClientContactTests
{
    const string RedirectUri = "http://localhost:3000/callback";

    static readonly AppOptions App = AppOptions.Default with { Scopes = [.. SandboxScopes.All.Except([SandboxScopes.OwnersRead], StringComparer.Ordinal)] };

    SandboxServer _sandbox = null!;
    Portal _portal = null!;
    long[] _deals = [];
    JsonNode _seen = null!;

    [OneTimeSetUp]
    public async Task RunAsync()
    {
        _sandbox = await SandboxServer.StartAsync(
            new SandboxOptions { Apps = [App], Portals = [new PortalOptions { PortalId = 3, Deals = 20, Archived = 0, Contacts = 5 }] },
            CancellationToken.None);
        _portal = _sandbox.Portal(3);
        _deals = [.. _portal.DealIds().Where(id => _portal.AssociatedIds("deals", id, "contacts").Count == 0).Take(2)];
        var argument = JsonSerializer.Serialize(new
        {
            baseUrl = _sandbox.BaseAddress.GetLeftPart(UriPartial.Authority),
            clientId = App.ClientId,
            clientSecret = App.ClientSecret,
            redirectUri = RedirectUri,
            code = _sandbox.GrantCode(App.ClientId, RedirectUri, 3),
            dealIds = _deals.Select(id => id.ToString()),
        });
        var folder = await ForeignProgram.InstallNpmAsync("Tests", "Suite", "Sandbox", "official-client");
        _seen = JsonNode.Parse(await ForeignProgram.RunAsync("node", folder, "contacts.mjs", argument))!;
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public void It_exchanges_a_code_refreshes_and_asks_whose_its_tokens_are()
    {
        Assert.Multiple(() =>
        {
            Assert.That(((string?)_seen["granted"]!["tokenType"], (int)_seen["granted"]!["expiresIn"]!), Is.EqualTo(("bearer", 1800)));
            Assert.That((string?)_seen["refreshed"]!["refreshToken"], Is.EqualTo((string?)_seen["granted"]!["refreshToken"]));
            Assert.That((string?)_seen["refreshed"]!["accessToken"], Is.Not.EqualTo((string?)_seen["granted"]!["accessToken"]));
            Assert.That(((int)_seen["accessToken"]!["hubId"]!, (long)_seen["accessToken"]!["appId"]!), Is.EqualTo((3, App.AppId)));
            Assert.That(_seen["accessToken"]!["scopes"]!.AsArray().Select(scope => (string)scope!), Is.EqualTo(App.Scopes));
            Assert.That(((int)_seen["refreshToken"]!["hubId"]!, (string?)_seen["refreshToken"]!["clientId"]), Is.EqualTo((3, App.ClientId)));
        });
    }

    [Test]
    public void It_writes_and_reads_contacts()
    {
        var id = IdOf(_seen["made"]!);
        Assert.Multiple(() =>
        {
            Assert.That((string?)_seen["made"]!["properties"]!["lastname"], Is.EqualTo("O'Neill"));
            Assert.That((string?)_seen["changed"]!["properties"]!["jobtitle"], Is.EqualTo("Countess"));
            Assert.That(IdOf(_seen["byEmail"]!), Is.EqualTo(id));
            Assert.That((string?)_seen["byEmail"]!["associations"]!["deals"]!["results"]![0]!["id"], Is.EqualTo(_deals[0].ToString()));
            Assert.That(_portal.Contacts.Read(id)!.Properties["email"], Is.EqualTo("zoë.o’neill@example.com"));
        });
    }

    [Test]
    public void It_writes_and_reads_batches()
    {
        var cities = new[] { "c1@example.com", "c4@example.com" }.Select(email => _portal.Contacts.ReadByEmail(email)!.Properties["city"]);
        Assert.Multiple(() =>
        {
            Assert.That(_seen["batch"]!["results"]!.AsArray().Select(contact => (string?)contact!["properties"]!["firstname"]), Is.EqualTo(new[] { "N1", "N2", "N3" }));
            Assert.That(_seen["read"]!["results"]!.AsArray().Select(contact => (string?)contact!["properties"]!["firstname"]), Is.EqualTo(new[] { "N2" }));
            Assert.That((string?)_seen["read"]!["errors"]![0]!["context"]!["ids"]![0], Is.EqualTo("none@example.com"));
            Assert.That(_seen["upserted"]!["results"]!.AsArray().Select(contact => (bool)contact!["_new"]!), Is.EqualTo(new[] { false, true }));
            Assert.That(cities, Is.EqualTo(new[] { "Ulm", "Bonn" }));
            Assert.That((string?)_seen["updated"]!["results"]![0]!["properties"]!["city"], Is.EqualTo("Kiel"));
            Assert.That(_portal.Contacts.Ids(archived: true), Is.EqualTo(new[] { IdOf(_seen["batch"]!["results"]![2]!) }));
        });
    }

    [Test]
    public void It_searches_and_pages_through_contacts()
    {
        var found = _seen["found"]!;
        Assert.Multiple(() =>
        {
            Assert.That(((int)found["total"]!, (string?)found["paging"]!["next"]!["after"]), Is.EqualTo((4, "2")));
            Assert.That(
                found["results"]!.AsArray().Select(contact => (string?)contact!["properties"]!["email"]), Is.EqualTo(new[] { "c4@example.com", "c3@example.com" }));
            Assert.That(
                _seen["all"]!.AsArray().Select(id => long.Parse((string)id!)),
                Is.EqualTo(_portal.Contacts.Ids().Concat(_portal.Contacts.Ids(archived: true)).Order()), "one was archived afterwards");
        });
    }

    [Test]
    public void It_writes_a_ticket_and_reads_its_pipeline_and_the_contacts_properties()
    {
        Assert.Multiple(() =>
        {
            Assert.That((string?)_seen["ticket"]!["properties"]!["hs_pipeline_stage"], Is.EqualTo("1"));
            Assert.That(_portal.AssociatedIds("contacts", IdOf(_seen["made"]!), "tickets"), Is.EqualTo(new[] { IdOf(_seen["ticket"]!) }));
            Assert.That((string?)_seen["pipelines"]![0]!["stages"]![3]!["metadata"]!["ticketState"], Is.EqualTo("CLOSED"));
            Assert.That(_seen["properties"]!.AsArray().Select(name => (string)name!), Is.EquivalentTo(_portal.Contacts.PropertyNames));
        });
    }

    [Test]
    public void It_makes_reads_and_ends_associations()
    {
        var (contact, ticket) = (IdOf(_seen["made"]!), IdOf(_seen["ticket"]!));
        Assert.Multiple(() =>
        {
            Assert.That((int)_seen["byDefault"]!["results"]![0]!["associationSpec"]!["associationTypeId"]!, Is.EqualTo(27));
            Assert.That((string?)_seen["inBatch"]!["results"]![0]!["to"]!["id"], Is.EqualTo(_deals[1].ToString()));
            Assert.That(_seen["labelled"]!["results"]![0]!["labels"]!.ToJsonString(), Is.EqualTo("[\"Primary\"]"));
            Assert.That(ToIds(_seen["associated"]!["results"]![0]!["to"]!), Is.EqualTo(_deals));
            Assert.That(_seen["associated"]!["errors"]!.AsArray(), Has.Count.EqualTo(1), "the other contact has none");
            Assert.That(ToIds(_seen["list"]!["results"]!), Is.EqualTo(_deals));
            Assert.That(_portal.AssociatedIds("contacts", contact, "deals"), Is.EqualTo(new[] { _deals[1] }), "one was ended");
            Assert.That(_portal.AssociatedIds("tickets", ticket, "deals"), Is.Empty, "that too");
        });
    }

    [TestCase("reusedCode", 400, null, "missing or unknown auth code")]
    [TestCase("withdrawnRefreshToken", 400, null, "missing or invalid refresh token")]
    [TestCase("takenEmail", 409, "CONFLICT", "Contact already exists. Existing ID: ")]
    [TestCase("takenEmailInBatch", 409, "CONFLICT", "Contact already exists. Existing ID: ")]
    [TestCase("invalidEmail", 400, "VALIDATION_ERROR", "Property values were not valid: [{\"isValid\":false,\"message\":\"Email address None is invalid\"")]
    [TestCase("ticketWithoutStage", 400, "VALIDATION_ERROR", "Error creating TICKET. Some required properties were not set.")]
    [TestCase("duplicateIds", 400, "VALIDATION_ERROR", "Duplicate IDs found in batch input: [")]
    [TestCase("missingAssociation", 400, "VALIDATION_ERROR", "One or more associations are invalid")]
    [TestCase("missingScope", 403, "MISSING_SCOPES", "This app hasn't been granted all required scopes to make this call.")]
    public void It_is_refused_as_HubSpot_refuses(string call, int code, string? category, string message)
    {
        var refusal = _seen["refusals"]![call]!;
        Assert.Multiple(() =>
        {
            Assert.That((int)refusal["code"]!, Is.EqualTo(code));
            Assert.That((string?)refusal["body"]!["category"], Is.EqualTo(category));
            Assert.That((string?)refusal["body"]!["message"], Does.StartWith(message));
        });
    }

    static long IdOf(JsonNode record) => long.Parse((string)record["id"]!);

    // the client's own type says text where the wire says number
    static IEnumerable<long> ToIds(JsonNode list) => list.AsArray().Select(to => long.Parse(to!["toObjectId"]!.ToString()));
}
