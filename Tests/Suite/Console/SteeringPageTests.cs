using System.Net;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Suite.Results;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Console;

/// <summary>The buttons of a scan's page, and that nobody presses them from elsewhere.</summary>
sealed class SteeringPageTests
{
    ScanApi _api = null!;
    ConsoleVisitor _visitor = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _api = await ScanApi.StartAsync();
        _visitor = new ConsoleVisitor(_api);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _visitor.Dispose();
        await _api.DisposeAsync();
    }

    [Test]
    public async Task A_scan_is_paused_resumed_cancelled_and_removed_by_its_buttons()
    {
        await _api.PostStartAsync("steered");
        Assert.That(await PressAsync("pause"), Is.EqualTo((HttpStatusCode.SeeOther, "/scans/steered")));
        Assert.That(await StatusAsync(), Is.EqualTo(ScanStatus.Paused));
        Assert.That(Buttons(await _visitor.GetAsync("/scans/steered")), Is.EqualTo(new[] { "resume", "remove" }));
        Assert.That(await PressAsync("resume"), Is.EqualTo((HttpStatusCode.SeeOther, "/scans/steered")));
        Assert.That(await StatusAsync(), Is.EqualTo(ScanStatus.Pending));
        Assert.That(Buttons(await _visitor.GetAsync("/scans/steered")), Is.EqualTo(new[] { "pause", "cancel" }));
        Assert.That(await PressAsync("cancel"), Is.EqualTo((HttpStatusCode.SeeOther, "/scans/steered")));
        Assert.That(await StatusAsync(), Is.EqualTo(ScanStatus.Cancelled));
        Assert.That(await PressAsync("remove"), Is.EqualTo((HttpStatusCode.SeeOther, "/")));
        Assert.That(await _api.Store.FindAsync("steered", CancellationToken.None), Is.Null);

        async Task<(HttpStatusCode, string?)> PressAsync(string button)
        {
            var answer = await _visitor.SendAsync("/scans/steered", "/scans/steered/" + button);
            return (answer.Status, answer.Location);
        }

        async Task<ScanStatus?> StatusAsync() => (await _api.Store.FindAsync("steered", CancellationToken.None))?.Status;
    }

    [Test]
    public async Task A_button_that_comes_too_late_is_answered_with_the_reason()
    {
        await (await StoredScan.PlanAsync(_api, "over")).CompleteAsync();
        var answer = await _visitor.SendAsync("/scans/over", "/scans/over/pause");
        Assert.That((answer.Status, answer.Fact("currentStatus")), Is.EqualTo((HttpStatusCode.BadRequest, "completed")));
    }

    [TestCase("pause")]
    [TestCase("cancel")]
    [TestCase("resume")]
    [TestCase("remove")]
    public async Task A_form_that_is_not_from_a_page_of_the_service_changes_nothing(string button)
    {
        await _api.StoreAsync("guarded-" + button);
        await _api.SetAsync("guarded-" + button, button is "pause" or "cancel" ? "status = 'pending'" : "status = 'paused'");
        var before = (await _api.Store.FindAsync("guarded-" + button, CancellationToken.None))!.Status;
        var path = $"/scans/guarded-{button}/{button}";
        await _visitor.GetAsync("/scans/guarded-" + button);
        using var otherOnes = new ConsoleVisitor(_api);
        var foreign = (await otherOnes.GetAsync("/scans/guarded-" + button)).Document.QuerySelector("input[name=_form]")!.GetAttribute("value")!;
        foreach (var answer in new[]
        {
            await _visitor.SendAsync("", path, sendToken: false),
            await _visitor.SendAsync("", path, sendToken: false, ("_form", "made-up")),
            await _visitor.SendAsync("", path, sendToken: false, ("_form", foreign)),
            await _visitor.PostAsync(path, content: null),
            await _visitor.PostAsync(path, new StringContent("{}", System.Text.Encoding.UTF8, "application/json")),
        })
        {
            Assert.That((answer.Status, answer.Texts("h1").Single()), Is.EqualTo((HttpStatusCode.BadRequest, "This form did not come from a page of this service, or is too old")));
        }

        Assert.That((await _api.Store.FindAsync("guarded-" + button, CancellationToken.None))?.Status, Is.EqualTo(before));
    }

    [TestCase("application/x-www-form-urlencoded", 6_000, HttpStatusCode.BadRequest)]
    [TestCase("application/x-www-form-urlencoded; charset=utf-7", 1, HttpStatusCode.BadRequest)]
    [TestCase("multipart/form-data", 1, HttpStatusCode.BadRequest)]
    [TestCase("multipart/form-data; boundary=", 1, HttpStatusCode.BadRequest)]
    public async Task A_form_that_can_not_be_read_is_refused(string type, int fields, HttpStatusCode status)
    {
        await _visitor.GetAsync("/start");
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(string.Join('&', Enumerable.Range(0, fields).Select(number => $"x{number}=1"))));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await _visitor.PostAsync("/start", content);
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Headers["Content-Type"], Does.StartWith("text/html"));
    }

    static IEnumerable<string?> Buttons(ConsolePage page) => page.Document.QuerySelectorAll("#buttons > button, #buttons > details").Select(element => element.Id);
}
