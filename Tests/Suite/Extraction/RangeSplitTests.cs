using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Suite.Extraction;

public sealed class RangeSplitTests
{
    [Test]
    public void What_is_left_is_cut_into_even_pieces()
    {
        var state = State(begin: 1_000, position: 2_000, until: 10_000, lastSpan: 100, pages: 10);
        Assert.That(RangeSplit.PagesLeft(state, highest: null), Is.EqualTo(80));
        Assert.That(RangeSplit.Cuts(state, highest: null, pieces: 4, leastPages: 2), Is.EqualTo(new long[] { 4_000, 6_000, 8_000 }));
    }

    [Test]
    public void A_segment_without_an_end_ends_where_the_ids_seem_to() =>
        Assert.That(RangeSplit.Cuts(State(1_000, 2_000, until: null, 100, 10), highest: 9_999, pieces: 2, leastPages: 2), Is.EqualTo(new long[] { 6_000 }));

    [Test]
    public void Where_deals_stand_densely_at_present_more_are_expected() =>
        Assert.That(RangeSplit.PagesLeft(State(1_000, 2_000, until: 3_000, lastSpan: 10, pages: 10), highest: null), Is.EqualTo(100));

    [TestCase(3, 1)]
    [TestCase(2, 2)]
    public void Pieces_are_no_smaller_than_they_are_worth(double leastPages, int cuts) => Assert.That(
        RangeSplit.Cuts(State(1_000, 2_000, until: 2_600, lastSpan: 100, pages: 10), highest: null, pieces: 9, leastPages), Has.Count.EqualTo(cuts));

    [Test]
    public void Nothing_is_cut_that_is_not_known_or_done()
    {
        Assert.That(RangeSplit.Cuts(State(1_000, 2_000, until: null, 100, 10), highest: null, 4, 1), Is.Empty, "no end");
        Assert.That(RangeSplit.Cuts(State(1_000, 2_000, until: null, 100, 10), highest: 1_500, 4, 1), Is.Empty, "beyond the end");
        Assert.That(RangeSplit.Cuts(State(begin: null, 2_000, until: 9_000, null, 1), highest: null, 4, 1), Is.Empty, "no deal yet");
        Assert.That(RangeSplit.Cuts(State(1_000, 2_000, until: 9_000, 100, 10) with { IsDone = true }, highest: null, 4, 1), Is.Empty, "done");
        Assert.That(RangeSplit.Cuts(State(1_000, 2_000, until: 2_002, 1, 10), highest: null, 4, 0.1), Is.Empty, "narrower than its pieces");
    }

    static ReadingState State(long? begin, long? position, long? until, long? lastSpan, long pages) => new(begin, position, until, lastSpan, pages, IsDone: false);
}
