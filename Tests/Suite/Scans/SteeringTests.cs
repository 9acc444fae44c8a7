using System.Net;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Infrastructure.Secrets;
using HubSpotDeals.Suite.Results;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HubSpotDeals.Suite.Scans;

/// <summary><c>POST …/pause</c>, <c>POST …/resume</c> and <c>DELETE …/remove</c>; cancel is held to its promises by <see cref="ScanStatusTests"/>.</summary>
sealed class SteeringTests
{
    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ScanApi.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [TestCase("pending")]
    [TestCase("running")]
    public async Task A_scan_in_progress_is_paused_and_keeps_what_it_stored(string status)
    {
        var scanId = "pause-" + status;
        var stored = await StoredScan.PlanAsync(_api, scanId);
        await stored.AddAsync(1, 750);
        await _api.SetAsync(scanId, $"status = '{status}', run_after = now() + interval '1 hour', error_message = 'waiting'");

        var reply = await _api.PostAsync($"/api/v1/scan/{scanId}/pause");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.Text("message"), Is.EqualTo("Extraction paused successfully"));
        Assert.That(reply.Data().Keys(), Is.EqualTo(new[] { "scanId", "status", "processedDeals", "pausedAt" }));
        Assert.That((reply.Data().Text("scanId"), reply.Data().Text("status")), Is.EqualTo((scanId, "paused")));
        Assert.That(reply.Data().GetProperty("processedDeals").GetInt64(), Is.EqualTo(750));
        Assert.That(reply.Data().Text("pausedAt"), Does.EndWith("Z"));
        var scan = (await _api.Store.FindAsync(scanId, CancellationToken.None))!;
        Assert.That((scan.Status, scan.ErrorMessage, scan.CompletedAt), Is.EqualTo((ScanStatus.Paused, (string?)null, (DateTime?)null)));
        Assert.That(scan.Token, Is.Not.Null, "it is needed to go on");
    }

    [TestCase("completed")]
    [TestCase("failed")]
    [TestCase("cancelled")]
    [TestCase("paused")]
    public async Task A_scan_that_is_not_in_progress_can_not_be_paused(string status)
    {
        var scanId = "no-pause-" + status;
        await _api.StoreAsync(scanId);
        await _api.SetAsync(scanId, $"status = '{status}'");

        var reply = await _api.PostAsync($"/api/v1/scan/{scanId}/pause");

        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "SCAN_NOT_PAUSABLE")));
        Assert.That(reply.Details().Keys(), Is.EqualTo(new[] { "scanId", "currentStatus", "startedAt", "suggestion" }));
        Assert.That(reply.Details().Text("currentStatus"), Is.EqualTo(status));
    }

    [TestCase("paused")]
    [TestCase("failed")]
    [TestCase("cancelled")]
    public async Task A_scan_that_stopped_is_resumed_with_its_own_token_and_queued_at_once(string status)
    {
        var scanId = "resume-" + status;
        Assert.That((await _api.PostStartAsync(scanId)).Status, Is.EqualTo(HttpStatusCode.Accepted));
        await _api.SetAsync(scanId, $"status = '{status}', error_message = 'why', failed_attempts = 4, completed_at = now(), enqueued_at = null, run_after = now() + interval '1 hour'");
        var before = (await _api.Store.FindAsync(scanId, CancellationToken.None))!;

        var reply = await _api.PostAsync($"/api/v1/scan/{scanId}/resume");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.Text("message"), Is.EqualTo("Extraction resumed successfully"));
        Assert.That(reply.Data().Keys(), Is.EqualTo(new[] { "scanId", "status", "processedDeals", "resumedAt" }));
        Assert.That((reply.Data().Text("scanId"), reply.Data().Text("status")), Is.EqualTo((scanId, "pending")));
        var scan = (await _api.Store.FindAsync(scanId, CancellationToken.None))!;
        Assert.That((scan.Status, scan.ErrorMessage, scan.FailedAttempts, scan.CompletedAt), Is.EqualTo((ScanStatus.Pending, (string?)null, 0, (DateTime?)null)));
        Assert.That(scan.LeaseEpoch, Is.GreaterThan(before.LeaseEpoch), "a former worker is fenced off");
        Assert.That(scan.Token, Is.EqualTo(before.Token));
        await using var command = _api.Source.CreateCommand("select enqueued_at is not null and run_after is null from hubspot_deals.scan_jobs where scan_id = $1");
        command.Parameters.AddWithValue(scanId);
        Assert.That(await command.ExecuteScalarAsync(), Is.True, "the job engine was told");
    }

    [TestCase("pending")]
    [TestCase("running")]
    [TestCase("completed")]
    public async Task A_scan_that_has_not_stopped_can_not_be_resumed(string status)
    {
        var scanId = "no-resume-" + status;
        await _api.StoreAsync(scanId);
        await _api.SetAsync(scanId, $"status = '{status}'");

        var reply = await _api.PostAsync($"/api/v1/scan/{scanId}/resume");

        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "SCAN_NOT_RESUMABLE")));
        Assert.That(reply.Details().Text("currentStatus"), Is.EqualTo(status));
    }

    [Test]
    public async Task A_resume_whose_token_HubSpot_refuses_by_now_says_to_start_again_and_leaves_the_scan_as_it_is()
    {
        const string Dead = "pat-na1-dead0000-2222-3333-4444-555555555555";
        await _api.StoreAsync("tired");
        await KeepTokenAsync("tired", Dead);
        await _api.SetAsync("tired", "status = 'paused', error_message = 'the token died'");

        var reply = await _api.PostAsync("/api/v1/scan/tired/resume");

        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "HUBSPOT_INVALID_TOKEN")));
        Assert.That(reply.Details().Text("suggestion"), Does.Contain("Start the scan again with a fresh access token"));
        Assert.That(reply.Text, Does.Not.Contain(Dead));
        Assert.That((await _api.Store.FindAsync("tired", CancellationToken.None))!.Status, Is.EqualTo(ScanStatus.Paused));
    }

    [Test]
    public async Task A_resume_without_a_token_that_can_be_read_says_to_start_again()
    {
        foreach (var token in new[] { "null", @"'\x01'::bytea" })
        {
            var scanId = $"tokenless-{token.Length}";
            await _api.StoreAsync(scanId);
            await _api.SetAsync(scanId, $"status = 'failed', token = {token}");
            var reply = await _api.PostAsync($"/api/v1/scan/{scanId}/resume");
            Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "HUBSPOT_AUTH_FAILED")), reply.Text);
            Assert.That(reply.Details().Keys(), Is.EqualTo(new[] { "hubspotError", "suggestion" }));
        }
    }

    [Test]
    public async Task Of_many_simultaneous_resumes_one_is_done()
    {
        Assert.That((await _api.PostStartAsync("once")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        await _api.SetAsync("once", "status = 'paused'");
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _api.PostAsync("/api/v1/scan/once/resume")));
        Assert.That(replies.Count(reply => reply.Status == HttpStatusCode.OK), Is.EqualTo(1));
        Assert.That(replies.Where(reply => reply.Status != HttpStatusCode.OK).Select(reply => reply.ErrorCode), Is.All.EqualTo("SCAN_NOT_RESUMABLE"));
    }

    [TestCase("completed")]
    [TestCase("failed")]
    [TestCase("cancelled")]
    [TestCase("paused")]
    public async Task A_removed_scan_is_gone_with_its_rows_and_its_id_is_free_again(string status)
    {
        var scanId = "remove-" + status;
        var stored = await StoredScan.PlanAsync(_api, scanId);
        var neighbour = await StoredScan.PlanAsync(_api, scanId + "-neighbour");
        await neighbour.AddAsync(1, 10);
        await stored.AddAsync(1, 1_500);
        await stored.AddFailedAsync("x");
        await _api.SetAsync(scanId, $"status = '{status}', completed_at = now()");
        var scan = (await _api.Store.FindAsync(scanId, CancellationToken.None))!;

        var reply = await _api.SendAsync(HttpMethod.Delete, $"/api/v1/scan/{scanId}/remove");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(reply.Json.Text("message"), Is.EqualTo("Extraction and 1,500 deals removed successfully"));
        Assert.That(reply.Data().GetRawText(), Is.EqualTo($$"""{"scanId":"{{scanId}}","dealsRemoved":1500,"status":"removed"}"""));
        Assert.That((await _api.GetAsync($"/api/v1/scan/{scanId}/status")).ErrorCode, Is.EqualTo("SCAN_NOT_FOUND"));
        Assert.That(
            await ScalarAsync($"select (select count(*) from {scan.Table.Parent} where _scan_id = '{scanId}') + (select count(*) from {scan.Table.Failed} where scan = '{scan.Id}') + (select count(*) from hubspot_deals.scan_segments where scan = '{scan.Id}')"),
            Is.Zero);
        Assert.That(await ScalarAsync($"select count(*) from {scan.Table.Parent} where _scan_id = '{scanId}-neighbour'"), Is.EqualTo(10));
        Assert.That((await _api.PostStartAsync(scanId)).Status, Is.EqualTo(HttpStatusCode.Accepted), "its id is free");
    }

    [TestCase("pending")]
    [TestCase("running")]
    public async Task A_scan_in_progress_can_not_be_removed(string status)
    {
        var scanId = "no-remove-" + status;
        await _api.StoreAsync(scanId);
        await _api.SetAsync(scanId, $"status = '{status}'");
        var reply = await _api.SendAsync(HttpMethod.Delete, $"/api/v1/scan/{scanId}/remove");
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "SCAN_RUNNING")));
        Assert.That(reply.Json.Text("message"), Is.EqualTo("Cannot remove running extraction"));
        Assert.That(reply.Details().Text("currentStatus"), Is.EqualTo(status));
    }

    [Test]
    public async Task A_scan_that_never_got_as_far_as_a_table_is_removed_all_the_same()
    {
        await _api.StoreAsync("unplanned", portal: "999");
        await _api.SetAsync("unplanned", "status = 'failed'");
        var reply = await _api.SendAsync(HttpMethod.Delete, "/api/v1/scan/unplanned/remove");
        Assert.That(reply.Json.Text("message"), Is.EqualTo("Extraction and 0 deals removed successfully"), reply.Text);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_removal_waits_for_a_query_through_the_portals_table_and_for_a_writer_that_hangs(CancellationToken ct)
    {
        var stored = await StoredScan.PlanAsync(_api, "busy");
        await stored.AddAsync(1, 5);
        await _api.SetAsync("busy", "status = 'cancelled'");
        var scan = (await _api.Store.FindAsync("busy", ct))!;

        // A former worker, stopped in the middle of a transaction, under the name that it wrote by.
        await using var hanging = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_api.Database.ConnectionString) { Pooling = false }.ConnectionString);
        await hanging.OpenAsync(ct);
        await ExecuteAsync(hanging, $"set application_name = 'scan {scan.Id:N} 1'; begin; delete from {scan.Table.Name} where hs_object_id = 1", ct);
        // And somebody's query.
        await using var reader = await _api.Source.OpenConnectionAsync(ct);
        await using var query = await reader.BeginTransactionAsync(ct);
        await ExecuteAsync(reader, $"select count(*) from {scan.Table.Parent}", ct);

        var removal = _api.SendAsync(HttpMethod.Delete, "/api/v1/scan/busy/remove");
        await Eventually.BecomesAsync(
            () => ScalarAsync("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"),
            Is.GreaterThan(0), "the removal waits", ct);
        Assert.That(removal.IsCompleted, Is.False);
        await query.RollbackAsync(ct);
        Assert.That((await removal).Data().GetProperty("dealsRemoved").GetInt64(), Is.EqualTo(5));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_removal_that_a_query_keeps_from_the_table_for_too_long_says_so_and_removes_nothing(CancellationToken ct)
    {
        var clock = new TestClock();
        await using var api = await ScanApi.StartAsync(clock);
        await (await StoredScan.PlanAsync(api, "held")).AddAsync(1, 5);
        await api.SetAsync("held", "status = 'completed'");
        var scan = (await api.Store.FindAsync("held", ct))!;
        await using var reader = await api.Source.OpenConnectionAsync(ct);
        await using var query = await reader.BeginTransactionAsync(ct);
        await ExecuteAsync(reader, $"select count(*) from {scan.Table.Parent}", ct);

        var removal = api.SendAsync(HttpMethod.Delete, "/api/v1/scan/held/remove");
        while (!removal.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(removal, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct));
        }

        var reply = await removal;
        Assert.That((reply.Status, reply.ErrorCode, reply.Headers["Retry-After"]), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE", "30")), reply.Text);
        Assert.That(reply.Details().Text("suggestion"), Does.Contain("nothing was removed"));
        Assert.That((await api.GetAsync("/api/v1/results/held/result")).Data().GetProperty("totalCount").GetInt64(), Is.EqualTo(5));
    }

    [TestCase("POST", "pause")]
    [TestCase("POST", "resume")]
    [TestCase("DELETE", "remove")]
    public async Task Steering_a_scan_that_is_not_there_or_can_not_be_is_refused(string method, string verb)
    {
        var unknown = await _api.SendAsync(new HttpMethod(method), $"/api/v1/scan/nobody/{verb}");
        Assert.That((unknown.Status, unknown.ErrorCode), Is.EqualTo((HttpStatusCode.NotFound, "SCAN_NOT_FOUND")));
        var invalid = await _api.SendAsync(new HttpMethod(method), $"/api/v1/scan/no%20body/{verb}");
        Assert.That((invalid.Status, invalid.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "INVALID_SCAN_ID")));
    }

    async Task KeepTokenAsync(string scanId, string token)
    {
        var scan = (await _api.Store.FindAsync(scanId, CancellationToken.None))!;
        var secret = _api.Services.GetRequiredService<TokenVault>().Protect(scan.Id, AccessToken.Parse(token));
        await _api.ExecuteAsync("update hubspot_deals.scan_jobs set token = @secret where id = @Id", new { scan.Id, secret });
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    async Task<long> ScalarAsync(string sql)
    {
        await using var command = _api.Source.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
