using System.Globalization;
using System.Net;
using System.Text.Json;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Gateway;

/// <summary>Contacts through the gateway: every answer and error of its document.</summary>
sealed class ContactTests
{
    ScanApi _api = null!;
    GatewayVisitor _visitor = null!;

    [SetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync(settings: GatewayVisitor.Settings);
        _visitor = new GatewayVisitor(_api, ScanApi.Token);
    }

    [TearDown]
    public async Task Stop()
    {
        _visitor.Dispose();
        await _api.DisposeAsync();
    }

    [Test]
    public async Task A_contact_is_created_read_changed_replaced_and_deleted()
    {
        var created = await _visitor.PostAsync("/api/hs/contacts", new { email = "john.doe@example.com", firstname = "John", lastname = "Doe", phone = "+1234567890" });
        Assert.That(created.Status, Is.EqualTo(HttpStatusCode.Created), created.Text);
        Assert.That((created.Json.GetProperty("success").GetBoolean(), created.Json.GetProperty("created").GetBoolean()), Is.EqualTo((true, true)));
        Assert.That(Names(created.Json.GetProperty("properties")), Is.EqualTo(new[] { "email", "firstname", "lastname", "phone", "createdate" }));
        var id = created.Json.GetProperty("id").GetString()!;

        var read = (await _visitor.GetAsync($"/api/hs/contacts/{id}")).Json;
        Assert.That(read.GetProperty("properties").GetProperty("email").GetString(), Is.EqualTo("john.doe@example.com"));
        Assert.That(read.GetProperty("createdAt").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
        Assert.That(Names((await _visitor.GetAsync($"/api/hs/contacts/{id}?properties=lastname,firstname")).Json.GetProperty("properties")), Is.EqualTo(new[] { "lastname", "firstname" }));

        var changed = (await _visitor.SendAsync(HttpMethod.Patch, $"/api/hs/contacts/{id}", new { jobtitle = "Lead", company = "Acme" })).Json;
        Assert.That(changed.GetProperty("updatedFields").EnumerateArray().Select(field => field.GetString()), Is.EqualTo(new[] { "jobtitle", "company" }));
        Assert.That(Names(changed.GetProperty("properties")), Is.EqualTo(new[] { "jobtitle", "company", "lastmodifieddate" }));

        var replaced = (await _visitor.SendAsync(HttpMethod.Put, $"/api/hs/contacts/{id}", new { email = "john.updated@example.com", lastname = "Doe Updated" })).Json;
        Assert.That(replaced.GetProperty("updated").GetBoolean(), Is.True);
        Assert.That(replaced.TryGetProperty("updatedFields", out _), Is.False);
        var after = (await _visitor.GetAsync($"/api/hs/contacts/{id}")).Json.GetProperty("properties");
        Assert.That(after.GetProperty("lastname").GetString(), Is.EqualTo("Doe Updated"));
        Assert.That(new[] { "firstname", "phone", "jobtitle", "company" }.Select(name => after.TryGetProperty(name, out var value) ? value.GetString() : ""), Is.All.EqualTo(""), "what was left out is cleared");

        var deleted = await _visitor.SendAsync(HttpMethod.Delete, $"/api/hs/contacts/{id}");
        Assert.That(deleted.Text, Is.EqualTo($$"""{"success":true,"deleted":true,"id":"{{id}}","message":"Contact deleted successfully"}"""));
        foreach (var gone in new[]
        {
            await _visitor.GetAsync($"/api/hs/contacts/{id}"),
            await _visitor.SendAsync(HttpMethod.Delete, $"/api/hs/contacts/{id}"),
            await _visitor.SendAsync(HttpMethod.Patch, $"/api/hs/contacts/{id}", new { jobtitle = "Ghost" }),
        })
        {
            Assert.That((gone.Status, gone.Text), Is.EqualTo((HttpStatusCode.NotFound, $$$"""{"error":{"code":"CONTACT_NOT_FOUND","message":"Contact with ID {{{id}}} not found"}}""")));
        }
    }

    [Test]
    public async Task What_is_missing_is_named_as_the_document_shows()
    {
        var answer = await _visitor.PostAsync("/api/hs/contacts", new { firstname = "John" });
        Assert.That((answer.Status, answer.Text), Is.EqualTo((HttpStatusCode.BadRequest,
            """{"error":{"code":"VALIDATION_ERROR","message":"Required fields are missing","details":{"fields":[{"field":"email","message":"Email is required for contact creation"}]}}}""")));
    }

    [TestCase("""{"email":"no address"}""", "email")]
    [TestCase("""{"email":"a@b.example","First Name":"x"}""", "First Name")]
    [TestCase("""{"email":"a@b.example","firstname":{}}""", "firstname")]
    [TestCase("""{"email":"a@b.example","firstname":1.5}""", "firstname")]
    [TestCase("""[]""", "body")]
    [TestCase("""{""", "body")]
    public async Task What_is_wrong_is_named_by_its_field(string body, string field)
    {
        var answer = await _visitor.PostAsync("/api/hs/contacts", body);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
        Assert.That(answer.Json.GetProperty("error").GetProperty("details").GetProperty("fields").EnumerateArray().Select(fault => fault.GetProperty("field").GetString()), Does.Contain(field).Or.Contain(""));
        Assert.That(_api.Sandbox.Log.Requests, Is.Empty, "HubSpot is not asked");
    }

    [Test]
    public async Task The_same_email_twice_is_a_conflict_that_names_the_contact_there_is()
    {
        var id = (await _visitor.PostAsync("/api/hs/contacts", new { email = "twice@example.com" })).Json.GetProperty("id").GetString();
        var again = await _visitor.PostAsync("/api/hs/contacts", new { email = "TWICE@example.com" });
        Assert.That((again.Status, again.Code), Is.EqualTo((HttpStatusCode.Conflict, "CONTACT_EXISTS")));
        Assert.That(again.Json.GetProperty("error").GetProperty("details").GetProperty("existingId").GetString(), Is.EqualTo(id));
    }

    [Test]
    public async Task A_list_goes_on_page_by_page_and_says_how_many_there_are()
    {
        await FillAsync(45);
        List<string> ids = [];
        var path = "/api/hs/contacts";
        while (path is not null)
        {
            var page = (await _visitor.GetAsync(path)).Json;
            Assert.That(page.GetProperty("total").GetInt64(), Is.EqualTo(45));
            ids.AddRange(page.GetProperty("results").EnumerateArray().Select(contact => contact.GetProperty("id").GetString()!));
            path = page.GetProperty("hasMore").GetBoolean() ? "/api/hs/contacts?after=" + Uri.EscapeDataString(page.GetProperty("paging").GetProperty("next").GetProperty("after").GetString()!) : null;
        }

        Assert.That(ids, Has.Count.EqualTo(45).And.Unique);
    }

    [Test]
    public async Task A_sorted_list_goes_both_ways()
    {
        await FillAsync(5);
        var first = (await _visitor.GetAsync("/api/hs/contacts?sort=email&order=asc&limit=2&properties=email")).Json;
        Assert.That(Emails(first), Is.EqualTo(new[] { "c000@example.com", "c001@example.com" }));
        var second = (await _visitor.GetAsync($"/api/hs/contacts?sort=email&order=asc&limit=2&after={first.GetProperty("paging").GetProperty("next").GetProperty("after").GetString()}")).Json;
        Assert.That(Emails(second), Is.EqualTo(new[] { "c002@example.com", "c003@example.com" }));
        var back = (await _visitor.GetAsync($"/api/hs/contacts?sort=email&order=asc&limit=2&after={second.GetProperty("paging").GetProperty("prev").GetProperty("before").GetString()}")).Json;
        Assert.That(Emails(back), Is.EqualTo(Emails(first)));
        Assert.That(Emails((await _visitor.GetAsync("/api/hs/contacts?sort=email&limit=1")).Json), Is.EqualTo(new[] { "c004@example.com" }), "the greatest first");
    }

    [Test]
    public async Task A_search_is_not_taken_for_a_contacts_id()
    {
        await FillAsync(3);
        var found = await _visitor.GetAsync("/api/hs/contacts/search?query=c001&properties=email");
        Assert.That(Emails(found.Json), Is.EqualTo(new[] { "c001@example.com" }));
        Assert.That((found.Json.GetProperty("total").GetInt64(), found.Json.GetProperty("query").GetString()), Is.EqualTo((1, "c001")));
        Assert.That((await _visitor.GetAsync("/api/hs/contacts/search")).Code, Is.EqualTo("VALIDATION_ERROR"));
    }

    [TestCase("?limit=0")]
    [TestCase("?limit=101")]
    [TestCase("?order=up")]
    [TestCase("?sort=First%20Name")]
    [TestCase("?properties=a%20b")]
    public async Task A_bad_query_is_refused(string query) =>
        Assert.That((await _visitor.GetAsync("/api/hs/contacts" + query)).Code, Is.EqualTo("VALIDATION_ERROR"));

    [Test]
    public async Task A_thousand_contacts_of_which_three_are_bad_take_at_most_ten_calls_and_each_is_told_what_became_of_it()
    {
        await _visitor.PostAsync("/api/hs/contacts", new { email = "b500@example.com" });
        var before = _api.Sandbox.Log.Requests.Count;
        var contacts = Enumerable.Range(0, 1_000).Select(number => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["email"] = number switch { 7 => "no address", 8 => "b006@example.com", _ => string.Create(CultureInfo.InvariantCulture, $"b{number:000}@example.com") },
        });
        var answer = await _visitor.PostAsync("/api/hs/contacts/bulk", new { operation = "create", contacts });
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        Assert.That(_api.Sandbox.Log.Requests.Count - before, Is.LessThanOrEqualTo(10));
        Assert.That(answer.Json.GetProperty("summary").GetRawText(), Is.EqualTo("""{"total":1000,"successful":997,"failed":3}"""));
        Assert.That(answer.Json.GetProperty("success").GetBoolean(), Is.False);
        var results = answer.Json.GetProperty("results").EnumerateArray().ToList();
        Assert.That(
            results.Select((result, place) => (result, place)).Where(one => !one.result.GetProperty("success").GetBoolean()).Select(one => one.place), Is.EqualTo(new[] { 7, 8, 500 }));
        Assert.That(results[500].GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("CONTACT_EXISTS"));
        Assert.That(results[8].GetProperty("error").GetProperty("message").GetString(), Is.EqualTo("The same email as contact 6"));
        // Each id is the one of the contact at that place.
        foreach (var place in new[] { 0, 9, 499, 501, 999 })
        {
            var contact = (await _visitor.GetAsync($"/api/hs/contacts/{results[place].GetProperty("id").GetString()}")).Json;
            Assert.That(contact.GetProperty("properties").GetProperty("email").GetString(), Is.EqualTo(results[place].GetProperty("email").GetString()));
        }
    }

