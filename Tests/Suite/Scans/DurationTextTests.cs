using HubSpotDeals.Api.Scans;

namespace HubSpotDeals.Suite.Scans;

/// <summary>Lengths of time as the API's document spells them.</summary>
sealed class DurationTextTests
{
    [TestCase(0, "0s")]
    [TestCase(0.999, "0s")]
    [TestCase(12, "12s")]
    [TestCase(59.999, "59s")]
    [TestCase(60, "1m 0s")]
    [TestCase(250, "4m 10s")]
    [TestCase(315, "5m 15s")]
    [TestCase(3_600, "1h 0m 0s")]
    [TestCase(3_723, "1h 2m 3s")]
    [TestCase(86_399, "23h 59m 59s")]
    [TestCase(86_400, "1d 0h 0m 0s")]
    [TestCase(8_640_061, "100d 0h 1m 1s")]
    public void It_is_spelled_from_its_largest_unit_down_to_seconds(double seconds, string text) =>
        Assert.That(DurationText.Of(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));
}
