using System.Net;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Gateway;

/// <summary>How browser sessions are connected to HubSpot by OAuth, stay so, and end.</summary>
sealed class ConnectionTests
{
    ScanApi _api = null!;
    GatewayVisitor _visitor = null!;

    [SetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync(settings: GatewayVisitor.Settings);
        _visitor = new GatewayVisitor(_api);
    }

    [TearDown]
    public async Task Stop()
    {
        _visitor.Dispose();
        await _api.DisposeAsync();
    }

    [Test]
    public async Task A_user_who_consents_is_connected_and_told_to_what()
    {
        var login = await _visitor.GetAsync("/api/hs/auth/login");
        Assert.That(login.Json.GetProperty("success").GetBoolean(), Is.True);
        Assert.That(login.Json.GetProperty("message").GetString(), Is.EqualTo("Redirect user to this URL for authentication"));
        Assert.That(login.Json.GetProperty("authUrl").GetString(), Does.StartWith("https://app.hubspot.com/oauth/authorize?client_id=").And.Contain("&response_type=code&state="));
        Assert.That(login.Headers["Set-Cookie"].ToLowerInvariant(), Does.Contain("httponly").And.Contain("samesite=lax"));
        var before = await _visitor.GetAsync("/api/hs/auth/status");
        Assert.That(before.Text, Is.EqualTo("""{"authenticated":false,"message":"Not authenticated with HubSpot"}"""));

        await _visitor.ConnectAsync();

        var status = (await _visitor.GetAsync("/api/hs/auth/status")).Json;
        Assert.That(status.GetProperty("authenticated").GetBoolean(), Is.True);
        var info = status.GetProperty("tokenInfo");
        Assert.That(info.GetProperty("hubId").GetInt64(), Is.EqualTo(12_345_678));
        Assert.That(info.GetProperty("appId").GetInt64(), Is.EqualTo(AppOptions.Default.AppId));
        Assert.That(info.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()), Does.Contain("crm.objects.contacts.read"));
        Assert.That(info.GetProperty("expiresAt").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
    }

    [Test]
    public async Task A_state_is_good_once()
    {
        var consent = await _visitor.LoginAsync();
        await _visitor.FollowAsync(consent, grant: true);
        Assert.That((await _visitor.FollowAsync(consent, grant: true)).Location, Is.EqualTo("/?error=invalid_state"));
    }

    [Test]
    public async Task Another_sessions_state_connects_nobody()
    {
        using var other = new GatewayVisitor(_api);
        await other.LoginAsync();
        Assert.That((await other.FollowAsync(await _visitor.LoginAsync(), grant: true)).Location, Is.EqualTo("/?error=invalid_state"));
        Assert.That((await other.GetAsync("/api/hs/auth/status")).Text, Does.Contain("\"authenticated\":false"));
        Assert.That((await _visitor.GetAsync("/api/hs/auth/status")).Text, Does.Contain("\"authenticated\":false"));
    }

    [TestCase("")]
    [TestCase("?code=x")]
    [TestCase("?code=x&state=")]
    [TestCase("?code=x&state=made-up")]
    [TestCase("?error=access_denied")]
    public async Task A_callback_without_a_state_of_this_session_does_nothing(string query)
    {
        await _visitor.LoginAsync();
        Assert.That((await _visitor.GetAsync("/api/hs/auth/callback" + query)).Location, Is.EqualTo("/?error=invalid_state"));
    }

    [Test]
    public async Task A_state_lasts_ten_minutes()
    {
        var consent = await _visitor.LoginAsync();
        await _api.ExecuteAsync("update hubspot_deals.gateway_states set expires_at = expires_at - interval '10 minutes 1 second'");
        Assert.That((await _visitor.FollowAsync(consent, grant: true)).Location, Is.EqualTo("/?error=invalid_state"));
    }

    [Test]
    public async Task A_user_who_refuses_is_told_so() =>
        Assert.That((await _visitor.FollowAsync(await _visitor.LoginAsync(), grant: false)).Location, Is.EqualTo("/?error=access_denied"));

    [Test]
    public async Task An_error_that_is_no_word_of_hubspots_is_not_repeated()
    {
        var state = GatewayVisitor.StateOf(await _visitor.LoginAsync());
        Assert.That((await _visitor.GetAsync($"/api/hs/auth/callback?state={state}&error=%3Cscript%3E")).Location, Is.EqualTo("/?error=authorization_failed"));
    }

    [TestCase("unknown")]
    [TestCase("")]
    public async Task A_code_that_hubspot_does_not_take_connects_nobody(string code)
    {
        var state = GatewayVisitor.StateOf(await _visitor.LoginAsync());
        Assert.That(
            (await _visitor.GetAsync($"/api/hs/auth/callback?state={state}&code={code}")).Location,
            Is.EqualTo(code.Length == 0 ? "/?error=missing_code" : "/?error=token_exchange_failed"));
        Assert.That((await _visitor.GetAsync("/api/hs/auth/status")).Text, Does.Contain("\"authenticated\":false"));
    }