    [Test]
    public async Task Many_are_updated_and_deleted_by_their_ids_and_the_unknown_are_told()
    {
        var ids = await FillAsync(3);
        var updated = (await _visitor.PostAsync("/api/hs/contacts/bulk", new
        {
            operation = "update",
            contacts = new object[] { new { id = ids[0], jobtitle = "A" }, new { jobtitle = "B" }, new { id = "999999999", jobtitle = "C" }, new { id = ids[2], jobtitle = "D" }, new { id = "x/../y", jobtitle = "E" } },
        })).Json;
        Assert.That(updated.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("success").GetBoolean()), Is.EqualTo(new[] { true, false, false, true, false }));
        Assert.That((await _visitor.GetAsync($"/api/hs/contacts/{ids[2]}")).Json.GetProperty("properties").GetProperty("jobtitle").GetString(), Is.EqualTo("D"));
        var deleted = (await _visitor.PostAsync("/api/hs/contacts/bulk", new { operation = "delete", contacts = ids.Select(id => new { id }) })).Json;
        Assert.That(deleted.GetProperty("summary").GetRawText(), Is.EqualTo("""{"total":3,"successful":3,"failed":0}"""));
        Assert.That((await _visitor.GetAsync($"/api/hs/contacts/{ids[0]}")).Code, Is.EqualTo("CONTACT_NOT_FOUND"));
    }

    [TestCase("""{"operation":"crate","contacts":[{"email":"a@b.example"}]}""", "operation")]
    [TestCase("""{"operation":"create","contacts":[]}""", "contacts")]
    [TestCase("""{"operation":"create"}""", "contacts")]
    [TestCase("""{"operation":"create","contacts":["x"]}""", "contacts[0]")]
    [TestCase("""{"operation":"create","contacts":[{"email":"a@b.example"}],"more":1}""", "more")]
    public async Task A_bulk_operation_that_can_not_be_read_is_refused_as_a_whole(string body, string field)
    {
        var answer = await _visitor.PostAsync("/api/hs/contacts/bulk", body);
        Assert.That(answer.Code, Is.EqualTo("VALIDATION_ERROR"));
        Assert.That(answer.Json.GetProperty("error").GetProperty("details").GetProperty("fields").EnumerateArray().Select(fault => fault.GetProperty("field").GetString()), Does.Contain(field));
    }

    [Test]
    public async Task Nobody_without_a_token_gets_anywhere()
    {
        using var stranger = new GatewayVisitor(_api);
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "/api/hs/contacts"), (HttpMethod.Post, "/api/hs/contacts"), (HttpMethod.Get, "/api/hs/contacts/1"), (HttpMethod.Put, "/api/hs/contacts/1"),
            (HttpMethod.Patch, "/api/hs/contacts/1"), (HttpMethod.Delete, "/api/hs/contacts/1"), (HttpMethod.Get, "/api/hs/contacts/search?query=x"), (HttpMethod.Post, "/api/hs/contacts/bulk"),
        })
        {
            var answer = await stranger.SendAsync(method, path, method == HttpMethod.Get || method == HttpMethod.Delete ? null : "{}");
            Assert.That((answer.Status, answer.Text), Is.EqualTo((HttpStatusCode.Unauthorized, """{"error":{"code":"AUTHENTICATION_REQUIRED","message":"Not authenticated with HubSpot"}}""")), path);
        }
    }

    [Test]
    public async Task What_hubspot_refuses_is_told_with_its_code()
    {
        using var unknown = new GatewayVisitor(_api, "pat-na1-unknown");
        var refused = await unknown.GetAsync("/api/hs/contacts/1");
        Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.Unauthorized, "INVALID_TOKEN")));
        _api.Sandbox.AddToken(12_345_678, new TokenOptions { Token = "pat-na1-deals-only", Scopes = ["crm.objects.deals.read"] });
        using var narrow = new GatewayVisitor(_api, "pat-na1-deals-only");
        var shortOf = await narrow.GetAsync("/api/hs/contacts/1");
        Assert.That((shortOf.Status, shortOf.Code), Is.EqualTo((HttpStatusCode.Forbidden, "INSUFFICIENT_SCOPE")));
        _api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 502, Operation = "contacts.get", Times = 5 });
        var away = await _visitor.GetAsync("/api/hs/contacts/1");
        Assert.That((away.Status, away.Code, away.Headers.ContainsKey("Retry-After")), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE", true)));
    }

    [Test]
    public async Task Addresses_and_methods_that_are_not_there_answer_in_the_gateways_form()
    {
        var nothing = await _visitor.GetAsync("/api/hs/nothing");
        Assert.That((nothing.Status, nothing.Code), Is.EqualTo((HttpStatusCode.NotFound, "NOT_FOUND")));
        var wrong = await _visitor.SendAsync(HttpMethod.Delete, "/api/hs/contacts");
        Assert.That((wrong.Status, wrong.Code), Is.EqualTo((HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED")));
    }

    async Task<string[]> FillAsync(int count)
    {
        var answer = await _visitor.PostAsync("/api/hs/contacts/bulk", new
        {
            operation = "create",
            contacts = Enumerable.Range(0, count).Select(number => new { email = string.Create(CultureInfo.InvariantCulture, $"c{number:000}@example.com") }),
        });
        return [.. answer.Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("id").GetString()!)];
    }

    static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    static IEnumerable<string?> Emails(JsonElement list) =>
        list.GetProperty("results").EnumerateArray().Select(contact => contact.GetProperty("properties").GetProperty("email").GetString());
}
