using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Portals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Portals;

/// <summary>What a portal's people call its stages and owners is read at a scan's end, and is worth no scan.</summary>
public sealed class PortalNamingTests
{
    static readonly PortalOptions Small = new() { Deals = 20, Archived = 0 };

    [Test]
    [CancelAfter(60_000)]
    public async Task A_scan_leaves_the_names_of_its_portal_behind(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(Small, ct);
        await ScanAsync(scene, ct);
        var names = await ReadAsync(scene, ct);
        Assert.That(names.Currency, Is.EqualTo("EUR"));
        Assert.That(names.StageOf("closedwon", "default"), Is.EqualTo("Closed Won"));
        Assert.That(names.Owners, Has.Count.EqualTo(24), "those who have left are named by their deals as well");
        Assert.That(names.OwnerOf("1"), Is.EqualTo("1"), "nobody is called so");
    }

    [TestCase(FaultKind.HtmlPage)]
    [TestCase(FaultKind.TruncatedJson)]
    [TestCase(FaultKind.CutInBody)]
    [CancelAfter(60_000)]
    public async Task A_scan_completes_whatever_the_owners_endpoint_answers_and_the_other_names_are_kept(FaultKind fault, CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(Small, ct);
        scene.Server.AddFault(new FaultRule { Kind = fault, Operation = "owners.list" });
        await ScanAsync(scene, ct);
        var names = await ReadAsync(scene, ct);
        Assert.That((names.Pipelines.Count, names.Owners.Count), Is.EqualTo((3, 0)));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_token_that_may_ask_for_less_takes_no_names_away(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(Small, ct);
        await (PortalNames.None with
        {
            Currency = "SEK",
            Pipelines = [new DealPipeline("p", "Known", [])],
            Owners = new Dictionary<string, string>(StringComparer.Ordinal) { ["7"] = "Known as well" },
        }).StoreAsync(scene.Node.Database, scene.PortalId, TimeSpan.Zero, ct);
        scene.Server.SetScopes(scene.Token, "crm.objects.deals.read");
        await ScanAsync(scene, ct);
        var names = await ReadAsync(scene, ct);
        Assert.That((names.PipelineOf("p"), names.OwnerOf("7")), Is.EqualTo(("Known", "Known as well")));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_name_with_a_NUL_is_kept_without_it(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(Small, ct);
        await (PortalNames.None with
        {
            Pipelines = [new DealPipeline("p", "Sa\0les \\u0000", [])],
            Owners = new Dictionary<string, string>(StringComparer.Ordinal) { ["7"] = "A\0da" },
        }).StoreAsync(scene.Node.Database, scene.PortalId, TimeSpan.FromDays(1), ct);
        var names = await ReadAsync(scene, ct);
        Assert.That((names.PipelineOf("p"), names.OwnerOf("7")), Is.EqualTo(("Sales \\u0000", "Ada")));
    }

    static async Task ScanAsync(Scene scene, CancellationToken ct)
    {
        await scene.Node.StartScanAsync("named", scene.PortalId, scene.Token, new ScanConfig { Properties = ["dealname"] }, ct);
        await scene.Node.BecomesAsync("named", ScanStatus.Completed, ct);
    }

    static Task<PortalNames> ReadAsync(Scene scene, CancellationToken ct) => PortalNames.ReadAsync(scene.Node.Database, scene.PortalId, ct);
}