    [Test]
    public async Task Hubspot_being_away_is_told_apart()
    {
        var consent = await _visitor.LoginAsync();
        _api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 503, Operation = "oauth.token", Times = 1 });
        Assert.That((await _visitor.FollowAsync(consent, grant: true)).Location, Is.EqualTo("/?error=hubspot_unavailable"));
    }

    [Test]
    public async Task The_session_that_is_connected_is_another_than_the_one_that_asked()
    {
        var consent = await _visitor.LoginAsync();
        var before = _visitor.Cookies.GetCookies(new Uri(_api.Address, "/api/hs"))[0].Value;
        await _visitor.FollowAsync(consent, grant: true);
        Assert.That(_visitor.Cookies.GetCookies(new Uri(_api.Address, "/api/hs"))[0].Value, Is.Not.EqualTo(before));
        using var planter = new GatewayVisitor(_api);
        planter.Cookies.Add(new Uri(_api.Address, "/api/hs"), new Cookie("hubspot-session", before, "/api/hs"));
        Assert.That((await planter.GetAsync("/api/hs/auth/status")).Text, Does.Contain("\"authenticated\":false"));
    }

    [Test]
    public async Task A_refresh_gets_a_new_token()
    {
        await _visitor.ConnectAsync();
        var answer = await _visitor.PostAsync("/api/hs/auth/refresh");
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Text, Does.StartWith("""{"success":true,"message":"Token refreshed successfully","expiresIn":"""));
        Assert.That(answer.Json.GetProperty("expiresIn").GetInt64(), Is.InRange(1_790, 1_800));
        Assert.That(Tokens("refresh"), Is.EqualTo(1));
    }

    [Test]
    public async Task Ten_callers_who_refresh_at_once_ask_hubspot_once()
    {
        await _visitor.ConnectAsync();
        // HubSpot takes its time, so that all of them are there before it has answered.
        using var slow = _api.Sandbox.AddFault(new FaultRule { Kind = FaultKind.Delay, Operation = "oauth.token", Delay = TimeSpan.FromMilliseconds(500) });
        await _api.ExecuteAsync("update hubspot_deals.gateway_sessions set expires_at = now()");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _visitor.GetAsync("/api/hs/contacts?limit=1")));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(Tokens("refresh"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_token_that_hubspot_has_ended_early_is_renewed_and_the_call_made_again()
    {
        await _visitor.ConnectAsync();
        _api.Sandbox.AddFault(new FaultRule
        {
            Kind = FaultKind.Status, Status = 401, Operation = "contacts.list", Times = 1,
            Body = """{"status":"error","message":"The OAuth token used to make this call expired 5 second(s) ago.","category":"EXPIRED_AUTHENTICATION"}""",
        });
        Assert.That((await _visitor.GetAsync("/api/hs/contacts?limit=1")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Tokens("refresh"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_refresh_token_that_was_withdrawn_ends_the_connection_with_the_reason()
    {
        await _visitor.ConnectAsync();
        _api.Sandbox.Uninstall(AppOptions.Default.ClientId);
        var answer = await _visitor.PostAsync("/api/hs/auth/refresh");
        Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.Unauthorized, "INVALID_TOKEN")));
        Assert.That(answer.Json.GetProperty("error").GetProperty("details").GetProperty("reason").GetString(), Is.EqualTo("BAD_REFRESH_TOKEN"));
        await _api.ExecuteAsync("update hubspot_deals.gateway_sessions set expires_at = now()");
        Assert.That((await _visitor.GetAsync("/api/hs/auth/status")).Text, Does.Contain("\"authenticated\":false"));
    }

    [Test]
    public async Task Without_a_connection_there_is_nothing_to_refresh()
    {
        var answer = await _visitor.PostAsync("/api/hs/auth/refresh");
        Assert.That((answer.Status, answer.Text), Is.EqualTo((HttpStatusCode.Unauthorized, """{"error":{"code":"NO_REFRESH_TOKEN","message":"No refresh token available"}}""")));
    }

    [Test]
    public async Task Logging_out_forgets_the_tokens_and_withdraws_them()
    {
        await _visitor.ConnectAsync();
        var answer = await _visitor.PostAsync("/api/hs/auth/logout");
        Assert.That(answer.Text, Is.EqualTo("""{"success":true,"message":"Logged out from HubSpot successfully"}"""));
        Assert.That((await _visitor.GetAsync("/api/hs/contacts")).Code, Is.EqualTo("AUTHENTICATION_REQUIRED"));
        Assert.That(Tokens("revoke"), Is.EqualTo(1));
        Assert.That((await _visitor.PostAsync("/api/hs/auth/logout")).Status, Is.EqualTo(HttpStatusCode.OK), "once more does no harm");
    }

    [Test]
    public async Task No_token_code_or_secret_is_in_any_table_log_or_answer()
    {
        await _visitor.ConnectAsync();
        await _visitor.PostAsync("/api/hs/auth/refresh");
        var status = await _visitor.GetAsync("/api/hs/auth/status");
        var everything = await _api.DumpAsync() + string.Join('\n', _api.Logs.Lines) + status.Text;
        Assert.That(everything, Does.Not.Contain(AppOptions.Default.ClientSecret));
        Assert.That(everything, Does.Not.Contain(_visitor.Cookies.GetCookies(new Uri(_api.Address, "/api/hs"))[0].Value));
        // HubSpot's tokens and codes begin so.
        Assert.That(_api.Sandbox.Log.Requests.Select(request => request.Target), Has.None.Contains("access-tokens"));
    }

    [Test]
    public async Task Without_an_app_the_login_says_what_is_missing()
    {
        await using var api = await ScanApi.StartAsync();
        using var visitor = new GatewayVisitor(api);
        var answer = await visitor.GetAsync("/api/hs/auth/login");
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(answer.Text, Is.EqualTo(
            """{"success":false,"error":"HubSpot OAuth configuration incomplete","troubleshooting":["Check your .env file contains:","HS_CLIENT_ID=your_client_id","HS_CLIENT_SECRET=your_client_secret"]}"""));
    }

    int Tokens(string what) => what == "revoke"
        ? _api.Sandbox.Log.Requests.Count(request => request.Operation == "oauth.revoke")
        : _api.Sandbox.Log.Requests.Count(request => request.Operation == "oauth.token") - 1;
}
