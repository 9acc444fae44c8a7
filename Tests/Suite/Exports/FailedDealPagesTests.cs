using System.Buffers;
using System.Text;
using HubSpotDeals.Infrastructure.Exports;

namespace HubSpotDeals.Suite.Exports;

public sealed class FailedDealPagesTests
{
    [Test]
    public async Task Failed_deals_are_read_in_the_order_in_which_they_failed_with_what_HubSpot_sent()
    {
        var ct = TestContext.CurrentContext.CancellationToken;
        await using var deals = await StoredDeals.CreateAsync([], ct);
        await deals.ExecuteAsync(
            $$"""
            insert into {{deals.Export.Table.Failed}} (scan, deal_id, raw, reason, failed_at) values
                ('{{StoredDeals.ScanUuid}}', null, '{"id" : "x", "lone":"\ud83d"}', 'the id is "x"', '2026-03-12T10:00:00Z'),
                (gen_random_uuid(), '1', '{}', 'of another scan', now()),
                ('{{StoredDeals.ScanUuid}}', '99', '[ 1.50, "Zürich" ]', 'zu groß', '2026-03-12T10:00:00.25Z'),
                ('{{StoredDeals.ScanUuid}}', '98', 'null', 'late', '2026-03-12T10:00:01Z')
            """,
            ct);

        Assert.That(await ReadAsync(0, 2), Is.EqualTo(
            """
            2: [{"deal_id":null,"reason":"the id is \"x\"","raw":{"id" : "x", "lone":"\ud83d"},"failed_at":"2026-03-12T10:00:00Z"},
            {"deal_id":"99","reason":"zu groß","raw":[ 1.50, "Zürich" ],"failed_at":"2026-03-12T10:00:00.250Z"}]
            """.Replace("\n", "", StringComparison.Ordinal)));
        Assert.That(await ReadAsync(2, 2), Is.EqualTo("""1: [{"deal_id":"98","reason":"late","raw":null,"failed_at":"2026-03-12T10:00:01Z"}]"""));
        Assert.That(await ReadAsync(3, 2), Is.EqualTo("0: []"));

        async Task<string> ReadAsync(long offset, int limit)
        {
            var page = new ArrayBufferWriter<byte>();
            var count = await FailedDealPages.ReadAsync(deals.Database, deals.Export.Table, StoredDeals.ScanUuid, offset, limit, page, ct);
            return $"{count}: {Encoding.UTF8.GetString(page.WrittenSpan)}";
        }
    }
}
