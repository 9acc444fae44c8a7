using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Suite.Extraction;

public sealed class ReadingChoiceTests
{
    // 10 list requests and 5 searches a second, and 30 seconds for the index: the list reads 30,000 deals in the time that a search only waits.
    [TestCase(1_000, 10, 100, SegmentSource.List, TestName = "A_small_portal_is_listed_before_a_search_has_waited")]
    [TestCase(30_000, 0, 100, SegmentSource.List, TestName = "It_is_worth_it_up_to_here")]
    [TestCase(30_001, 0, 100, SegmentSource.Search, TestName = "And_not_beyond")]
    [TestCase(1_000_000, 10_000, 100, SegmentSource.Search, TestName = "A_selective_filter_of_a_large_portal_is_searched")]
    [TestCase(1_000_000, 900_000, 100, SegmentSource.List, TestName = "A_filter_that_most_deals_pass_is_not")]
    [TestCase(1_000_000, 485_000, 100, SegmentSource.List, TestName = "Nor_one_that_half_of_them_pass")]
    [TestCase(1_000_000, 484_900, 100, SegmentSource.Search, TestName = "Or_a_little_less_than_half")]
    [TestCase(10_000, 10, 10, SegmentSource.Search, TestName = "Small_batches_make_the_list_long")]
    [TestCase(0, 0, 100, SegmentSource.List, TestName = "An_empty_portal_is_listed")]
    public void The_faster_way_is_taken(long all, long matching, int batchSize, SegmentSource expected) =>
        Assert.That(Usual.For(FilteredReads.Auto, fitsSearch: true, all, matching, batchSize), Is.EqualTo(expected));

    [TestCase(FilteredReads.Auto, false, 1_000_000L, 1L, SegmentSource.List, TestName = "What_a_search_can_not_say_is_listed")]
    [TestCase(FilteredReads.Search, false, 1_000_000L, 1L, SegmentSource.List, TestName = "Even_if_a_search_is_wanted")]
    [TestCase(FilteredReads.Search, true, 1L, 1L, SegmentSource.Search, TestName = "A_search_that_is_wanted_is_made")]
    [TestCase(FilteredReads.List, true, 1_000_000L, 1L, SegmentSource.List, TestName = "A_list_that_is_wanted_is_read")]
    [TestCase(FilteredReads.Auto, true, null, 1L, SegmentSource.List, TestName = "A_search_that_can_not_count_all_is_not_trusted")]
    [TestCase(FilteredReads.Auto, true, 1_000_000L, null, SegmentSource.List, TestName = "Nor_one_that_can_not_count_what_matches")]
    public void What_is_wanted_and_what_can_be_come_first(FilteredReads wanted, bool fits, long? all, long? matching, SegmentSource expected) =>
        Assert.That(Usual.For(wanted, fits, all, matching, batchSize: 100), Is.EqualTo(expected));

    static ReadingChoice Usual => new(ListPerSecond: 10, SearchPerSecond: 5, TimeSpan.FromSeconds(30));
}
