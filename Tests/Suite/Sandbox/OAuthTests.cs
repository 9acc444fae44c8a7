using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HubSpotDeals.Sandbox;
using static HubSpotDeals.Suite.Sandbox.Bodies;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed partial class OAuthTests
{
    /// <summary>After the default portal in the order of ids.</summary>
    const long Other = 99_999_999;
    const string Back = "http://localhost:3000/api/hs/auth/callback";
    const string Scopes = "oauth crm.objects.contacts.read crm.objects.contacts.write";

    static readonly AppOptions App = new()
    {
        ClientId = "app-1",
        ClientSecret = "secret-1",
        AppId = 777,
        RedirectUris = [Back, "https://example.com/other"],
        Scopes = [SandboxScopes.Account, SandboxScopes.ContactsRead, SandboxScopes.ContactsWrite],
        OptionalScopes = [SandboxScopes.Tickets],
    };

    SandboxCaller _sandbox = null!;
    ManualClock _clock = null!;
    HttpClient _http = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _clock = new ManualClock();
        _sandbox = await StartPlainAsync(5, clock: _clock);
        _sandbox.Server.AddApp(App);
        _sandbox.Server.AddPortal(new PortalOptions { PortalId = Other, Deals = 1, Archived = 0 });
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _sandbox.Server.BaseAddress };
        _sandbox.Token = null;
    }

    [TearDown]
    public async Task StopAsync()
    {
        _http.Dispose();
        await _sandbox.DisposeAsync();
    }

    [Test]
    public async Task The_consent_page_names_the_scopes_and_its_buttons_lead_back_with_a_code_or_a_denial()
    {
        using var page = await _http.GetAsync(AuthorizeUrl($"{Scopes}", "a&b=\"c\"", SandboxScopes.Tickets));
        var html = await page.Content.ReadAsStringAsync();
        var fields = Hidden().Matches(html).Select(field => $"{field.Groups["name"].Value}={Uri.EscapeDataString(WebUtility.HtmlDecode(field.Groups["value"].Value))}");
        var form = $"{Action().Match(html).Groups["path"].Value}?{string.Join('&', fields)}&portal={Other}";
        using var granted = await _http.GetAsync($"{form}&decision=grant");
        using var denied = await _http.GetAsync($"{form}&decision=deny");
        var code = Code().Match(granted.Headers.Location!.OriginalString);
        var pair = await TokenAsync(CodeForm(code.Groups["code"].Value));
        Assert.Multiple(() =>
        {
            Assert.That((page.StatusCode, page.Content.Headers.ContentType!.MediaType), Is.EqualTo((HttpStatusCode.OK, "text/html")));
            Assert.That(Scopes.Split(' ').Append(SandboxScopes.Tickets), Has.All.Matches<string>(scope => html.Contains($"<li>{scope}</li>", StringComparison.Ordinal)));
            Assert.That(html, Does.Contain(">Grant</button>").And.Contain(">Deny</button>").And.Contain("<option>99999999</option>"));
            Assert.That((granted.StatusCode, denied.StatusCode), Is.EqualTo((HttpStatusCode.Found, HttpStatusCode.Found)));
            Assert.That(granted.Headers.Location!.OriginalString, Does.StartWith($"{Back}?code=na1-").And.EndWith("&state=a%26b%3D%22c%22"));
            Assert.That(denied.Headers.Location!.OriginalString, Is.EqualTo($"{Back}?error=access_denied&state=a%26b%3D%22c%22"));
            Assert.That((long)pair.Json["hub_id"]!, Is.EqualTo(Other), "the portal that the user chose");
            Assert.That(pair.Json["scopes"]!.AsArray().Select(scope => (string)scope!), Is.EqualTo(Scopes.Split(' ').Append(SandboxScopes.Tickets)));
        });
    }

    [Test]
    public async Task Consent_can_be_granted_and_denied_without_a_browser()
    {
        _sandbox.Server.Consent = new Consent(ConsentAnswer.Grant, Other);
        using var granted = await _http.GetAsync(AuthorizeUrl());
        _sandbox.Server.Consent = new Consent(ConsentAnswer.Deny);
        using var denied = await _http.GetAsync(AuthorizeUrl());
        var pair = await TokenAsync(CodeForm(Code().Match(granted.Headers.Location!.OriginalString).Groups["code"].Value));
        Assert.Multiple(() =>
        {
            Assert.That(denied.Headers.Location!.OriginalString, Is.EqualTo($"{Back}?error=access_denied&state=s"));
            Assert.That((pair.Status, (long)pair.Json["hub_id"]!), Is.EqualTo((HttpStatusCode.OK, Other)));
        });
    }

    [TestCase("client_id=none&redirect_uri=http://localhost:3000/api/hs/auth/callback&scope=oauth", "no app with this client id")]
    [TestCase("client_id=app-1&redirect_uri=http://localhost:3000/evil&scope=oauth", "match the app&#39;s registered redirect URL")]
    [TestCase("client_id=app-1&scope=oauth", "match the app&#39;s registered redirect URL")]
    [TestCase("client_id=app-1&redirect_uri=http://localhost:3000/api/hs/auth/callback", "mismatch between the scopes")]
    [TestCase("client_id=app-1&redirect_uri=http://localhost:3000/api/hs/auth/callback&scope=oauth%20tickets", "mismatch between the scopes")]
    [TestCase("client_id=app-1&redirect_uri=http://localhost:3000/api/hs/auth/callback&scope=oauth&optional_scope=forms", "mismatch between the scopes")]
    public async Task A_wrong_install_address_is_a_page_that_sends_nobody_back(string query, string reason)
    {
        _sandbox.Server.Consent = new Consent(ConsentAnswer.Grant);
        using var answer = await _http.GetAsync($"/oauth/authorize?{query}");
        Assert.That((answer.StatusCode, answer.Headers.Location), Is.EqualTo((HttpStatusCode.BadRequest, (Uri?)null)));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(reason));
    }

    [Test]
    public async Task A_code_brings_tokens_that_open_the_portal_with_their_scopes([Values("v1", "v3", "2026-03", "2026-09")] string version)
    {
        var pair = await TokenAsync(CodeForm(GrantCode()), version);
        _sandbox.Token = (string?)pair.Json["access_token"];
        var contact = await _sandbox.PostAsync(Contacts, Contact("ada@example.com"));
        var deals = await _sandbox.GetAsync(Deals);
        Assert.Multiple(() =>
        {
            Assert.That(pair.Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(
                pair.Keys,
                Is.EqualTo("token_type refresh_token access_token expires_in" + (version == "v1" ? "" : " hub_id scopes user_id token_use")));
            Assert.That(((string?)pair.Json["token_type"], (int)pair.Json["expires_in"]!), Is.EqualTo(("bearer", 1800)));
            Assert.That(_sandbox.Token, Has.Length.GreaterThan(400), "real ones are as long");
            Assert.That((contact.Status, deals.Status), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Forbidden)));
            Assert.That(_sandbox.Portal.Contacts.Count(), Is.EqualTo(1));
            Assert.That(_sandbox.Server.Log.Count("oauth.token", 200), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_code_works_once()
    {
        var code = GrantCode();
        var first = await TokenAsync(CodeForm(code));
        var second = await TokenAsync(CodeForm(code));
        Assert.That(first.Status, Is.EqualTo(HttpStatusCode.OK));
        AssertRefused(second, "BAD_AUTH_CODE", "missing or unknown auth code", "invalid_grant");
    }

    [Test]
    public async Task Of_simultaneous_exchanges_of_one_code_exactly_one_succeeds()
    {
        var code = GrantCode();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => TokenAsync(CodeForm(code))));
        Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.OK), Is.EqualTo(1));
    }

    [TestCase(599, HttpStatusCode.OK)]
    [TestCase(600, HttpStatusCode.BadRequest)]
    public async Task A_code_lives_ten_minutes(int seconds, HttpStatusCode expected)
    {
        var code = GrantCode();
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        var answer = await TokenAsync(CodeForm(code));
        Assert.That(answer.Status, Is.EqualTo(expected));
        if (expected == HttpStatusCode.BadRequest)
        {
            AssertRefused(answer, "EXPIRED_AUTH_CODE", "auth code has expired", "invalid_grant");
        }
    }

    [TestCase("grant_type", "password", "BAD_GRANT_TYPE", "unsupported_grant_type")]
    [TestCase("grant_type", null, "BAD_GRANT_TYPE", "unsupported_grant_type")]
    [TestCase("client_id", "none", "BAD_CLIENT_ID", "invalid_client")]
    [TestCase("client_id", null, "BAD_CLIENT_ID", "invalid_client")]
    [TestCase("client_secret", "wrong", "BAD_CLIENT_SECRET", "invalid_client")]
    [TestCase("redirect_uri", null, "BAD_REDIRECT_URI", "invalid_request")]
    [TestCase("redirect_uri", "http://localhost:3000/evil", "BAD_REDIRECT_URI", "invalid_request")]
    [TestCase("redirect_uri", "https://example.com/other", "MISMATCH_REDIRECT_URI_AUTH_CODE", "invalid_grant")]
    [TestCase("code", "na1-none", "BAD_AUTH_CODE", "invalid_grant")]
    [TestCase("code", null, "BAD_AUTH_CODE", "invalid_grant")]
    public async Task A_mistaken_exchange_is_refused_by_name_and_leaves_the_code_alone(string field, string? value, string status, string error)
    {
        var code = GrantCode();
        var form = CodeForm(code);
        form.Remove(field);
        if (value is not null)
        {
            form[field] = value;
        }

        AssertRefused(await TokenAsync(form), status, null, error);
        var v1 = await TokenAsync(form, "v1");
        Assert.That((v1.Keys, (string?)v1.Json["status"]), Is.EqualTo(("status message correlationId", status)));
        Assert.That((await TokenAsync(CodeForm(code))).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_code_of_another_app_is_unknown()
    {
        _sandbox.Server.AddApp(App with { ClientId = "app-2" });
        var form = CodeForm(GrantCode());
        form["client_id"] = "app-2";
        AssertRefused(await TokenAsync(form), "BAD_AUTH_CODE", "missing or unknown auth code", "invalid_grant");
    }

    [Test]
    public async Task A_call_for_tokens_that_is_no_form_is_refused()
    {
        var answer = await _sandbox.PostAsync("/oauth/v1/token", new JsonObject { ["grant_type"] = "refresh_token" });
        Assert.That((int)answer.Status, Is.EqualTo(415));
    }

    [Test]
    public async Task A_refresh_brings_a_new_access_token_and_the_same_refresh_token_and_the_old_access_token_lives_on()
    {
        var first = await TokenAsync(CodeForm(GrantCode()));
        _clock.Advance(TimeSpan.FromMinutes(29));
        var second = await TokenAsync(RefreshForm((string)first.Json["refresh_token"]!));
        var statuses = new[] { await StatusAsync(first), await StatusAsync(second) };
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Multiple(async () =>
        {
            Assert.That((string?)second.Json["refresh_token"], Is.EqualTo((string?)first.Json["refresh_token"]));
            Assert.That((string?)second.Json["access_token"], Is.Not.EqualTo((string?)first.Json["access_token"]));
            Assert.That(statuses, Has.All.EqualTo(HttpStatusCode.OK));
            Assert.That((await StatusAsync(first), await StatusAsync(second)), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.OK)));
        });
    }

    [Test]
    public async Task An_expired_access_token_says_since_when()
    {
        var pair = await TokenAsync(CodeForm(GrantCode()));
        _clock.Advance(TimeSpan.FromMinutes(32));
        _sandbox.Token = (string?)pair.Json["access_token"];
        var answer = await _sandbox.GetAsync(Contacts);
        Assert.Multiple(() =>
        {
            Assert.That((answer.Status, answer.Category), Is.EqualTo((HttpStatusCode.Unauthorized, "EXPIRED_AUTHENTICATION")));
            Assert.That(answer.Message, Is.EqualTo("The OAuth token used to make this call expired 2 minute(s) ago."));
            Assert.That((string?)answer.Json["context"]!["expire time"]![0], Is.EqualTo("2026-11-21T12:30:00Z"));
        });
    }

    [Test]
    public async Task The_lifetime_of_access_tokens_is_the_apps()
    {
        _sandbox.Server.AddApp(App with { AccessTokenLifetime = TimeSpan.FromSeconds(5) });
        var pair = await TokenAsync(CodeForm(GrantCode()));
        var before = await StatusAsync(pair);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(((int)pair.Json["expires_in"]!, before, await StatusAsync(pair)), Is.EqualTo((5, HttpStatusCode.OK, HttpStatusCode.Unauthorized)));
    }

    [Test]
    public async Task An_app_can_be_made_to_rotate_its_refresh_tokens()
    {
        _sandbox.Server.AddApp(App with { RotatesRefreshTokens = true });
        var first = (string)(await TokenAsync(CodeForm(GrantCode()))).Json["refresh_token"]!;
        var second = (string)(await TokenAsync(RefreshForm(first))).Json["refresh_token"]!;
        var reused = await TokenAsync(RefreshForm(first));
        var third = await TokenAsync(RefreshForm(second));
        Assert.That(second, Is.Not.EqualTo(first));
        AssertRefused(reused, "BAD_REFRESH_TOKEN", "missing or invalid refresh token", "invalid_grant");
        Assert.That(third.Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("withdrawn by DELETE")]
    [TestCase("revoked")]
    [TestCase("never issued")]
    [TestCase("of another app")]
    public async Task A_refresh_token_that_is_not_in_force_is_refused(string why)
    {
        var pair = await TokenAsync(CodeForm(GrantCode()));
        var refreshToken = (string)pair.Json["refresh_token"]!;
        var form = RefreshForm(refreshToken);
        switch (why)
        {
            case "withdrawn by DELETE":
                Assert.That((await _sandbox.DeleteAsync($"/oauth/v1/refresh-tokens/{refreshToken}")).Status, Is.EqualTo(HttpStatusCode.NoContent));
                break;
            case "revoked":
                var revoked = await FormAsync("/oauth/2026-09/token/revoke", AppForm(("token", refreshToken), ("token_type_hint", "refresh_token")));
                Assert.That((revoked.Status, revoked.Body), Is.EqualTo((HttpStatusCode.OK, "")));
                break;
            case "never issued":
                form["refresh_token"] = "na1-none";
                break;
            default:
                _sandbox.Server.AddApp(App with { ClientId = "app-2" });
                form["client_id"] = "app-2";
                break;
        }

        AssertRefused(await TokenAsync(form), "BAD_REFRESH_TOKEN", "missing or invalid refresh token", "invalid_grant");
        Assert.That(await StatusAsync(pair), Is.EqualTo(HttpStatusCode.OK), "the access token lives on");
    }

    [Test]
    public async Task Uninstalling_an_app_ends_its_tokens_in_that_portal_and_in_no_other()
    {
        var here = await TokenAsync(CodeForm(GrantCode()));
        var there = await TokenAsync(CodeForm(GrantCode(portalId: Other)));
        var waiting = GrantCode();
        _sandbox.Server.Uninstall(App.ClientId);
        Assert.Multiple(async () =>
        {
            Assert.That((await StatusAsync(here), await StatusAsync(there)), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.OK)));
            AssertRefused(await TokenAsync(RefreshForm((string)here.Json["refresh_token"]!)), "BAD_REFRESH_TOKEN", null, "invalid_grant");
            AssertRefused(await TokenAsync(CodeForm(waiting)), "BAD_AUTH_CODE", null, "invalid_grant");
            Assert.That((await TokenAsync(RefreshForm((string)there.Json["refresh_token"]!))).Status, Is.EqualTo(HttpStatusCode.OK));
        });
    }

    [Test]
    public async Task An_access_token_tells_whose_it_is_and_how_long_it_lives()
    {
        var pair = await TokenAsync(CodeForm(GrantCode(portalId: Other)));
        var token = (string)pair.Json["access_token"]!;
        _clock.Advance(TimeSpan.FromSeconds(100));
        var told = await _sandbox.GetAsync($"/oauth/v1/access-tokens/{token}");
        _clock.Advance(TimeSpan.FromHours(1));
        var expired = await _sandbox.GetAsync($"/oauth/v1/access-tokens/{token}");
        Assert.Multiple(() =>
        {
            Assert.That(
                told.Keys,
                Is.EqualTo("token user hub_domain scopes signed_access_token token_type user_id is_private_distribution hub_id expires_in app_id"));
            Assert.That(
                ((string?)told.Json["token"], (string?)told.Json["token_type"], (long)told.Json["hub_id"]!, (int)told.Json["expires_in"]!, (long)told.Json["app_id"]!),
                Is.EqualTo((token, "access", Other, 1700, 777L)));
            Assert.That(told.Json["scopes"]!.AsArray().Select(scope => (string)scope!), Is.EqualTo(App.Scopes));
            Assert.That(expired.Status, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    [Test]
    public async Task A_token_that_a_test_made_up_tells_whose_it_is_and_one_of_a_private_app_does_not()
    {
        _sandbox.Server.AddToken(Other, new TokenOptions { Token = "made-up", Kind = TokenKind.OAuth, Scopes = [SandboxScopes.ContactsRead] });
        var told = await _sandbox.GetAsync("/oauth/v1/access-tokens/made-up");
        var privateApp = await _sandbox.GetAsync($"/oauth/v1/access-tokens/{TokenOptions.DefaultFor(Other).Token}");
        Assert.Multiple(() =>
        {
            Assert.That(((long)told.Json["hub_id"]!, told.Json["scopes"]!.ToJsonString()), Is.EqualTo((Other, "[\"crm.objects.contacts.read\"]")));
            Assert.That(privateApp.Status, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    [Test]
    public async Task A_refresh_token_tells_whose_it_is()
    {
        var pair = await TokenAsync(CodeForm(GrantCode(portalId: Other)));
        var token = (string)pair.Json["refresh_token"]!;
        var told = await _sandbox.GetAsync($"/oauth/v1/refresh-tokens/{token}");
        await _sandbox.DeleteAsync($"/oauth/v1/refresh-tokens/{token}");
        var gone = await _sandbox.GetAsync($"/oauth/v1/refresh-tokens/{token}");
        var again = await _sandbox.DeleteAsync($"/oauth/v1/refresh-tokens/{token}");
        Assert.Multiple(() =>
        {
            Assert.That(told.Keys, Is.EqualTo("token user hub_domain scopes token_type user_id hub_id client_id"));
            Assert.That(((string?)told.Json["token_type"], (long)told.Json["hub_id"]!, (string?)told.Json["client_id"]), Is.EqualTo(("refresh", Other, "app-1")));
            Assert.That((gone.Status, again.Status), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
        });
    }

    [Test]
    public async Task Introspection_tells_of_both_kinds_of_token_and_of_none_that_is_not_in_force([Values("v3", "2026-09")] string version)
    {
        var pair = await TokenAsync(CodeForm(GrantCode(portalId: Other)));
        var access = await IntrospectAsync((string)pair.Json["access_token"]!);
        var refresh = await IntrospectAsync((string)pair.Json["refresh_token"]!);
        var none = await IntrospectAsync("none");
        _clock.Advance(TimeSpan.FromHours(1));
        var expired = await IntrospectAsync((string)pair.Json["access_token"]!);
        var wrongSecret = AppForm(("token", "none"));
        wrongSecret["client_secret"] = "wrong";
        Assert.Multiple(async () =>
        {
            Assert.That(
                ((bool)access.Json["active"]!, (string?)access.Json["token_use"], (long)access.Json["hub_id"]!, (int)access.Json["expires_in"]!),
                Is.EqualTo((true, "access_token", Other, 1800)));
            Assert.That(((bool)refresh.Json["active"]!, (string?)refresh.Json["token_use"]), Is.EqualTo((true, "refresh_token")));
            Assert.That((none.Body, expired.Body), Is.EqualTo(("{\"active\":false}", "{\"active\":false}")));
            AssertRefused(await FormAsync($"/oauth/{version}/token/introspect", wrongSecret), "BAD_CLIENT_SECRET", null, "invalid_client");
        });

        Task<Answer> IntrospectAsync(string token) => FormAsync($"/oauth/{version}/token/introspect", AppForm(("token", token)));
    }

    [Test]
    public async Task Access_tokens_of_one_installation_share_its_ten_secondly_limit_and_know_no_daily_one()
    {
        _sandbox.Portal.Limits = new RateLimits(3, 0, 1);
        var first = await TokenAsync(CodeForm(GrantCode()));
        var second = await TokenAsync(RefreshForm((string)first.Json["refresh_token"]!));
        var statuses = new[] { await StatusAsync(first), await StatusAsync(second), await StatusAsync(first), await StatusAsync(second) };
        _sandbox.Token = (string?)second.Json["access_token"];
        var refused = await _sandbox.GetAsync(Contacts);
        Assert.Multiple(() =>
        {
            Assert.That(statuses, Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests }));
            Assert.That((string?)refused.Json["groupName"], Is.EqualTo("publicapi:oauth-api-calls-ten-secondly:12345678:777"));
            Assert.That(refused.Headers.Keys, Has.None.StartsWith("X-HubSpot-RateLimit-Daily"));
        });
    }

    [Test]
    public async Task No_token_is_kept_in_the_log()
    {
        var pair = await TokenAsync(CodeForm(GrantCode()));
        await _sandbox.GetAsync($"/oauth/v1/access-tokens/{pair.Json["access_token"]}");
        await _sandbox.GetAsync($"/oauth/v1/refresh-tokens/{pair.Json["refresh_token"]}");
        var targets = _sandbox.Server.Log.Requests.Select(request => request.Target).ToArray();
        Assert.That(targets, Is.EqualTo(new[] { "/oauth/2026-09/token", "/oauth/v1/access-tokens/…", "/oauth/v1/refresh-tokens/…" }));
    }

    [Test]
    public async Task A_call_for_tokens_meets_faults()
    {
        _sandbox.Server.AddFault(new() { Kind = HubSpotDeals.Sandbox.Faults.FaultKind.Status, Operation = @"^oauth\.token$", Status = 503, Times = 1 });
        var code = GrantCode();
        var statuses = new[] { (await TokenAsync(CodeForm(code))).Status, (await TokenAsync(CodeForm(code))).Status };
        Assert.That(statuses, Is.EqualTo(new[] { HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK }));
    }

    [Test]
    public async Task Another_process_sets_consent_makes_apps_and_codes_and_uninstalls()
    {
        await ControlAsync(HttpMethod.Patch, "", """{"consent":"Grant","consentPortalId":99999999}""");
        await ControlAsync(HttpMethod.Post, "/apps", """{"clientId":"app-9","clientSecret":"s","expiresInSeconds":60,"scopes":["oauth","tickets"],"redirectUris":["http://localhost/cb"]}""");
        using var granted = await _http.GetAsync("/oauth/authorize?client_id=app-9&redirect_uri=http://localhost/cb&scope=oauth");
        var made = await ControlAsync(HttpMethod.Post, "/apps/app-9/codes", """{"redirectUri":"http://localhost/cb","portalId":99999999}""");
        var form = CodeForm((string)made.Json["code"]!);
        (form["client_id"], form["client_secret"], form["redirect_uri"]) = ("app-9", "s", "http://localhost/cb");
        var pair = await TokenAsync(form);
        var ended = await ControlAsync(HttpMethod.Delete, "/apps/app-9/portals/99999999", null);
        var listed = await _sandbox.GetAsync("/_sandbox/apps");
        Assert.Multiple(async () =>
        {
            Assert.That(granted.Headers.Location!.OriginalString, Does.StartWith("http://localhost/cb?code="));
            Assert.That(_sandbox.Server.Latency, Is.EqualTo(TimeSpan.Zero));
            Assert.That(((int)pair.Json["expires_in"]!, pair.Json["scopes"]!.ToJsonString()), Is.EqualTo((60, "[\"oauth\",\"tickets\"]")));
            Assert.That(ended.Status, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(await StatusAsync(pair), Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(listed.Json.AsArray().Select(app => (string?)app!["clientId"]), Is.SupersetOf(new[] { "app-1", "app-9" }));
            Assert.That((await ControlAsync(HttpMethod.Post, "/apps/none/codes", """{"redirectUri":"http://localhost/cb"}""")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        });

        Task<Answer> ControlAsync(HttpMethod method, string path, string? body) => _sandbox.SendAsync(method, $"/_sandbox{path}", body);
    }

    static void AssertRefused(Answer answer, string status, string? message, string error)
    {
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(answer.Keys, Is.EqualTo("status message correlationId error error_description"));
        Assert.That(((string?)answer.Json["status"], (string?)answer.Json["error"]), Is.EqualTo((status, error)));
        Assert.That(answer.Message, message is null ? Is.Not.Empty : Is.EqualTo(message));
    }

    static string AuthorizeUrl(string scope = Scopes, string state = "s", string? optional = null) =>
        $"/oauth/authorize?client_id={App.ClientId}&redirect_uri={Uri.EscapeDataString(Back)}&scope={Uri.EscapeDataString(scope)}"
        + $"&state={Uri.EscapeDataString(state)}" + (optional is null ? "" : $"&optional_scope={Uri.EscapeDataString(optional)}");

    static Dictionary<string, string> AppForm(params (string Name, string Value)[] fields)
    {
        var form = fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
        (form["client_id"], form["client_secret"]) = (App.ClientId, App.ClientSecret);
        return form;
    }

    static Dictionary<string, string> CodeForm(string code) =>
        AppForm(("grant_type", "authorization_code"), ("redirect_uri", Back), ("code", code));

    static Dictionary<string, string> RefreshForm(string refreshToken) =>
        AppForm(("grant_type", "refresh_token"), ("refresh_token", refreshToken));

    string GrantCode(long portalId = PortalOptions.DefaultPortalId) => _sandbox.Server.GrantCode(App.ClientId, Back, portalId);

    Task<Answer> TokenAsync(Dictionary<string, string> form, string version = "2026-09") => FormAsync($"/oauth/{version}/token", form);

    async Task<Answer> FormAsync(string path, Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        using var response = await _http.PostAsync(path, content);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), new Dictionary<string, string>(StringComparer.Ordinal));
    }

    async Task<HttpStatusCode> StatusAsync(Answer pair)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Contacts);
        request.Headers.Authorization = new("Bearer", (string?)pair.Json["access_token"]);
        using var response = await _http.SendAsync(request);

        // an app without the scope is known all the same
        return response.StatusCode == HttpStatusCode.Forbidden ? HttpStatusCode.OK : response.StatusCode;
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Hidden();

    [GeneratedRegex("""<form method="get" action="(?<path>[^"]*)">""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Action();

    [GeneratedRegex(@"[?&]code=(?<code>[^&]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
