using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Suite.Pitfalls;

/// <summary>Deals that go while a scan is on its way: some of them it has read by then, and others it has not.</summary>
[CancelAfter(60_000)]
public sealed class DealPitfallTests
{
    PitfallScene _scene = null!;

    [OneTimeSetUp]
    public async Task OpenAsync() => _scene = await PitfallScene.OpenAsync(("HubSpot:RequestTimeout", "00:00:00.5"));

    [OneTimeTearDown]
    public async Task CloseAsync() => await _scene.DisposeAsync();

    [Test]
    public async Task Of_deals_that_are_merged_in_mid_scan_the_survivor_is_stored_once_and_the_other_at_most_as_it_was([Values] Reading reading)
    {
        // One of each page that there may be goes, into a neighbour.
        var all = _scene.HubSpot.DealIds().ToList();
        var pairs = all.Chunk(10).Select(ten => (Survivor: ten[0], Loser: ten[^1])).ToList();
        await AreAtMostAsTheyWereAsync([.. pairs.Select(pair => pair.Loser)], reading, () => pairs.ForEach(pair => _scene.HubSpot.MergeDeals(pair.Survivor, pair.Loser)));
    }

    [Test]
    public async Task Deals_that_are_archived_in_mid_scan_are_stored_at_most_as_they_were([Values] Reading reading)
    {
        var gone = Some();
        await AreAtMostAsTheyWereAsync(gone, reading, () => gone.ForEach(_scene.HubSpot.ArchiveDeal));
    }

    [Test]
    public async Task Deals_that_are_archived_in_mid_scan_are_met_again_in_the_archive_and_stored_once_as_archived([Values] Reading reading)
    {
        var gone = Some();
        var scan = await _scene.ChangeInMidScanAsync(new ScanConfig { IncludeArchived = true }, reading, () => gone.ForEach(_scene.HubSpot.ArchiveDeal));
        Assert.That(await _scene.StoredAsync<bool>(scan, "_archived", gone), Has.Count.EqualTo(gone.Count).And.All.True);
        await _scene.IsWholeAsync(scan);
    }

    async Task AreAtMostAsTheyWereAsync(List<long> gone, Reading reading, Action change)
    {
        var before = gone.ConvertAll(id => (id, _scene.HubSpot.ReadDeal(id, "dealname")!.Properties["dealname"]?.Replace("\0", "", StringComparison.Ordinal), false));
        var scan = await _scene.ChangeInMidScanAsync(new ScanConfig(), reading, change);
        var stored = await _scene.StoredAsync<(long Id, string? Name, bool Archived)>(scan, "hs_object_id, dealname, _archived", gone);
        Assert.That(stored, Is.SubsetOf(before));
        Assert.That(stored, Has.Count.InRange(1, gone.Count - 1), "some had been read, and others had not");
        await _scene.IsWholeAsync(scan, apart: gone);
    }

    /// <summary>Some of each page that there may be.</summary>
    List<long> Some() => [.. _scene.HubSpot.DealIds().Chunk(10).Select(ten => ten[^1])];
}
