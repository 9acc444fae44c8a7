using System.Net;
using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Suite.Scans;

/// <summary><c>POST /api/v1/scan/start</c>: a promise that is durable before it is given, and given once.</summary>
sealed class StartScanTests
{
    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ScanApi.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    public async Task A_new_scan_is_promised_in_the_documents_words()
    {
        var reply = await _api.PostStartAsync("new-scan");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Accepted), reply.Text);
        Assert.That(reply.Json.Keys(), Is.EqualTo(new[] { "status", "message", "data", "timestamp" }));
        Assert.That(reply.Json.Text("message"), Is.EqualTo("Deal extraction started successfully"));
        Assert.That(reply.Data().Keys(), Is.EqualTo(new[] { "scanId", "organizationId", "status", "jobId", "startedAt" }));
        Assert.That(reply.Data().Text("scanId"), Is.EqualTo("new-scan"));
        Assert.That(reply.Data().Text("organizationId"), Is.EqualTo(ScanApi.Portal));
        Assert.That(reply.Data().Text("status"), Is.EqualTo("pending"));
        Assert.That(reply.Data().Text("startedAt"), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"));

        var scan = await _api.Store.FindAsync("new-scan", CancellationToken.None);
        Assert.That(reply.Data().GetProperty("jobId").GetGuid(), Is.EqualTo(scan!.Id));
    }

    [Test]
    public async Task What_was_asked_for_is_kept_with_the_scan()
    {
        var reply = await _api.PostAsync("/api/v1/scan/start", $$"""
            {
              "config": {
                "scanId": "kept", "organizationId": "{{ScanApi.Portal}}", "type": ["deals"], "auth": { "accessToken": "{{ScanApi.Token}}" },
                "filters": {
                  "properties": ["dealname", "amount", "dealname"], "dealstage": "closedwon", "pipeline": "default", "includeArchived": true,
                  "dateRange": { "startDate": "2024-01-01", "property": "closedate" }
                },
                "options": { "batchSize": 50, "maxRetries": 7 }
              }
            }
            """);
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Accepted), reply.Text);

        var config = (await _api.Store.FindAsync("kept", CancellationToken.None))!.Config;
        Assert.That(config.Properties, Is.EqualTo(new[] { "dealname", "amount" }));
        Assert.That(config with { Properties = null }, Is.EqualTo(new ScanConfig
        {
            DealStage = "closedwon",
            Pipeline = "default",
            IncludeArchived = true,
            DateRange = new DealDateRange("closedate", new DateOnly(2024, 1, 1), To: null),
            BatchSize = 50,
            MaxRetries = 7,
        }));
    }

    [Test]
    public async Task A_range_without_days_is_no_filter()
    {
        await _api.PostStartAsync("unfiltered");
        Assert.That((await _api.Store.FindAsync("unfiltered", CancellationToken.None))!.Config.IsFiltered, Is.False);
    }

    [TestCase("pending", "SCAN_ALREADY_RUNNING", "A scan with this ID is already in progress", "Wait for the current scan to complete or use a different scan ID")]
    [TestCase("running", "SCAN_ALREADY_RUNNING", "A scan with this ID is already in progress", "Wait for the current scan to complete or use a different scan ID")]
    [TestCase("completed", "SCAN_ALREADY_COMPLETED", "A scan with this ID has already completed", "Use a new scan ID, or remove this scan first")]
    public async Task A_scan_in_progress_or_completed_is_not_started_again(string status, string code, string message, string suggestion)
    {
        var scanId = "again-" + status;
        await _api.PostStartAsync(scanId);
        await _api.SetAsync(scanId, $"status = '{status}'");
        var asked = _api.Sandbox.Log.Total;

        var reply = await _api.PostStartAsync(scanId);

        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.Conflict, code)));
        Assert.That(reply.Json.Text("message"), Is.EqualTo(message));
        Assert.That(reply.Details().Keys(), Is.EqualTo(new[] { "scanId", "currentStatus", "startedAt", "suggestion" }));
        Assert.That(reply.Details().Text("scanId"), Is.EqualTo(scanId));
        Assert.That(reply.Details().Text("currentStatus"), Is.EqualTo(status));
        Assert.That(reply.Details().Text("startedAt"), Does.EndWith("Z"));
        Assert.That(reply.Details().Text("suggestion"), Is.EqualTo(suggestion));
        Assert.That(_api.Sandbox.Log.Total, Is.EqualTo(asked), "HubSpot was asked for nothing");
    }

    [TestCase("paused")]
    [TestCase("failed")]
    [TestCase("cancelled")]
    public async Task A_scan_that_stopped_goes_on_with_a_fresh_token(string status)
    {
        var scanId = "resumed-" + status;
        var first = await _api.PostStartAsync(scanId, """{"properties":["dealname","amount"]}""");
        await _api.SetAsync(scanId, $"status = '{status}', error_message = 'the access token has expired', token = null");

        var reply = await _api.PostStartAsync(scanId, """{"properties":["amount","dealname"]}""");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Accepted), reply.Text);
        Assert.That(reply.Data().GetProperty("resumed").GetBoolean(), Is.True);
        Assert.That(reply.Data().Text("status"), Is.EqualTo("pending"));
        Assert.That(reply.Data().Text("jobId"), Is.EqualTo(first.Data().Text("jobId")));
        Assert.That(reply.Data().Text("startedAt"), Is.EqualTo(first.Data().Text("startedAt")));
        var scan = await _api.Store.FindAsync(scanId, CancellationToken.None);
        Assert.That((scan!.Token is null, scan.ErrorMessage), Is.EqualTo((false, (string?)null)));
    }

    [TestCase("""{"properties":["dealname"]}""", ScanApi.Portal)]
    [TestCase("""{"includeArchived":true}""", ScanApi.Portal)]
    [TestCase("{}", "87654321")]
    public async Task A_scan_that_stopped_does_not_go_on_as_another(string filters, string portal)
    {
        var scanId = $"conflict-{portal}-{filters.Length}";
        await _api.PostStartAsync(scanId);
        await _api.SetAsync(scanId, "status = 'cancelled'");

        var reply = await _api.PostStartAsync(scanId, filters, portal: portal);

        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.Conflict, "SCAN_CONFIG_CONFLICT")));
        Assert.That(reply.Details().Text("currentStatus"), Is.EqualTo("cancelled"));
        Assert.That((await _api.Store.FindAsync(scanId, CancellationToken.None))!.Status, Is.EqualTo(ScanStatus.Cancelled));
    }

    [Test]
    public async Task Of_fifty_simultaneous_starts_one_is_taken()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _api.PostStartAsync("stampede")));

        Assert.That(replies.Count(reply => reply.Status == HttpStatusCode.Accepted), Is.EqualTo(1));
        Assert.That(
            replies.Where(reply => reply.Status != HttpStatusCode.Accepted).Select(reply => reply.ErrorCode),
            Has.Exactly(49).Items.And.All.EqualTo("SCAN_ALREADY_RUNNING"));
    }

    [Test]
    public async Task Of_fifty_simultaneous_starts_of_a_stopped_scan_one_is_taken()
    {
        await _api.PostStartAsync("second-stampede");
        await _api.SetAsync("second-stampede", "status = 'failed'");

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _api.PostStartAsync("second-stampede")));

        Assert.That(replies.Count(reply => reply.Status == HttpStatusCode.Accepted), Is.EqualTo(1));
        Assert.That(replies.Count(reply => reply.Status == HttpStatusCode.Conflict), Is.EqualTo(49));
    }

    [Test]
    public async Task A_bad_request_is_told_of_all_its_errors_and_asks_HubSpot_nothing()
    {
        var asked = _api.Sandbox.Log.Total;
        var reply = await _api.PostAsync("/api/v1/scan/start", """{"config":{"type":["deals"]}}""");

        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
        Assert.That(reply.Errors.Keys, Is.EquivalentTo(new[] { "config.scanId", "config.organizationId", "config.auth.accessToken" }));
        Assert.That(_api.Sandbox.Log.Total, Is.EqualTo(asked));
    }

    [Test]
    public async Task The_token_is_in_no_answer_no_log_and_no_table()
    {
        const string Unknown = "pat-na1-5ec2e700-0000-4000-8000-00000000dead";
        await using var api = await ScanApi.StartAsync();
        var replies = new[]
        {
            await api.PostStartAsync("secret"),
            await api.PostStartAsync("secret"),
            await api.PostStartAsync("secret-2", token: Unknown),
            await api.PostStartAsync("secret-3", portal: "999"),
            await api.PostAsync("/api/v1/scan/start", ScanApi.Body("", filters: """{"nonsense":1}""", token: ScanApi.Token)),
            await api.GetAsync("/api/v1/scan/secret/status"),
            await api.GetAsync("/api/v1/scan/list"),
            await api.PostAsync("/api/v1/scan/secret/cancel"),
            await api.PostStartAsync("secret"),
        };
        Assert.That(replies.Count(reply => reply.Status == HttpStatusCode.Accepted), Is.EqualTo(2), "the token was kept, so that it could leak");

        var everything = string.Join('\n', [.. replies.Select(reply => reply.Text + string.Join('\n', reply.Headers)), .. api.Logs.Lines, await api.DumpAsync()]);
        foreach (var token in new[] { ScanApi.Token, Unknown })
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(token);
            Assert.That(everything, Does.Not.Contain(token).IgnoreCase);
            // As bytea prints it, and as it would look in base64, whichever of the three ways it is aligned.
            Assert.That(everything, Does.Not.Contain(Convert.ToHexString(bytes)).IgnoreCase);
            for (var skip = 0; skip < 3; skip++)
            {
                Assert.That(everything, Does.Not.Contain(Convert.ToBase64String(bytes[skip..^((bytes.Length - skip) % 3)])));
            }
        }

        await using var connection = await api.Source.OpenConnectionAsync();
        Assert.That(await connection.ExecuteScalarAsync<long>("select count(*) from hubspot_deals.scan_jobs where token is not null"), Is.EqualTo(1));
    }
}
