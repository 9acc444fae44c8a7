using System.Net;
using HubSpotDeals.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace HubSpotDeals.Suite.Http;

/// <summary>A query parameter is read exactly or refused with its name and the mend.</summary>
sealed class QueryReaderTests
{
    ToyApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ToyApi.StartAsync(app =>
    {
        app.MapGet("/list", (HttpRequest request) =>
        {
            var query = new QueryReader(request);
            var asked = new
            {
                Limit = query.Limit(max: 100, fallback: 50),
                Offset = query.Offset(),
                Status = query.OneOf("status", "pending", "running", "completed"),
                OrganizationId = query.PortalId("organizationId"),
                TableName = query.Text("tableName"),
            };
            query.ThrowIfInvalid();
            return Answer.Ok(asked);
        });
        app.MapGet("/statistics", (HttpRequest request) =>
        {
            var query = new QueryReader(request);
            var organizationId = query.RequiredPortalId("organizationId");
            query.ThrowIfInvalid();
            return Answer.Ok(new { organizationId });
        });
    });

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task What_is_absent_has_its_default()
    {
        var reply = await _api.GetAsync("/list");
        Assert.That(
            reply.Json.GetProperty("data").GetRawText(),
            Is.EqualTo("""{"limit":50,"offset":0,"status":null,"organizationId":null,"tableName":null}"""));
    }

    [Test]
    public async Task What_is_there_is_read_and_what_nobody_knows_is_ignored()
    {
        var reply = await _api.GetAsync(
            "/list?limit=100&offset=9007199254740991&status=running&organizationId=12345678901234567890&tableName=d%C3%A9als&page=x&page=y");
        Assert.That(
            reply.Json.GetProperty("data").GetRawText(),
            Is.EqualTo(
                """{"limit":100,"offset":9007199254740991,"status":"running","organizationId":"12345678901234567890","tableName":"déals"}"""));
    }

    [TestCase("limit=0")]
    [TestCase("limit=101")]
    [TestCase("limit=-1")]
    [TestCase("limit=")]
    [TestCase("limit")]
    [TestCase("limit=ten")]
    [TestCase("limit=1.0")]
    [TestCase("limit=1e1")]
    [TestCase("limit=0x10")]
    [TestCase("limit=%2010")]
    [TestCase("limit=10%00")]
    [TestCase("limit=%D9%A1%D9%A0")]
    [TestCase("limit=99999999999999999999999999")]
    [TestCase("limit=10&limit=20")]
    [TestCase("limit=10&limit=10")]
    [TestCase("limit=10&LIMIT=20")]
    [TestCase("limit=%FF")]
    [TestCase("limit=1;drop table deals")]
    public Task A_limit_out_of_range_is_refused(string query) => RefusesAsync(query, "limit", "Must be an integer from 1 to 100");

    [TestCase("offset=-1")]
    [TestCase("offset=9007199254740992")]
    [TestCase("offset=9223372036854775808")]
    [TestCase("offset=")]
    [TestCase("offset=NaN")]
    public Task An_offset_out_of_range_is_refused(string query) =>
        RefusesAsync(query, "offset", "Must be an integer from 0 to 9007199254740991");

    [TestCase("status=done", "Must be one of pending, running, completed")]
    [TestCase("status=Running", "Must be one of pending, running, completed; did you mean running?")]
    [TestCase("status=", "Must be one of pending, running, completed")]
    [TestCase("status=running&status=pending", "Must be given once; Must be one of pending, running, completed")]
    public Task A_status_that_there_is_not_is_refused(string query, string text) => RefusesAsync(query, "status", text);

    [TestCase("organizationId=abc")]
    [TestCase("organizationId=-5")]
    [TestCase("organizationId=123456789012345678901")]
    [TestCase("organizationId=")]
    [TestCase("organizationId=1%27%20or%20%271%27=%271")]
    public Task An_organization_that_is_no_portal_is_refused(string query) =>
        RefusesAsync(query, "organizationId", "Must be a valid HubSpot Portal ID");

    [Test]
    public async Task All_bad_parameters_are_told_at_once()
    {
        var reply = await _api.GetAsync("/list?limit=0&offset=x&status=y&organizationId=z");
        Assert.That(reply.Errors.Keys, Is.EqualTo(new[] { "limit", "offset", "status", "organizationId" }));
    }

    [TestCase("", "This field is required")]
    [TestCase("?organizationId=", "Must be a valid HubSpot Portal ID")]
    [TestCase("?organizationId=x", "Must be a valid HubSpot Portal ID")]
    public async Task A_required_parameter_must_be_there(string query, string text)
    {
        var reply = await _api.GetAsync("/statistics" + query);
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(reply.Errors, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["organizationId"] = text }));
    }

    async Task RefusesAsync(string query, string name, string text)
    {
        var reply = await _api.GetAsync("/list?" + query);
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest), reply.Text);
        Assert.That(reply.ErrorCode, Is.EqualTo("VALIDATION_ERROR"));
        Assert.That(reply.Errors.Keys, Is.EqualTo(new[] { name }));
        Assert.That(reply.Errors[name], Does.EndWith(text));
    }
}
