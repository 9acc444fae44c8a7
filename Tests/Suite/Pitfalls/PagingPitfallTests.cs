using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;

namespace HubSpotDeals.Suite.Pitfalls;

/// <summary>Pages that are well-formed and yet not what a reader expects of pages: every deal is stored once all the same.</summary>
[CancelAfter(60_000)]
public sealed class PagingPitfallTests
{
    PitfallScene _scene = null!;

    [OneTimeSetUp]
    public async Task OpenAsync() => _scene = await PitfallScene.OpenAsync();

    [OneTimeTearDown]
    public async Task CloseAsync() => await _scene.DisposeAsync();

    [Test]
    public Task A_cursor_that_repeats_is_not_followed_for_ever([Values] Reading reading) =>
        _scene.IsReadWholeThroughAsync(new FaultRule { Kind = FaultKind.RepeatCursor, Every = 3, Times = 6 }, reading);

    [Test]
    public Task A_short_page_with_a_next_cursor_is_not_the_last([Values] Reading reading) =>
        _scene.IsReadWholeThroughAsync(new FaultRule { Kind = FaultKind.ShortPage, Every = 2 }, reading);

    [Test]
    public Task An_empty_page_with_a_next_cursor_is_not_the_last([Values] Reading reading) =>
        _scene.IsReadWholeThroughAsync(new FaultRule { Kind = FaultKind.EmptyPage, Every = 2 }, reading);

    [Test]
    public Task A_deal_on_two_pages_is_stored_once([Values] Reading reading) =>
        _scene.IsReadWholeThroughAsync(new FaultRule { Kind = FaultKind.DuplicateDeal, Every = 2 }, reading);

    [Test]
    public Task Deals_that_come_out_of_order_are_all_stored([Values] Reading reading) =>
        _scene.IsReadWholeThroughAsync(new FaultRule { Kind = FaultKind.OutOfOrder, Skip = 3, Every = 3, Times = 1 }, reading);

    [Test]
    public async Task More_than_10_000_deals_of_one_millisecond_are_searched_without_asking_beyond_the_10_000th_result()
    {
        const int Bulk = 10_100;
        await using var scene = await PitfallScene.OpenAsync(new PortalOptions { Deals = Bulk, Archived = 0, BulkModified = Bulk });
        var moments = scene.HubSpot.DealIds().Select(id => scene.HubSpot.ReadDeal(id, "hs_lastmodifieddate")!.Properties["hs_lastmodifieddate"]);
        Assert.That(moments.ToHashSet(StringComparer.Ordinal), Has.Count.EqualTo(1));

        var scan = await scene.ReadAsync(new ScanConfig(), Reading.Search);
        Assert.That(scene.Server.Log.Count("deals.list"), Is.Zero, "it was searched");
        Assert.That(scene.Server.Log.Count("deals.search", status: 400), Is.Zero, "HubSpot refuses what lies beyond");
        await scene.IsWholeAsync(scan);
    }
}
