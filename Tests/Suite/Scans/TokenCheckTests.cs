using System.Diagnostics.Metrics;
using System.Net;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Http;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Scans;

/// <summary>What HubSpot says of a start request decides it; what HubSpot can't say now is left to the job.</summary>
sealed class TokenCheckTests
{
    const long OtherPortal = 87654321;
    const string Tried = "pat-na1-5ec2e700-0000-4000-8000-7e57c0ffee00";

    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync();
        _api.Sandbox.AddPortal(new PortalOptions { PortalId = OtherPortal, Deals = 1, Archived = 0 });
    }

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [TearDown]
    public void Mend() => _api.Sandbox.ClearFaults();

    [Test]
    public async Task An_unknown_token_is_refused()
    {
        var reply = await _api.PostStartAsync("unknown-token", token: "pat-na1-never-heard-of");
        await AssertRefusedAsync(reply, "unknown-token", "HUBSPOT_INVALID_TOKEN", "Invalid HubSpot access token");
        Assert.That(reply.Details().Text("hubspotError"), Is.Not.Empty);
        Assert.That(
            reply.Details().Text("suggestion"), Is.EqualTo("Verify your HubSpot Private App access token is correct and not expired"));
    }

    [Test]
    public async Task An_expired_token_is_refused()
    {
        _api.Sandbox.AddToken(PortalOptions.DefaultPortalId, new TokenOptions
        {
            Token = Tried, Kind = TokenKind.OAuth, ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(-1),
        });
        var reply = await _api.PostStartAsync("expired-token", token: Tried);
        await AssertRefusedAsync(reply, "expired-token", "HUBSPOT_AUTH_FAILED", "Failed to authenticate with HubSpot API");
        Assert.That(reply.Details().Keys(), Is.EqualTo(new[] { "hubspotError", "suggestion" }));
        Assert.That(reply.Details().Text("hubspotError"), Does.Contain("expired"));
    }

    [Test]
    public async Task A_token_of_another_portal_is_refused()
    {
        var reply = await _api.PostStartAsync("other-portal", token: TokenOptions.DefaultFor(OtherPortal).Token);
        await AssertRefusedAsync(reply, "other-portal", "HUBSPOT_AUTH_FAILED", "Failed to authenticate with HubSpot API");
        Assert.That(reply.Details().Text("hubspotError"), Does.Contain("87654321").And.Contain(ScanApi.Portal));
    }

    [Test]
    public async Task A_token_that_may_not_read_deals_is_refused_with_the_scopes_it_lacks()
    {
        Scopes(SandboxScopes.SchemasRead, SandboxScopes.Account);
        var reply = await _api.PostStartAsync("no-deals-scope", token: Tried);
        await AssertRefusedAsync(reply, "no-deals-scope", "HUBSPOT_INSUFFICIENT_SCOPES", "Missing required HubSpot scopes");
        Assert.That(
            reply.Details().GetProperty("requiredScopes").EnumerateArray().Select(scope => scope.GetString()),
            Is.EqualTo(new[] { "crm.objects.deals.read" }));
    }

    [Test]
    public async Task A_token_that_may_not_read_account_details_will_do()
    {
        Scopes(SandboxScopes.DealsRead, SandboxScopes.SchemasRead);
        await AssertTakenAsync(await _api.PostStartAsync("no-account-scope", token: Tried), "no-account-scope");
    }

    [Test]
    public async Task Names_are_taken_as_they_are_by_a_token_that_may_not_read_the_schema()
    {
        Scopes(SandboxScopes.DealsRead, SandboxScopes.Account);
        var filters = """{"properties":["no_such_property"],"dealstage":"no_such_stage","pipeline":"no_such_pipeline"}""";
        await AssertTakenAsync(await _api.PostStartAsync("no-schema-scope", filters, Tried), "no-schema-scope");
    }

    [Test]
    public async Task Properties_that_the_portal_does_not_have_are_all_named()
    {
        var reply = await _api.PostStartAsync("bad-properties", """{"properties":["dealname","amuont","zzzz_unheard_of"]}""");
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
        Assert.That(reply.Errors, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["config.filters.properties"] = "Unknown to this portal: amuont (did you mean amount?), zzzz_unheard_of",
        }));
        await AssertAbsentAsync("bad-properties");
    }

    [TestCase("""{"dealstage":"nowhere"}""", "config.filters.dealstage", "no such deal stage")]
    [TestCase("""{"pipeline":"nowhere"}""", "config.filters.pipeline", "no such pipeline")]
    [TestCase("""{"pipeline":"default","dealstage":"nowhere"}""", "config.filters.dealstage", "no such deal stage")]
    [TestCase("""{"pipeline":"default","dealstage":"1104829301"}""", "config.filters.dealstage", "in pipeline 751894216, not in default")]
    public async Task A_stage_or_pipeline_that_no_deal_can_be_in_is_refused(string filters, string path, string text)
    {
        var reply = await _api.PostStartAsync("bad-stage", filters);
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.BadRequest, "VALIDATION_ERROR")));
        Assert.That(reply.Errors.Keys, Is.EqualTo(new[] { path }));
        Assert.That(reply.Errors[path], Does.Contain(text));
        await AssertAbsentAsync("bad-stage");
    }

    [Test]
    public async Task All_wrong_names_are_told_at_once()
    {
        var reply = await _api.PostStartAsync("all-bad", """{"properties":["qqqq_x"],"dealstage":"nowhere","pipeline":"nowhere"}""");
        Assert.That(
            reply.Errors.Keys,
            Is.EquivalentTo(new[] { "config.filters.properties", "config.filters.dealstage", "config.filters.pipeline" }));
    }

    [TestCase("""{"dealstage":"closedwon"}""")]
    [TestCase("""{"pipeline":"751894216"}""")]
    [TestCase("""{"pipeline":"751894216","dealstage":"1104829301"}""")]
    public async Task A_stage_and_a_pipeline_that_fit_are_taken(string filters)
    {
        var scanId = "good-stage-" + filters.Length;
        await AssertTakenAsync(await _api.PostStartAsync(scanId, filters), scanId);
    }

    [TestCase(429)]
    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    public async Task A_start_is_taken_while_HubSpot_answers(int status)
    {
        _api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Status, Status = status });
        var scanId = $"fault-{status}";
        await AssertTakenAsync(await _api.PostStartAsync(scanId, """{"properties":["no_such_property"],"pipeline":"nowhere"}"""), scanId);
    }

    [TestCase(FaultKind.CutBeforeAnswer)]
    [TestCase(FaultKind.CutInBody)]
    [TestCase(FaultKind.HtmlPage)]
    public async Task A_start_is_taken_while_HubSpot_does_not_answer(FaultKind kind)
    {
        _api.Sandbox.AddFault(new FaultRule { Kind = kind });
        await AssertTakenAsync(await _api.PostStartAsync($"fault-{kind}"), $"fault-{kind}");
    }

    [Test]
    public async Task A_connection_that_breaks_once_does_not_let_a_bad_token_in()
    {
        _api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.CutBeforeAnswer, Times = 2 });
        var reply = await _api.PostStartAsync("cut-once", token: "pat-na1-never-heard-of");
        await AssertRefusedAsync(reply, "cut-once", "HUBSPOT_INVALID_TOKEN", "Invalid HubSpot access token");
    }

    [Test]
    public async Task A_start_is_taken_when_HubSpot_is_nowhere()
    {
        await using var api = await ScanApi.StartAsync();
        await api.Sandbox.DisposeAsync();
        Assert.That((await api.PostStartAsync("nowhere")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(api.Logs.Lines, Has.Some.Contains("start of scan nowhere: HubSpot could not prove the token"));
    }

    [Test]
    public async Task A_HubSpot_that_hangs_is_waited_for_ten_seconds_and_no_longer()
    {
        var clock = new TestClock(TimeProvider.System.GetUtcNow());
        await using var api = await ScanApi.StartAsync(clock);
        api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Hang });

        var start = api.PostStartAsync("hanging");
        var patience = await clock.WhenTimerAsync(due => due == TimeSpan.FromSeconds(10));
        clock.Advance(patience - TimeSpan.FromTicks(1));
        Assert.That(start.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromTicks(1));

        Assert.That((await start).Status, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [Test]
    public async Task What_HubSpot_said_counts_though_the_rest_hangs()
    {
        var clock = new TestClock(TimeProvider.System.GetUtcNow());
        await using var api = await ScanApi.StartAsync(clock);
        api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Hang, Operation = "^deals" });
        var answered = 0;
        using var listener = ListenToRequests(api, () => Interlocked.Increment(ref answered));

        var start = api.PostStartAsync("half-hanging", portal: "999");
        await Eventually.BecomesAsync(
            () => Volatile.Read(ref answered), Is.EqualTo(1), "the service has read the account's details", CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.That((await start).ErrorCode, Is.EqualTo("HUBSPOT_AUTH_FAILED"));
    }

    [Test]
    public async Task HubSpot_is_asked_only_what_the_request_needs_to_know()
    {
        await using var api = await ScanApi.StartAsync();
        await api.PostStartAsync("plain");
        Assert.That(Operations(api), Is.EquivalentTo(new[] { "account.details", "deals.list" }));

        await api.PostStartAsync("filtered", """{"properties":["dealname"],"dealstage":"closedwon"}""");
        Assert.That(Operations(api).Skip(2), Is.EquivalentTo(new[] { "account.details", "deals.list", "properties.list", "pipelines.list" }));

        static IEnumerable<string> Operations(ScanApi api) => api.Sandbox.Log.Requests.Select(request => request.Operation);
    }

    /// <summary>Tells of every request of the service's to HubSpot, when its answer has been read whole.</summary>
    static MeterListener ListenToRequests(ScanApi api, Action answered)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "hubspot.requests" && ReferenceEquals(instrument.Meter.Scope, api.Meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => answered());
        listener.Start();
        return listener;
    }

    void Scopes(params string[] scopes) => _api.Sandbox.AddToken(PortalOptions.DefaultPortalId, new TokenOptions { Token = Tried, Scopes = scopes });

    async Task AssertRefusedAsync(Reply reply, string scanId, string code, string message)
    {
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, code)), reply.Text);
        Assert.That(reply.Json.Text("message"), Is.EqualTo(message));
        await AssertAbsentAsync(scanId);
    }

    async Task AssertTakenAsync(Reply reply, string scanId)
    {
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Accepted), reply.Text);
        Assert.That(await _api.Store.FindAsync(scanId, CancellationToken.None), Is.Not.Null);
    }

    async Task AssertAbsentAsync(string scanId) => Assert.That(await _api.Store.FindAsync(scanId, CancellationToken.None), Is.Null);
}
