using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Extraction;

/// <summary>Filtered scans of a portal whose deals are created, edited, archived and merged all the while, in front of an index that lags.</summary>
public sealed class MovingPortalTests
{
    const string Portal = "12345678";
    const string Wanted = "closedwon";
    const int EditsBefore = 60;

    [TestCase("search", false)]
    [TestCase("search", true)]
    [TestCase("list", false)]
    [TestCase("list", true)]
    [CancelAfter(180_000)]
    public async Task Every_deal_that_matched_throughout_is_stored_once_and_none_that_does_not_match_as_it_is_stored(string reads, bool archived)
    {
        var ct = TestContext.CurrentContext.CancellationToken;
        var seed = Environment.TickCount;
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var random = new Random(seed);
        await using var scene = await Scene.OpenAsync(
            new PortalOptions { Deals = 4_000, Archived = 100, SearchLag = TimeSpan.FromMilliseconds(random.Next(2_000, 3_500)) }, ct,
            ("Scans:FilteredReads", reads), ("HubSpot:SearchIndexLag", "00:00:04"));
        // A search is over while the index still lags; a list takes its time, so that much happens meanwhile.
        scene.Server.Latency = TimeSpan.FromMilliseconds(reads == "search" ? 2 : 10);
        var editor = new Editor(scene.HubSpot, random);

        // Some happens before the scan, and its index does not know it yet.
        for (var edit = 0; edit < EditsBefore; edit++)
        {
            editor.Edit();
        }

        var throughout = editor.Matching(archived).ToHashSet();
        await scene.Node.StartScanAsync("moving", Portal, scene.Token, new ScanConfig { Properties = ["dealname", "dealstage"], DealStage = Wanted, IncludeArchived = archived, BatchSize = 50 }, ct);
        while ((await scene.Node.Scans.FindAsync("moving", ct))!.Status is ScanStatus.Pending or ScanStatus.Running)
        {
            editor.Edit();
            throughout.IntersectWith(editor.Matching(archived));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, ct);
        }

        var scan = await scene.Node.BecomesAsync("moving", ScanStatus.Completed, ct);
        await using var connection = await scene.Node.Database.OpenConnectionAsync(ct);
        var stored = (await connection.QueryAsync<(long Id, string Stage)>($"select hs_object_id, dealstage from {scan.Table.Name}")).ToList();
        Assert.That(editor.Edits, Is.GreaterThan(EditsBefore + 10), "the portal moved");
        Assert.That(stored.Select(deal => deal.Id), Is.Unique);
        Assert.That(throughout.Except(stored.Select(deal => deal.Id)), Is.Empty, "missing");
        Assert.That(stored.Where(deal => deal.Stage != Wanted), Is.Empty, "stored though they do not match");
        Assert.That(scan.ProcessedDeals, Is.EqualTo(stored.Count));
    }

    /// <summary>Changes one deal at a time, at random.</summary>
    sealed class Editor(Portal portal, Random random)
    {
        readonly List<long> _ids = [.. portal.DealIds()];

        internal int Edits { get; private set; }

        internal IEnumerable<long> Matching(bool archived) => portal.DealIds().Concat(archived ? portal.DealIds(archived: true) : [])
            .Where(id => portal.ReadDeal(id, "dealstage")?.Properties["dealstage"] == Wanted);

        internal void Edit()
        {
            Edits++;
            var id = _ids[random.Next(_ids.Count)];
            if (portal.ReadDeal(id, "dealstage") is not { Archived: false } deal)
            {
                return;
            }

            switch (random.Next(10))
            {
                case 0:
                    _ids.Add(portal.CreateDeal(new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = "created", ["dealstage"] = Wanted, ["pipeline"] = "default" }));
                    break;
                case 1:
                    portal.ArchiveDeal(id);
                    break;
                case 2 when _ids[random.Next(_ids.Count)] is var other && other != id && portal.ReadDeal(other) is { Archived: false }:
                    portal.MergeDeals(id, other);
                    break;
                case 3 or 4 or 5:
                    portal.UpdateDeal(id, new Dictionary<string, string>(StringComparer.Ordinal) { ["dealstage"] = Wanted });
                    break;
                case 6 or 7 when deal.Properties["dealstage"] == Wanted:
                    portal.UpdateDeal(id, new Dictionary<string, string>(StringComparer.Ordinal) { ["dealstage"] = "closedlost" });
                    break;
                default:
                    portal.UpdateDeal(id, new Dictionary<string, string>(StringComparer.Ordinal) { ["dealname"] = $"edit {Edits}" });
                    break;
            }
        }
    }
}
