using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Suite.Extraction;

public sealed class InFlightTests
{
    static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(250);

    [Test]
    public void Slow_answers_are_met_by_more_requests_up_to_what_is_allowed()
    {
        var inFlight = new InFlight(most: 20);
        Answer(inFlight, Slow, idle: TimeSpan.Zero, requests: 100);
        Assert.That(inFlight.Target, Is.EqualTo(20));
    }

    [Test]
    public void Requests_that_wait_for_the_budget_are_joined_by_no_more()
    {
        var inFlight = new InFlight(most: 64);
        Answer(inFlight, Slow, idle: Slow, requests: 100);
        Assert.That(inFlight.Target, Is.EqualTo(4));
    }

    [Test]
    public void Pages_that_wait_to_be_stored_are_joined_by_no_more()
    {
        var inFlight = new InFlight(most: 64);
        for (var page = 0; page < 100; page++)
        {
            inFlight.Waited(Slow);
            inFlight.Answered(Slow, TimeSpan.Zero);
        }

        Assert.That(inFlight.Target, Is.EqualTo(4));
    }

    [Test]
    public void A_HubSpot_that_answers_at_once_needs_no_more()
    {
        var inFlight = new InFlight(most: 64);
        Answer(inFlight, TimeSpan.FromMilliseconds(1), idle: TimeSpan.Zero, requests: 1_000);
        Assert.That(inFlight.Target, Is.EqualTo(4));
    }

    [Test]
    public void Never_more_are_wanted_than_allowed() => Assert.That(new InFlight(most: 1).Target, Is.EqualTo(1));

    static void Answer(InFlight inFlight, TimeSpan busy, TimeSpan idle, int requests)
    {
        for (var request = 0; request < requests; request++)
        {
            inFlight.Answered(busy, idle);
        }
    }
}
