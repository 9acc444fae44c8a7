using System.Net;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Suite.Scans;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Console;

/// <summary>What the job engine knows, whichever it is.</summary>
[Category("Engine")]
sealed class JobsPageTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task It_shows_what_waits_what_ran_what_comes_again_and_who_works(CancellationToken ct)
    {
        await using var api = await ScanApi.StartAsync();
        using var visitor = new ConsoleVisitor(api);
        await api.PostStartAsync("queued-one");
        var before = await visitor.GetAsync("/jobs");
        Assert.That(before.Texts("h1").Single(), Is.EqualTo("Jobs " + JobEngine.Name));
        Assert.That(before.Texts("#queued tbody th"), Is.EqualTo(new[] { "queued-one" }));
        Assert.That(before.Texts("#nodes tbody tr").Single(), Does.Contain(" api ").And.Contain(" alive "));

        await using (var worker = await WorkerNode.StartAsync(api.Database, api.Sandbox.BaseAddress, ct))
        {
            await Eventually.BecomesAsync(async () => (await visitor.GetAsync("/jobs")).Texts("#succeeded tbody th"), Has.Member("queued-one"), "the scan's job", ct);
            await Eventually.BecomesAsync(async () => (await visitor.GetAsync("/jobs")).Texts("#recurring tbody th"), Is.EquivalentTo(new[] { "cleanup", "crash-detection" }), "what comes again", ct);
            Assert.That(Cleanup(await visitor.GetAsync("/jobs")), Does.Match(@"^cleanup 0 3 \* \* \* 20\d\d-\d\d-\d\d 03:00:00 – "));
            var pressed = await visitor.SendAsync("/jobs", "/jobs/cleanup/run");
            Assert.That((pressed.Status, pressed.Location), Is.EqualTo((HttpStatusCode.SeeOther, "/jobs")));
            await Eventually.BecomesAsync(async () => Cleanup(await visitor.GetAsync("/jobs")), Does.Match(@" 03:00:00 20\d\d.* succeeded "), "the run", ct);
            Assert.That((await visitor.GetAsync("/jobs")).Texts("#nodes tbody tr"), Has.Count.EqualTo(2));
        }

        Assert.That((await visitor.SendAsync("/jobs", "/jobs/nothing/run")).Status, Is.EqualTo(HttpStatusCode.NotFound));

        static string Cleanup(ConsolePage page) => page.Texts("#recurring tbody tr").Single(row => row.StartsWith("cleanup", StringComparison.Ordinal));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_scan_that_failed_is_there_with_its_reason(CancellationToken ct)
    {
        await using var api = await ScanApi.StartAsync();
        using var visitor = new ConsoleVisitor(api);
        await api.PostStartAsync("doomed", """{"properties":["dealname"]}""");
        await api.SetAsync("doomed", """config = jsonb_set(config, '{properties}', '["no_such_property"]')""");
        await using var worker = await WorkerNode.StartAsync(api.Database, api.Sandbox.BaseAddress, ct);
        await Eventually.BecomesAsync(
            async () => (await visitor.GetAsync("/jobs")).Texts("#failed tbody tr"), Has.Some.Match("^doomed .*no_such_property"), "the failed job with its reason", ct);
    }
}
