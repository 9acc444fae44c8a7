using HubSpotDeals.Api.Health;

namespace HubSpotDeals.Suite.Health;

/// <summary>When a disk counts as full, and how that is said.</summary>
sealed class DiskSpaceTests
{
    const long Giga = 1_000_000_000;

    [TestCase(75, 50, "50 GB", "60%", TestName = "The_documents_healthy_disk")]
    [TestCase(0, 100, "100 GB", "0%", TestName = "An_empty_disk")]
    [TestCase(1_900, 100, "100 GB", "95%", TestName = "A_large_disk_that_is_nearly_full_still_has_room")]
    [TestCase(2, 6, "6 GB", "25%", TestName = "A_small_disk_with_room")]
    public void Room_enough(long used, long available, string availableText, string usage)
    {
        var disk = new DiskSpace(used * Giga, available * Giga);
        Assert.That((disk.IsLow, disk.Available, disk.Usage), Is.EqualTo((false, availableText, usage)));
    }

    [TestCase(38_000, 2_000, "2 GB", "95%", TestName = "The_documents_low_disk")]
    [TestCase(90_000, 9_999, "9 GB", "91%", TestName = "Less_than_ten_gigabytes_and_a_tenth")]
    [TestCase(1_000, 999, "999 MB", "51%", TestName = "Less_than_a_gigabyte_however_small_the_disk")]
    [TestCase(100_000, 0, "0 MB", "100%", TestName = "A_full_disk")]
    [TestCase(0, 0, "0 MB", "100%", TestName = "A_disk_of_no_size")]
    public void Low(long usedMega, long availableMega, string availableText, string usage)
    {
        var disk = new DiskSpace(usedMega * 1_000_000, availableMega * 1_000_000);
        Assert.That((disk.IsLow, disk.Available, disk.Usage), Is.EqualTo((true, availableText, usage)));
    }

    [Test]
    public void A_directorys_disk_is_looked_at()
    {
        var disk = DiskSpace.Of(Path.GetTempPath());
        Assert.That(disk.UsedBytes, Is.Positive);
        Assert.That(disk.AvailableBytes, Is.Not.Negative);
    }
}
