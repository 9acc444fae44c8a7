using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Suite.Extraction;

/// <summary>Whatever the bytes are, a page is parsed or refused, never anything else, and PostgreSQL takes what was parsed.</summary>
public sealed class DealPageParserFuzzTests
{
    static readonly byte[] Page = Encoding.UTF8.GetBytes(
        """
        {"total":3,"results":[{"id":"41","properties":{"amount":"30.50","closedate":"2026-04-01T12:00:00.5Z","dealname":"Gr\u00f6ße\n🎉","due":"2026-12-31",
        "hs_is_closed_won":"true","x":[{"y":1}]},"createdAt":"2026-02-25T16:26:25.880Z","updatedAt":"2026-03-09","archived":false},
        {"id":"42","properties":{"amount":"1e5","closedate":1773300966332,"dealname":"\ud83d\ude00\u0000","due":"x","hs_is_closed_won":null}},{"id":"n"}],
        "paging":{"next":{"after":"43"}}}
        """);

    [Test]
    public void A_page_that_is_cut_anywhere_is_refused_and_leaves_nothing_behind()
    {
        using var rows = new CopyBuffer();
        for (var length = 0; length < Page.Length; length++)
        {
            var (parsed, failed) = TryParse(Page.AsSpan(0, length), rows);
            Assert.That((parsed, failed.Count, rows.Written.Length, rows.Rows), Is.EqualTo((false, 0, 0, 0)), $"cut after {length} bytes");
        }

        Assert.That(TryParse(Page, rows).Parsed, Is.True);
    }

    [Test]
    public async Task Every_single_wrong_byte_is_survived_and_what_was_parsed_can_be_stored()
    {
        using var rows = new CopyBuffer();
        var failed = new List<FailedDeal>();
        foreach (var wrong in "\0\"\\{}[],:0-zu\u00FF"u8.ToArray().Append((byte)0xFF))
        {
            for (var place = 0; place < Page.Length; place++)
            {
                var page = Page.ToArray();
                page[place] = wrong;
                failed.AddRange(TryParse(page, rows).Failed);
            }
        }

        await AssertCanBeStoredAsync(rows, failed);
    }

    [Test]
    public async Task Any_mutilation_is_survived_and_what_was_parsed_can_be_stored()
    {
        using var rows = new CopyBuffer();
        var failed = new List<FailedDeal>();
        Prop.ForAll(Mutilations.ToArbitrary(), page => failed.AddRange(TryParse(page, rows).Failed))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
        await AssertCanBeStoredAsync(rows, failed);
    }

    // A few pieces of the page, each overwritten, taken out, doubled, or moved elsewhere.
    static Gen<byte[]> Mutilations
    {
        get
        {
            var cuts =
                from start in Gen.Choose(0, Page.Length - 1)
                from length in Gen.Choose(1, 12)
                from target in Gen.Choose(0, Page.Length - 1)
                from kind in Gen.Choose(0, 3)
                from noise in Gen.Choose(0, 255)
                select (start, length: int.Min(length, Page.Length - start), target, kind, noise: (byte)noise);
            return Gen.Choose(1, 4).SelectMany(count => cuts.ArrayOf(count)).Select(list => list.Aggregate(Page.ToList(), (page, cut) =>
            {
                var start = int.Min(cut.start, page.Count);
                var piece = page.GetRange(start, int.Min(cut.length, page.Count - start));
                if (cut.kind != 2)
                {
                    page.RemoveRange(start, piece.Count);
                }

                page.InsertRange(
                    cut.kind == 3 ? int.Min(cut.target, page.Count) : start,
                    cut.kind switch { 0 => [.. piece.Select(_ => cut.noise)], 1 => [], _ => piece });
                return page;
            }).ToArray());
        }
    }

    static (bool Parsed, List<FailedDeal> Failed) TryParse(ReadOnlySpan<byte> page, CopyBuffer rows)
    {
        var failed = new List<FailedDeal>();
        var before = rows.MarkHere();
        try
        {
            var parsed = new DealPageParser(DealPageParserTable.ScanId, DealPageParserTable.Columns)
                .Parse(page, DealPageParserTable.ReceivedAt, rows, failed);
            Assert.That(rows.Rows - before.Rows, Is.EqualTo(parsed.Written));
            Assert.That(failed, Has.Count.EqualTo(parsed.Failed));
            return (true, failed);
        }
        catch (PageFormatException)
        {
            Assert.That(rows.MarkHere(), Is.EqualTo(before));
            Assert.That(failed, Is.Empty);
            return (false, failed);
        }
    }

    static async Task AssertCanBeStoredAsync(CopyBuffer rows, List<FailedDeal> failed)
    {
        var ct = TestContext.CurrentContext.CancellationToken;
        await using var table = await DealPageParserTable.CreateAsync(ct);
        Assert.That(rows.Rows, Is.Positive, "or nothing was stored");
        Assert.That(await table.StoreAsync(rows, failed, ct), Has.Length.EqualTo(rows.Rows));
    }
}
