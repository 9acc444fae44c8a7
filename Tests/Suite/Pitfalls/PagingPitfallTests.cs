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
    public async Task A_cursor_that_repeats_is_not_followed_but_asked_for_again()
    {
        var scan = await _scene.IsReadWholeThroughAsync(new FaultRule { Kind = FaultKind.RepeatCursor, Skip = 3, Every = 3, Times = 5 }, Reading.List);
        Assert.That(scan.Retries, Is.Positive, "the same page would come without end");
    }

    [Test]
    public async Task A_cursor_that_repeats_for_ever_fails_the_scan_which_goes_on_when_HubSpot_is_well_again()
    {
        await using var scene = await PitfallScene.OpenAsync(("Scans:RetryDelays", "00:00:00.1,00:00:00.1"));
        string scanId;
        using (scene.Server.AddFault(new FaultRule { Kind = FaultKind.RepeatCursor, Skip = PitfallScene.SomePages, Operation = Reading.List.Operation() }))
        {
            scanId = await scene.StartAsync(new ScanConfig(), Reading.List);
            var failed = await scene.BecomesAsync(scanId, ScanStatus.Failed);
            Assert.That(failed.ErrorMessage, Does.Contain("cursor"));
            Assert.That(failed.ProcessedDeals, Is.InRange(1, scene.HubSpot.CountDeals() - 1), "what was read before is stored");
        }

        await scene.GoOnAsync(scanId, Reading.List);
        await scene.IsWholeAsync(await scene.BecomesAsync(scanId, ScanStatus.Completed));
    }

    [Test]
    public Task A_search_goes_on_by_id_even_if_its_cursor_repeats_for_ever() =>
        _scene.IsReadWholeThroughAsync(new FaultRule { Kind = FaultKind.RepeatCursor }, Reading.Search);

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
    public Task A_list_that_comes_out_of_order_is_stored_whole() =>
        _scene.IsReadWholeThroughAsync(new FaultRule { Kind = FaultKind.OutOfOrder, Every = 2 }, Reading.List);

    [Test]
    public async Task A_search_that_comes_out_of_order_is_given_up_for_the_list()
    {
        // Who goes on behind the last id of such a page passes over deals, unless the page is merely reversed, as it is here.
        var listed = _scene.Server.Log.Count("deals.list");
        await _scene.IsReadWholeThroughAsync(new FaultRule { Kind = FaultKind.OutOfOrder, Skip = 3, Every = 3, Times = 1 }, Reading.Search);
        Assert.That(_scene.Server.Log.Count("deals.list"), Is.GreaterThan(listed));
    }

    [Test]
    public async Task More_than_10_000_deals_of_one_millisecond_are_searched_without_asking_beyond_the_10_000th_result()
    {
        const int Bulk = 10_100;
        await using var scene = await PitfallScene.OpenAsync(new PortalOptions { Deals = Bulk, Archived = 0, BulkModified = Bulk });
        var moments = scene.HubSpot.DealIds().Select(id => scene.HubSpot.ReadDeal(id, "hs_lastmodifieddate")!.Properties["hs_lastmodifieddate"]);
        Assert.That(moments.ToHashSet(StringComparer.Ordinal), Has.Count.EqualTo(1));

        var scan = await scene.ReadAsync(new ScanConfig(), Reading.Search);
        Assert.That(scene.Server.Log.Count("deals.search"), Is.GreaterThan(100), "it was searched");
        Assert.That(scene.Server.Log.Count("deals.search", status: 400), Is.Zero, "HubSpot refuses what lies beyond");
        await scene.IsWholeAsync(scan);
    }
}
