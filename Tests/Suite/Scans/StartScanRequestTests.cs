using System.Net;
using System.Text.Json.Nodes;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Api.Scans.Start;
using HubSpotDeals.Suite.Http;
using Microsoft.AspNetCore.Builder;

namespace HubSpotDeals.Suite.Scans;

/// <summary>A start request is taken exactly as meant, or refused with everything that is wrong with it.</summary>
sealed class StartScanRequestTests
{
    const string Token = "pat-na1-11111111-2222-3333-4444-555555555555";

    ToyApi _api = null!;

    // A start that answers what it understood, the token apart.
    [OneTimeSetUp]
    public async Task Start() => _api = await ToyApi.StartAsync(app =>
        app.MapPost("/start", (StartScanRequest request) => Answer.Accepted(
            new
            {
                request.ScanId,
                request.OrganizationId,
                TokenLength = request.AccessToken.Length,
                request.Properties,
                request.DealStage,
                request.Pipeline,
                request.IncludeArchived,
                request.StartDate,
                request.EndDate,
                request.DateProperty,
                request.BatchSize,
                request.MaxRetries,
                Text = request.ToString(),
            },
            "Understood")));

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task The_documents_example_is_understood()
    {
        var reply = await _api.PostAsync("/start", """
            {
              "config": {
                "scanId": "hubspot-deals-dec-2024",
                "organizationId": "12345678",
                "type": ["deals"],
                "auth": { "accessToken": "pat-na1-11111111-2222-3333-4444-555555555555" },
                "filters": {
                  "properties": ["dealname", "amount", "dealstage", "pipeline", "closedate", "hubspot_owner_id"],
                  "includeArchived": false,
                  "dateRange": { "startDate": "2024-01-01", "endDate": "2024-12-31" }
                },
                "options": { "batchSize": 100, "maxRetries": 3 }
              }
            }
            """);

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Accepted), reply.Text);
        Assert.That(reply.Json.GetProperty("data").GetRawText(), Is.EqualTo(
            """{"scanId":"hubspot-deals-dec-2024","organizationId":"12345678","tokenLength":44,"properties":["dealname","amount","dealstage","pipeline","closedate","hubspot_owner_id"],"dealStage":null,"pipeline":null,"includeArchived":false,"startDate":"2024-01-01","endDate":"2024-12-31","dateProperty":"createdate","batchSize":100,"maxRetries":3,"text":"scan hubspot-deals-dec-2024 of portal 12345678"}"""));
    }

    [Test]
    public async Task What_is_left_out_or_null_has_its_default()
    {
        var bare = await UnderstoodAsync(Body());
        Assert.That(bare.ToJsonString(), Is.EqualTo(
            """{"scanId":"a","organizationId":"1","tokenLength":44,"properties":null,"dealStage":null,"pipeline":null,"includeArchived":false,"startDate":null,"endDate":null,"dateProperty":"createdate","batchSize":100,"maxRetries":3,"text":"scan a of portal 1"}"""));

        var nulls = await UnderstoodAsync(Body(
            ("filters", """{"properties":null,"dealstage":null,"pipeline":null,"includeArchived":null,"dateRange":null}"""),
            ("options", """{"batchSize":null,"maxRetries":null}""")));
        Assert.That(nulls.ToJsonString(), Is.EqualTo(bare.ToJsonString()));
        Assert.That((await UnderstoodAsync(Body(("filters", "null"), ("options", "null")))).ToJsonString(), Is.EqualTo(bare.ToJsonString()));
    }

    [Test]
    public async Task Every_filter_and_option_is_taken()
    {
        var understood = await UnderstoodAsync(Body(
            ("filters", """
                {"properties":["b","a","b","hs_x-1"],"dealstage":"closedwon","pipeline":"default","includeArchived":true,
                 "dateRange":{"endDate":"2024-02-29","property":"closedate"}}
                """),
            ("options", """{"batchSize":1,"maxRetries":0}""")));
        Assert.That(understood.ToJsonString(), Does.Contain(
            """ "properties":["b","a","hs_x-1"],"dealStage":"closedwon","pipeline":"default","includeArchived":true,"startDate":null,"endDate":"2024-02-29","dateProperty":"closedate","batchSize":1,"maxRetries":0,""".Trim()));
    }

    [Test]
    public async Task Everything_that_is_missing_is_told_at_once()
    {
        var reply = await _api.PostAsync("/start", """{"config":{}}""");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(reply.ErrorCode, Is.EqualTo("VALIDATION_ERROR"));
        Assert.That(reply.Json.GetProperty("message").GetString(), Is.EqualTo("Input validation failed"));
        Assert.That(reply.Errors, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["config.scanId"] = "This field is required",
            ["config.organizationId"] = "This field is required",
            ["config.type"] = "This field is required",
            ["config.auth.accessToken"] = "This field is required",
        }));
    }

    [TestCase("{}")]
    [TestCase("""{"config":null}""")]
    public async Task A_body_without_a_config_is_told_so(string body) =>
        Assert.That((await _api.PostAsync("/start", body)).Errors, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["config"] = "This field is required" }));

    [Test]
    public async Task Wrong_types_unknown_names_and_bad_values_are_told_together()
    {
        var reply = await _api.PostAsync("/start", """
            {
              "config": {
                "scanId": "no spaces",
                "organizationId": 12345678,
                "type": ["deals", "contacts"],
                "auth": { "accesstoken": "x" },
                "filters": { "delstage": "won", "properties": ["ok", 5, "Not OK"], "includeArchived": "yes", "dateRange": { "startDate": "1.1.2024" } },
                "options": { "batchSize": 101, "maxRetries": 2.5, "zzz": 1 },
                "filters ": {}
              },
              "dryRun": true
            }
            """);

        Assert.That(reply.ErrorCode, Is.EqualTo("VALIDATION_ERROR"));
        Assert.That(reply.Errors, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["config.organizationId"] = "Must be a string",
            ["config.filters.properties[1]"] = "Must be a string",
            ["config.filters.includeArchived"] = "Must be true or false",
            ["config.options.maxRetries"] = "Must be an integer",
            ["dryRun"] = "Unknown member",
            ["config[\"filters \"]"] = "Unknown member; did you mean filters?",
            ["config.auth.accesstoken"] = "Unknown member; did you mean accessToken?",
            ["config.filters.delstage"] = "Unknown member; did you mean dealstage?",
            ["config.options.zzz"] = "Unknown member",
            ["config.scanId"] = "Must be alphanumeric with hyphens/underscores only",
            ["config.type"] = """Must be ["deals"]""",
            ["config.auth.accessToken"] = "This field is required",
            ["config.filters.properties[2]"] = "Must be an internal property name: a-z, 0-9, hyphens and underscores, at most 255 characters",
            ["config.filters.dateRange.startDate"] = "Must be a date YYYY-MM-DD from 1900-01-01 to 9998-12-31; leave it out for an open end",
            ["config.options.batchSize"] = "Must be an integer from 1 to 100",
        }));
    }

    // member of config, its JSON, path of the one error, its text
    [TestCase("scanId", "\"\"", "config.scanId", "This field is required")]
    [TestCase("scanId", "\"a\\n\"", "config.scanId", "Must be alphanumeric with hyphens/underscores only")]
    [TestCase("scanId", "\"\\u0661\"", "config.scanId", "Must be alphanumeric with hyphens/underscores only")]
    [TestCase("organizationId", "\"12a\"", "config.organizationId", "Must be a valid HubSpot Portal ID")]
    [TestCase("organizationId", "\"1\\n\"", "config.organizationId", "Must be a valid HubSpot Portal ID")]
    [TestCase("organizationId", "\"123456789012345678901\"", "config.organizationId", "Must be a valid HubSpot Portal ID")]
    [TestCase("type", "\"deals\"", "config.type", "Must be an array of strings")]
    [TestCase("type", "[]", "config.type", """Must be ["deals"]""")]
    [TestCase("type", "[\"Deals\"]", "config.type", """Must be ["deals"]""")]
    [TestCase("type", "[\"deals\",\"deals\"]", "config.type", """Must be ["deals"]""")]
    [TestCase("auth", "[]", "config.auth", "Must be an object")]
    [TestCase("auth", "{\"accessToken\":\"a b\"}", "config.auth.accessToken", "Must be printable ASCII without blanks")]
    [TestCase("auth", "{\"accessToken\":\"a\\r\\nX-Evil: 1\"}", "config.auth.accessToken", "Must be printable ASCII without blanks")]
    [TestCase("auth", "{\"accessToken\":\"tökén\"}", "config.auth.accessToken", "Must be printable ASCII without blanks")]
    [TestCase("auth", "{\"accessToken\":\"\\u007f\"}", "config.auth.accessToken", "Must be printable ASCII without blanks")]
    [TestCase("filters", "{\"properties\":[]}", "config.filters.properties", "Must name at least one property; leave it out for the standard ones")]
    [TestCase("filters", "{\"properties\":[null]}", "config.filters.properties[0]", "Must be a string")]
    [TestCase("filters", "{\"properties\":\"dealname\"}", "config.filters.properties", "Must be an array of strings")]
    [TestCase("filters", "{\"dealstage\":\"\"}", "config.filters.dealstage", "Must be an internal id of 1 to 255 characters; leave it out for all")]
    [TestCase("filters", "{\"pipeline\":\"a\\u0001\"}", "config.filters.pipeline", "Must be an internal id of 1 to 255 characters; leave it out for all")]
    [TestCase("filters", "{\"dateRange\":{}}", "config.filters.dateRange", "Must have a startDate, an endDate or both")]
    [TestCase("filters", "{\"dateRange\":{\"startDate\":5}}", "config.filters.dateRange.startDate", "Must be a string")]
    [TestCase("filters", "{\"dateRange\":{\"startDate\":\"2024-01-01\",\"property\":\"amount\"}}", "config.filters.dateRange.property", "Must be one of createdate, closedate, hs_lastmodifieddate")]
    [TestCase("options", "{\"batchSize\":0}", "config.options.batchSize", "Must be an integer from 1 to 100")]
    [TestCase("options", "{\"batchSize\":-9223372036854775808}", "config.options.batchSize", "Must be an integer from 1 to 100")]
    [TestCase("options", "{\"batchSize\":1e999}", "config.options.batchSize", "Must be an integer")]
    [TestCase("options", "{\"batchSize\":\"100\"}", "config.options.batchSize", "Must be an integer")]
    [TestCase("options", "{\"maxRetries\":11}", "config.options.maxRetries", "Must be an integer from 0 to 10")]
    [TestCase("options", "{\"maxRetries\":-1}", "config.options.maxRetries", "Must be an integer from 0 to 10")]
    [TestCase("ScanID", "\"b\"", "config.ScanID", "Unknown member; did you mean scanId?")]
    public async Task One_fault_is_one_error(string member, string json, string path, string text)
    {
        var reply = await _api.PostAsync("/start", Body((member, json)));
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest), reply.Text);
        Assert.That(reply.Errors, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal) { [path] = text }));
    }

    [TestCase("2024-02-30")]
    [TestCase("2024-1-1")]
    [TestCase("2024-01-01T00:00:00Z")]
    [TestCase(" 2024-01-01")]
    [TestCase("24-01-01")]
    [TestCase("0001-01-01")]
    [TestCase("9999-12-31")]
    [TestCase("today")]
    [TestCase("")]
    public async Task A_day_that_is_none_is_a_validation_error(string day)
    {
        var reply = await _api.PostAsync("/start", Body(
            ("filters", $$$"""{"dateRange":{"startDate":"2024-01-01","endDate":"{{{day}}}"}}""")));
        Assert.That(reply.ErrorCode, Is.EqualTo("VALIDATION_ERROR"), reply.Text);
        Assert.That(reply.Errors.Keys, Is.EqualTo(new[] { "config.filters.dateRange.endDate" }));
    }

    [Test]
    public async Task A_range_that_ends_before_it_starts_has_its_own_code()
    {
        var reply = await _api.PostAsync("/start", Body(("filters", """{"dateRange":{"startDate":"2024-01-02","endDate":"2024-01-01"}}""")));

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(reply.ErrorCode, Is.EqualTo("INVALID_DATE_RANGE"));
        Assert.That(reply.Json.GetProperty("message").GetString(), Is.EqualTo("Invalid date range specified"));
        Assert.That(reply.Errors, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["config.filters.dateRange"] = "startDate must not be after endDate" }));
    }

    [TestCase("options", "{\"batchSize\":0}")]
    [TestCase("unknown", "1")]
    [TestCase("type", "5")]
    public async Task Beside_other_errors_a_bad_range_is_one_of_them(string member, string json)
    {
        var reply = await _api.PostAsync("/start", Body(
            ("filters", """{"dateRange":{"startDate":"2024-01-02","endDate":"2024-01-01"}}"""), (member, json)));

        Assert.That(reply.ErrorCode, Is.EqualTo("VALIDATION_ERROR"));
        Assert.That(reply.Errors, Has.Count.EqualTo(2));
        Assert.That(reply.Errors["config.filters.dateRange"], Is.EqualTo("startDate must not be after endDate"));
    }

    [Test]
    public async Task A_range_of_one_day_is_a_range() =>
        await UnderstoodAsync(Body(("filters", """{"dateRange":{"startDate":"2024-01-02","endDate":"2024-01-02"}}""")));

    [Test]
    public async Task Lengths_are_taken_up_to_their_limit_and_no_further()
    {
        var taken = await UnderstoodAsync(Body(
            ("scanId", $"\"{new string('s', 255)}\""),
            ("organizationId", "\"12345678901234567890\""),
            ("auth", $$"""{"accessToken":"{{new string('~', 2_048)}}"}"""),
            ("filters", Properties(500, repeated: 200))));
        Assert.That(taken["properties"]!.AsArray(), Has.Count.EqualTo(500));

        var reply = await _api.PostAsync("/start", Body(
            ("scanId", $"\"{new string('s', 256)}\""),
            ("auth", $$"""{"accessToken":"{{new string('~', 2_049)}}"}"""),
            ("filters", Properties(501, repeated: 0))));
        Assert.That(reply.Errors, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["config.scanId"] = "Must be at most 255 characters",
            ["config.auth.accessToken"] = "Must be at most 2,048 characters",
            ["config.filters.properties"] = "Must be at most 500 property names",
        }));

        static string Properties(int count, int repeated) => new JsonObject
        {
            ["properties"] = new JsonArray([.. Enumerable.Range(0, count).Concat(Enumerable.Range(0, repeated)).Select(i => JsonValue.Create("p" + i))]),
        }.ToJsonString();
    }

    [Test]
    public async Task No_error_repeats_the_token()
    {
        var reply = await _api.PostAsync("/start", Body(("auth", """{"accessToken":"pat secret 1","pat-secret":"pat-secret-2"}""")));
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(reply.Text, Does.Not.Contain("pat secret 1").And.Not.Contain("pat-secret-2"));
    }

    /// <summary>A good body with some members of config replaced.</summary>
    static string Body(params (string Member, string Json)[] changes)
    {
        var config = new JsonObject
        {
            ["scanId"] = "a",
            ["organizationId"] = "1",
            ["type"] = new JsonArray("deals"),
            ["auth"] = new JsonObject { ["accessToken"] = Token },
        };
        var members = config.ToDictionary(m => m.Key, m => m.Value!.ToJsonString(), StringComparer.Ordinal);
        foreach (var (member, json) in changes)
        {
            members[member] = json;
        }

        return "{\"config\":{" + string.Join(',', members.Select(m => $"\"{m.Key}\":{m.Value}")) + "}}";
    }

    async Task<JsonNode> UnderstoodAsync(string body)
    {
        var reply = await _api.PostAsync("/start", body);
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Accepted), reply.Text);
        return JsonNode.Parse(reply.Text)!["data"]!;
    }
}
