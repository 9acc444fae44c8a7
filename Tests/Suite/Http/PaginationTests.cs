using System.Text.Json;
using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Suite.Http;

/// <summary>Following the page numbers shows every row.</summary>
sealed class PaginationTests
{
    [Test]
    public void The_results_page_is_the_documents() =>
        Assert.That(
            JsonSerializer.Serialize(PaginationWithNeighbours.Of(totalItems: 1500, limit: 100, offset: 0), ApiJson.Options),
            Is.EqualTo("""{"current_page":1,"page_size":100,"total_items":1500,"total_pages":15,"has_next":true,"has_previous":false,"next_page":2,"previous_page":null}"""));

    [Test]
    public void The_lists_page_has_no_neighbours() =>
        Assert.That(
            JsonSerializer.Serialize(Pagination.Of(totalItems: 25, limit: 50, offset: 0), ApiJson.Options),
            Is.EqualTo("""{"current_page":1,"page_size":50,"total_items":25,"total_pages":1,"has_next":false,"has_previous":false}"""));

    // total, limit, offset → current, pages, next, previous
    [TestCase(0, 10, 0, 1, 0, null, null)]
    [TestCase(0, 10, 30, 4, 0, null, null)]
    [TestCase(10, 10, 0, 1, 1, null, null)]
    [TestCase(11, 10, 0, 1, 2, 2, null)]
    [TestCase(11, 10, 10, 2, 2, null, 1)]
    [TestCase(1500, 100, 700, 8, 15, 9, 7)]
    [TestCase(1500, 100, 5000, 51, 15, null, 15)]
    [TestCase(1500, 100, 50, 1, 15, 2, 1)]
    [TestCase(1500, 100, 150, 2, 15, 3, 2)]
    [TestCase(160, 100, 90, 1, 2, null, 1)]
    public void Neighbours_stand_where_rows_are(
        long total, int limit, long offset, long current, long pages, object? next, object? previous)
    {
        var page = PaginationWithNeighbours.Of(total, limit, offset);
        Assert.That(
            (page.CurrentPage, page.TotalPages, page.NextPage, page.PreviousPage),
            Is.EqualTo((current, pages, (long?)(int?)next, (long?)(int?)previous)));
        Assert.That((page.HasNext, page.HasPrevious), Is.EqualTo((next is not null, previous is not null)));
    }

    [Test]
    public void From_any_offset_the_pages_after_and_before_show_every_row([Range(0, 40)] int offset, [Values(1, 3, 7, 10)] int limit)
    {
        const int Total = 31;
        var shown = new HashSet<long>();
        Show(offset);
        for (var page = PaginationWithNeighbours.Of(Total, limit, offset); page.NextPage is { } next;)
        {
            page = PaginationWithNeighbours.Of(Total, limit, Show((next - 1) * limit));
        }

        for (var page = PaginationWithNeighbours.Of(Total, limit, offset); page.PreviousPage is { } previous;)
        {
            page = PaginationWithNeighbours.Of(Total, limit, Show((previous - 1) * limit));
        }

        Assert.That(shown, Has.Count.EqualTo(Total));

        long Show(long from)
        {
            for (var row = from; row < Math.Min(Total, from + limit); row++)
            {
                shown.Add(row);
            }

            return from;
        }
    }

    [Test]
    public void The_farthest_offset_does_not_overflow()
    {
        var page = PaginationWithNeighbours.Of(long.MaxValue, limit: 1000, QueryReader.MaxOffset);
        Assert.That(page.HasNext, Is.True);
        Assert.That(page.CurrentPage, Is.EqualTo((QueryReader.MaxOffset / 1000) + 1));
    }
}
