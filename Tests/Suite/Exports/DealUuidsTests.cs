using FsCheck;
using FsCheck.Fluent;
using HubSpotDeals.Infrastructure.Exports;

namespace HubSpotDeals.Suite.Exports;

public sealed class DealUuidsTests
{
    static readonly DealUuids Uuids = new(StoredDeals.ScanUuid);

    [TestCase(1, "e8a4ca81-cab3-8604-8000-000000000001")]
    [TestCase(12_345_678_901, "e8a4ca81-cab3-8604-8000-0002dfdc1c35")]
    [TestCase(long.MaxValue, "e8a4ca81-cab3-8605-bfff-ffffffffffff")]
    public void A_deals_UUID_is_the_same_in_every_release(long dealId, string expected) =>
        Assert.That(Uuids.Of(dealId).ToString(), Is.EqualTo(expected));

    [Test]
    public void A_deals_UUID_is_one_of_version_8_and_holds_the_whole_id() =>
        Prop.ForAll(Ids.ToArbitrary(), id =>
        {
            var uuid = Uuids.Of(id);
            var bytes = uuid.ToByteArray(bigEndian: true);
            var high = (long)(bytes[7] & 3);
            var low = BitConverter.ToInt64([.. bytes[8..].Reverse()]) & ((1L << 62) - 1);
            return uuid.Version == 8 && bytes[8] >> 6 == 0b10 && ((high << 62) | low) == id;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    static Gen<long> Ids =>
        from bits in Gen.Choose(0, 63)
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        select (long)((((ulong)(uint)high << 32) | (uint)low) >> bits);

    [Test]
    public void A_deal_has_another_UUID_in_another_scan() =>
        Assert.That(new DealUuids(new Guid("0195f3d4-7c1a-7b2e-9f00-1234567890ac")).Of(1), Is.Not.EqualTo(Uuids.Of(1)));
}
