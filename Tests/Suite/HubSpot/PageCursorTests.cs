using System.Text;
using System.Text.Json;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Suite.HubSpot.Support;

namespace HubSpotDeals.Suite.HubSpot;

public sealed class PageCursorTests
{
    static PageMarks Read(string page) => PageCursor.Read(Encoding.UTF8.GetBytes(page));

    [Test]
    public void A_page_names_the_cursor_of_the_next() => Assert.That(Read(Pages.WithNext), Is.EqualTo(new PageMarks("479475667161", null)));

    [Test]
    public void A_page_without_paging_is_the_last() => Assert.That(Read(Pages.Last), Is.EqualTo(default(PageMarks)));

    [Test]
    public void A_search_page_names_the_total_too() => Assert.That(Read(Pages.SearchWithNext), Is.EqualTo(new PageMarks("5", 21)));

    [TestCase("""{"total":21,"results":[]}""", null, 21L)]
    [TestCase("""{"results":[],"paging":null}""", null, null)]
    [TestCase("""{"results":[],"paging":{}}""", null, null)]
    [TestCase("""{"results":[],"paging":{"next":null}}""", null, null)]
    [TestCase("""{"results":[],"paging":{"prev":{"before":"1"},"next":{"link":"x","after":"NTI1Cg%3D%3D"}}}""", "NTI1Cg%3D%3D", null)]
    [TestCase("""{"results":[],"paging":{"next":{"after":"caf\u00e9"}}}""", "café", null)]
    [TestCase("""{"results":[],"paging":{"next":{"after":17}}}""", "17", null)]
    [TestCase("""{"paging":{"next":{"after":"9"}},"total":3,"results":[]}""", "9", 3L)]
    [TestCase("""{"results":[],"paging":{"next":{"after":"9"}},"note":{"paging":{"next":{"after":"8"}}}}""", "9", null)]
    [TestCase(" {\n  \"results\" : [ ],\n  \"paging\" : { \"next\" : { \"after\" : \"9\" } }\n}\r\n", "9", null)]
    public void The_cursor_is_found_however_the_page_is_written(string page, string? after, long? total) =>
        Assert.That(Read(page), Is.EqualTo(new PageMarks(after, total)));

    [TestCase("""{"results":[{"id":"1","properties":{"paging":"{\"next\":{\"after\":\"666\"}}"}}]}""")]
    [TestCase("""{"results":[{"id":"1","properties":{"a":["x"],"paging":null}}]}""")]
    [TestCase("""{"results":[{"id":"1","associations":{"contacts":{"results":[],"paging":{"next":{"after":"666"}}}}}]}""")]
    [TestCase("""{"results":[{"paging":{"next":{"after":"666"}}}]}""")]
    public void A_property_named_paging_is_not_the_pages_own(string page) => Assert.That(Read(page).After, Is.Null);

    [Test]
    public void A_page_that_ends_early_is_refused_wherever_it_ends()
    {
        foreach (var page in new[] { Pages.WithNext, Pages.Last, Pages.SearchWithNext })
        {
            for (var length = 0; length < page.Length; length++)
            {
                var cut = page[..length];
                Assert.That(() => Read(cut), Throws.InstanceOf<JsonException>(), cut);
            }
        }
    }

    [TestCase("""{"status":"error","message":"internal error"}""")]
    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("\"results\"")]
    [TestCase("""{"results":null}""")]
    [TestCase("""{"results":{}}""")]
    [TestCase("""{"results":[]}{"results":[]}""")]
    [TestCase("""{"results":[],"paging":"next"}""")]
    [TestCase("""{"results":[],"paging":{"next":{}}}""")]
    [TestCase("""{"results":[],"paging":{"next":{"after":""}}}""")]
    [TestCase("""{"results":[],"paging":{"next":{"after":null}}}""")]
    [TestCase("<html></html>")]
    [TestCase("""{"results":[{"id":"1","paging":{"next":{"after":"666"}}}""", Description = "cut behind a record's own paging")]
    public void What_is_no_page_never_passes_for_an_empty_last_one(string body) =>
        Assert.That(() => Read(body), Throws.InstanceOf<JsonException>());
}
