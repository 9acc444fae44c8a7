using System.Net;
using HubSpotDeals.Suite.Auth;
using HubSpotDeals.Suite.Results;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Console;

/// <summary>The console behind keys: who gets in, what they see, and what their cookie is good for.</summary>
sealed class SignInTests
{
    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync(settings: KeyHolders.Settings);
        await (await StoredScan.PlanAsync(_api, "ours")).AddAsync(1, 3);
        await (await StoredScan.PlanAsync(_api, "theirs", KeyHolders.OtherPortal)).AddAsync(1, 3);
        await _api.SetAsync("ours", "status = 'completed', completed_at = clock_timestamp()");
        await _api.SetAsync("theirs", "status = 'completed', completed_at = clock_timestamp()");
    }

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [TestCase("/")]
    [TestCase("/scans/ours")]
    [TestCase("/scans/ours/deals?q=x")]
    [TestCase("/SCANS/ours")]
    [TestCase("/portals")]
    [TestCase("/portals/12345678")]
    [TestCase("/start")]
    [TestCase("/jobs")]
    [TestCase("/hangfire")]
    [TestCase("/hangfire/jobs/enqueued")]
    [TestCase("/scans/nothing/there")]
    public async Task Without_a_key_every_page_leads_to_where_one_is_asked_for_and_back(string path)
    {
        using var visitor = new ConsoleVisitor(_api);
        var answer = await visitor.GetAsync(path);
        Assert.That((answer.Status, answer.Html), Is.EqualTo((HttpStatusCode.SeeOther, "")));
        Assert.That(answer.Location, Is.EqualTo("/sign-in?back=" + Uri.EscapeDataString(path)));
    }

    [TestCase("/scans/ours/pause")]
    [TestCase("/start")]
    [TestCase("/jobs/cleanup/run")]
    [TestCase("/sign-out")]
    public async Task Without_a_key_no_form_is_taken(string path)
    {
        using var visitor = new ConsoleVisitor(_api);
        Assert.That((await visitor.SendAsync("/sign-in", path)).Location, Is.EqualTo("/sign-in?back=%2F"));
    }

    [Test]
    public async Task A_key_opens_the_console_for_its_holder_and_is_in_no_cookie_page_or_log()
    {
        using var visitor = new ConsoleVisitor(_api);
        var entered = await visitor.SendAsync("/sign-in?back=%2Fscans%2Fours", "/sign-in", ("key", KeyHolders.Ours), ("back", "/scans/ours"));
        Assert.That((entered.Status, entered.Location), Is.EqualTo((HttpStatusCode.SeeOther, "/scans/ours")));
        Assert.That(entered.Headers["Set-Cookie"].ToLowerInvariant(), Does.Contain("httponly").And.Contain("samesite=strict").And.Contain("path=/"));
        Assert.That(entered.Headers["Set-Cookie"], Does.Not.Contain(KeyHolders.Ours).And.Not.Contain(KeyHolders.HashOf(KeyHolders.Ours)));
        var page = await visitor.GetAsync("/scans/ours");
        Assert.That((page.Status, page.Texts(".visitor span").Single()), Is.EqualTo((HttpStatusCode.OK, "ours")));
        Assert.That(page.Html, Does.Not.Contain(KeyHolders.Ours));
        Assert.That(_api.Logs.Lines, Has.None.Contains(KeyHolders.Ours));
        Assert.That(await _api.DumpAsync(), Does.Not.Contain(KeyHolders.Ours));
    }

    [TestCase("")]
    [TestCase("wrong")]
    [TestCase(KeyHolders.Ours + "x")]
    public async Task A_wrong_key_opens_nothing(string key)
    {
        using var visitor = new ConsoleVisitor(_api);
        var answer = await visitor.SendAsync("/sign-in", "/sign-in", ("key", key), ("back", "/"));
        Assert.That((answer.Status, answer.Texts("[role=alert]").Single()), Is.EqualTo((HttpStatusCode.Unauthorized, "That is no key of this service. Ask its operator for one.")));
        Assert.That((await visitor.GetAsync("/")).Status, Is.EqualTo(HttpStatusCode.SeeOther));
    }

    [TestCase("//evil.example")]
    [TestCase("https://evil.example/")]
    [TestCase("/\\evil.example")]
    [TestCase("javascript:alert(1)")]
    [TestCase("")]
    public async Task The_way_back_never_leads_elsewhere(string back)
    {
        using var visitor = new ConsoleVisitor(_api);
        Assert.That((await visitor.SendAsync("/sign-in?back=" + Uri.EscapeDataString(back), "/sign-in", ("key", KeyHolders.Ours), ("back", back))).Location, Is.EqualTo("/"));
    }

    [Test]
    public async Task A_key_for_one_portal_sees_that_portal_only()
    {
        using var visitor = await EnterAsync(KeyHolders.Ours);
        Assert.That((await visitor.GetAsync("/")).Texts("#scans tbody th"), Is.EqualTo(new[] { "ours" }));
        Assert.That((await visitor.GetAsync("/portals")).Texts("tbody th"), Is.EqualTo(new[] { ScanApi.Portal }));
        foreach (var path in new[] { "/scans/theirs", "/scans/theirs/deals", "/portals/" + KeyHolders.OtherPortal, "/?portal=" + KeyHolders.OtherPortal })
        {
            var page = await visitor.GetAsync(path);
            Assert.That((page.Status, page.Texts("h1").Single()), Is.EqualTo((HttpStatusCode.Forbidden, "Insufficient permissions")), path);
        }

        Assert.That((await visitor.SendAsync("/scans/ours", "/scans/theirs/remove")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await visitor.SendAsync("/jobs", "/jobs/cleanup/run")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await visitor.SendAsync("/start", "/start", ("do", "look"), ("portal", KeyHolders.OtherPortal), ("token", "pat-x"))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await visitor.GetAsync("/jobs")).Html, Does.Not.Contain("theirs"));
    }

    [Test]
    public async Task A_key_for_every_portal_sees_them_all()
    {
        using var visitor = await EnterAsync(KeyHolders.Everybodys);
        Assert.That((await visitor.GetAsync("/")).Texts("#scans tbody th"), Is.EquivalentTo(new[] { "ours", "theirs" }));
        Assert.That((await visitor.GetAsync("/scans/theirs/deals")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_cookie_reads_the_api_for_downloads_and_events_and_changes_nothing_there()
    {
        using var visitor = await EnterAsync(KeyHolders.Ours);
        Assert.That((await visitor.GetAsync("/api/v1/results/ours/download/csv")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await visitor.GetAsync("/api/v1/results/theirs/download/csv")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await visitor.PostAsync("/api/v1/scan/ours/cancel", content: null)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await visitor.PostAsync("/api/v1/maintenance/cleanup", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"))).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Signing_out_ends_it()
    {
        using var visitor = await EnterAsync(KeyHolders.Ours);
        Assert.That((await visitor.SendAsync("/", "/sign-out")).Location, Is.EqualTo("/sign-in"));
        Assert.That((await visitor.GetAsync("/")).Status, Is.EqualTo(HttpStatusCode.SeeOther));
    }

    [TestCase("made-up")]
    [TestCase("bWFkZS11cA==")]
    public async Task A_cookie_that_was_not_sealed_here_is_none(string cookie)
    {
        using var visitor = new ConsoleVisitor(_api);
        visitor.Cookies.Add(_api.Address, new Cookie("hubspot-deals", cookie));
        Assert.That((await visitor.GetAsync("/")).Status, Is.EqualTo(HttpStatusCode.SeeOther));
    }

    [Test]
    public async Task Where_no_key_is_needed_nobody_is_asked_for_one()
    {
        await using var open = await ScanApi.StartAsync();
        using var visitor = new ConsoleVisitor(open);
        Assert.That((await visitor.GetAsync("/sign-in")).Location, Is.EqualTo("/"));
        Assert.That((await visitor.GetAsync("/")).Document.QuerySelector(".visitor"), Is.Null);
    }

    [Test]
    public async Task Guesses_at_keys_are_counted_like_any_request()
    {
        await using var api = await ScanApi.StartAsync(settings: [.. KeyHolders.Settings, ("Limits:Requests", "5"), ("Limits:Window", "01:00:00")]);
        using var visitor = new ConsoleVisitor(api);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.That((await visitor.SendAsync("/sign-in", "/sign-in", ("key", "guess"), ("back", "/"))).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        }

        await visitor.GetAsync("/sign-in");
        var page = await visitor.GetAsync("/sign-in");
        Assert.That((page.Status, page.Headers.ContainsKey("Retry-After"), page.Texts("h1").Single()), Is.EqualTo((HttpStatusCode.TooManyRequests, true, "Too many requests")));
    }

    async Task<ConsoleVisitor> EnterAsync(string key)
    {
        var visitor = new ConsoleVisitor(_api);
        Assert.That((await visitor.SendAsync("/sign-in", "/sign-in", ("key", key), ("back", "/"))).Status, Is.EqualTo(HttpStatusCode.SeeOther));
        return visitor;
    }
}
