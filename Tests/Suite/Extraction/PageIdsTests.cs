using System.Text;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Suite.Extraction;

public sealed class PageIdsTests
{
    [TestCase("""{"results":[{"id":"9"},{"id":"10"},{"id":"100"}]}""", 8L, 100L)]
    [TestCase("""{"total":0,"results":[]}""", 8L, null)]
    [TestCase("""{"paging":{"next":{"after":"3"}},"results":[{"properties":{"id":"1","hs_object_id":"2"},"id":"20"}]}""", 8L, 20L)]
    [TestCase("""{"results":[{"id":null},{"id":"x"}]}""", 0L, null)]
    public void The_last_id_is_read_whatever_else_the_page_says(string page, long behind, long? last) =>
        Assert.That(PageIds.LastAscending(Encoding.UTF8.GetBytes(page), behind), Is.EqualTo(last));

    [TestCase("""{"results":[{"id":"10"},{"id":"9"}]}""", 0L)]
    [TestCase("""{"results":[{"id":"10"},{"id":"10"}]}""", 0L)]
    [TestCase("""{"results":[{"id":"10"}]}""", 10L)]
    public void Ids_that_do_not_ascend_as_numbers_are_refused(string page, long behind) => Assert.That(
        () => PageIds.LastAscending(Encoding.UTF8.GetBytes(page), behind),
        Throws.TypeOf<UnorderedSearchException>());
}
