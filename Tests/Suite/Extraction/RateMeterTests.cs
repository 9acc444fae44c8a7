using HubSpotDeals.Jobs.Extraction;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Extraction;

public sealed class RateMeterTests
{
    [Test]
    public void The_rate_is_that_of_the_last_ten_seconds()
    {
        var clock = new TestClock();
        var meter = new RateMeter(clock);
        Assert.That(meter.Read(), Is.Null, "no time has passed");
        meter.Add(100);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(meter.Read(), Is.EqualTo(100), "younger than the window: since the beginning");
        for (var second = 0; second < 20; second++)
        {
            meter.Add(10);
            clock.Advance(TimeSpan.FromSeconds(1));
            meter.Read();
        }

        Assert.That(meter.Read(), Is.EqualTo(10), "the fast beginning is forgotten");
        for (var second = 0; second < 12; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            meter.Read();
        }

        Assert.That(meter.Read(), Is.Zero, "a standstill shows");
    }
}
