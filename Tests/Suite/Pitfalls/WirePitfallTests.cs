using HubSpotDeals.Sandbox.Faults;

namespace HubSpotDeals.Suite.Pitfalls;

/// <summary>What becomes of answers on their way, and of HubSpot behind its edge: nothing is lost and nothing doubled by any of it.</summary>
[CancelAfter(60_000)]
public sealed class WirePitfallTests
{
    PitfallScene _scene = null!;

    [OneTimeSetUp]
    public async Task OpenAsync() => _scene = await PitfallScene.OpenAsync(("HubSpot:RequestTimeout", "00:00:00.5"));

    [OneTimeTearDown]
    public async Task CloseAsync() => await _scene.DisposeAsync();

    [Test]
    public async Task A_429_with_Retry_After_is_waited_out([Values] Reading reading)
    {
        var scan = await _scene.IsReadWholeThroughAsync(Once(FaultKind.Status, 429) with { RetryAfter = TimeSpan.FromSeconds(1) }, reading);
        Assert.That(scan.CompletedAt - scan.StartedAt, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)), "it came back no sooner");
    }

    [Test]
    public async Task A_429_that_does_not_say_when_to_come_back_is_waited_out([Values] Reading reading)
    {
        const string Body = """{"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT","policyName":"SECONDLY"}""";
        var scan = await _scene.IsReadWholeThroughAsync(Once(FaultKind.Status, 429) with { Body = Body }, reading);
        Assert.That(scan.CompletedAt - scan.StartedAt, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)), "it did not hammer");
    }

    [Test]
    public Task A_500_is_tried_again([Values] Reading reading) => _scene.IsReadWholeThroughAsync(NowAndThen(FaultKind.Status, 500), reading);

    [Test]
    public Task A_502_with_a_page_of_HTML_is_tried_again([Values] Reading reading) => _scene.IsReadWholeThroughAsync(
        NowAndThen(FaultKind.Status, 502) with { Body = "<html><body><h1>502 Bad Gateway</h1></body></html>", ContentType = "text/html" }, reading);

    [Test]
    public Task A_503_is_tried_again([Values] Reading reading) => _scene.IsReadWholeThroughAsync(NowAndThen(FaultKind.Status, 503), reading);

    [Test]
    public Task A_504_is_tried_again([Values] Reading reading) => _scene.IsReadWholeThroughAsync(NowAndThen(FaultKind.Status, 504), reading);

    [Test]
    public Task A_connection_that_is_cut_before_the_body_is_made_anew([Values] Reading reading) =>
        _scene.IsReadWholeThroughAsync(NowAndThen(FaultKind.CutBeforeAnswer), reading);

    [Test]
    public Task A_page_whose_connection_is_cut_in_the_body_is_read_again([Values] Reading reading) =>
        _scene.IsReadWholeThroughAsync(NowAndThen(FaultKind.CutInBody), reading);

    [Test]
    public Task A_connection_that_is_cut_after_the_body_costs_nothing([Values] Reading reading) =>
        _scene.IsReadWholeThroughAsync(NowAndThen(FaultKind.CutAfterAnswer), reading);

    [Test]
    public Task A_request_that_hangs_is_given_up_and_made_again([Values] Reading reading) =>
        _scene.IsReadWholeThroughAsync(Once(FaultKind.Hang), reading);

    [Test]
    public Task A_page_whose_JSON_ends_early_is_read_again([Values] Reading reading) =>
        _scene.IsReadWholeThroughAsync(NowAndThen(FaultKind.TruncatedJson), reading);

    [Test]
    public Task A_200_with_a_page_of_HTML_is_asked_again([Values] Reading reading) =>
        _scene.IsReadWholeThroughAsync(NowAndThen(FaultKind.HtmlPage), reading);

    // Often enough that pages are among what is struck, whatever a scan asks for before them.
    static FaultRule NowAndThen(FaultKind kind, int status = 200) => new() { Kind = kind, Status = status, Skip = 3, Every = 3, Times = 5 };

    // For what takes a while to come right again.
    static FaultRule Once(FaultKind kind, int status = 200) => new() { Kind = kind, Status = status, Skip = PitfallScene.SomePages, Times = 1 };
}
