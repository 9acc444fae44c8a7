using System.Text;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Suite.Extraction;

/// <summary>What becomes of records and pages that are not what they should be.</summary>
public sealed class DealPageParserFailureTests
{
    DealPageParserTable _table;

    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task CreateTable() => _table = await DealPageParserTable.CreateAsync(CancellationToken.None);

    [OneTimeTearDown]
    public async Task DropTable() => await _table.DisposeAsync();

    [TestCase("""{"properties":{"dealname":"no id"}}""", null)]
    [TestCase("""{"id":null,"properties":{}}""", null)]
    [TestCase("""{"id":"","properties":{}}""", "")]
    [TestCase("""{"id":"abc","properties":{}}""", "abc")]
    [TestCase("""{"id":"0","properties":{}}""", "0")]
    [TestCase("""{"id":"-5","properties":{}}""", "-5")]
    [TestCase("""{"id":"+5","properties":{}}""", "+5")]
    [TestCase("""{"id":"05","properties":{}}""", "05")]
    [TestCase("""{"id":"5.0","properties":{}}""", "5.0")]
    [TestCase("""{"id":"9223372036854775808","properties":{}}""", "9223372036854775808")]
    [TestCase("""{"id":"5\u0000","properties":{}}""", "5")]
    [TestCase("""{"id":[5],"properties":{"a":"\u0000"}}""", "[5]")]
    [TestCase("""{"id":"5","properties":"none"}""", "5")]
    [TestCase("""{"id":"5","properties":[]}""", "5")]
    [TestCase("null", null)]
    [TestCase("17", null)]
    [TestCase("\"deal\"", null)]
    [TestCase("[{}]", null)]
    public async Task A_record_that_cannot_be_a_row_is_kept_as_it_came_and_the_others_are_stored(string record, string? dealId)
    {
        var page = await _table.StoreAsync($$$"""{"results":[{"id":"3","properties":{"dealname":"a"}}, {{{record}}} ,{"id":"7","properties":{"dealname":"b"}}]}""", Ct);
        Assert.Multiple(() =>
        {
            Assert.That(page.Rows.Select(row => (row["hs_object_id"], row["dealname"])), Is.EqualTo(new[] { ("3", "a"), ("7", "b") }));
            Assert.That(page.Failed.Select(deal => (deal.DealId, deal.RawJsonArray)), Is.EqualTo(new[] { (dealId, record) }));
            Assert.That(page.Failed[0].Reason, Does.EndWith("."));
            Assert.That(page.Parsed, Is.EqualTo(new PageRows(Written: 2, Failed: 1, FirstId: 3, LastId: 7, Ascending: true, Total: null, After: null)));
        });
    }

    [Test]
    public async Task The_largest_id_is_an_id()
    {
        var page = await _table.StoreAsync("""{"results":[{"id":"9223372036854775807","properties":{}}]}""", Ct);
        Assert.That(page.Rows.Single()["hs_object_id"], Is.EqualTo("9223372036854775807"));
    }

    [Test]
    public void An_endless_id_is_shown_shortened_and_kept_whole()
    {
        using var rows = new CopyBuffer();
        var failed = new List<FailedDeal>();
        Parse($$"""{"results":[{"id":"{{new string('é', 10_000)}}"}]}""", rows, failed);
        Assert.Multiple(() =>
        {
            Assert.That(failed.Single().DealId, Has.Length.LessThan(100).And.StartsWith("éé"));
            Assert.That(failed.Single().RawJsonArray, Has.Length.GreaterThan(10_000));
        });
    }

    [TestCase("", "ends early")]
    [TestCase("   ", "ends early")]
    [TestCase("null", "is not a JSON object")]
    [TestCase("[]", "is not a JSON object")]
    [TestCase("<html>secret</html>", "is not JSON")]
    [TestCase("{}", "has no results")]
    [TestCase("""{"status":"error","message":"secret"}""", "has no results")]
    [TestCase("""{"results":null}""", "has results that are no array")]
    [TestCase("""{"results":{"secret":1}}""", "has results that are no array")]
    [TestCase("""{"results":[],"results":[]}""", "has its results twice")]
    [TestCase("""{"results":[]""", "ends early")]
    [TestCase("""{"results":[]} secret""", "is not JSON")]
    [TestCase("""{"results":[]}{"results":[]}""", "is not JSON")]
    [TestCase("""{"results":[{"id":"2","properties":{"dealname":"secret}}]}""", "ends early")]
    [TestCase("""{"results":[{"id":"2","properties":{"dealname":secret}}]}""", "is not JSON")]
    [TestCase("""{"results":[{"id":"2","properties":{"dealname":"\x"}}]}""", "is not JSON")]
    [TestCase("""{"results":[{"id":"2","properties":{"dealname":"\uZZZZ"}}]}""", "is not JSON")]
    [TestCase("{\"results\":[{\"id\":\"2\",\"properties\":{\"dealname\":\"a\nb\"}}]}", "is not JSON")]
    [TestCase("""{"results":[{"id":"2"},]}""", "is not JSON")]
    [TestCase("""{"results":[],"paging":"secret"}""", "has paging that is no object")]
    [TestCase("""{"results":[],"paging":{"next":"secret"}}""", "has a next page that is no object")]
    [TestCase("""{"results":[],"paging":{"next":{}}}""", "has a next page without a cursor")]
    [TestCase("""{"results":[],"paging":{"next":{"after":""}}}""", "has a next page without a cursor")]
    [TestCase("""{"results":[],"paging":{"next":{"after":null}}}""", "has a next page without a cursor")]
    [TestCase("""{"results":[],"paging":{"next":{"after":"\u0000"}}}""", "has a next page without a cursor")]
    public void What_is_no_page_says_so_without_quoting_it_and_leaves_nothing_behind(string page, string what)
    {
        using var rows = new CopyBuffer();
        var failed = new List<FailedDeal>();
        Parse("""{"results":[{"id":"1","properties":{"dealname":"stored before"}},null]}""", rows, failed);
        var before = rows.Written.ToArray();
        var afterDeals = page
            .Replace("""{"results":[{""", """{"results":[{"id":"9","properties":{}},{"id":"x"},{""", StringComparison.Ordinal)
            .Replace("""{"results":[]""", """{"results":[{"id":"9","properties":{}},{"id":"x"}]""", StringComparison.Ordinal);
        foreach (var text in new[] { page, afterDeals })
        {
            var refusal = Assert.Throws<PageFormatException>(() => Parse(text, rows, failed));
            Assert.Multiple(() =>
            {
                Assert.That(refusal.ToString(), Does.Not.Contain("secret"));
                Assert.That(rows.Written.ToArray(), Is.EqualTo(before));
                Assert.That(rows.Rows, Is.EqualTo(1));
                Assert.That(failed, Has.Count.EqualTo(1));
            });
        }

        Assert.That(Assert.Throws<PageFormatException>(() => Parse(page, rows, failed))?.Message, Does.Contain(what));
    }

    [TestCase('[', "")]
    [TestCase('{', "\"a\":")]
    public void Nesting_of_any_depth_is_refused_and_survived(char open, string key)
    {
        var bomb = string.Concat(Enumerable.Repeat(open + key, 1_000_000));
        using var rows = new CopyBuffer();
        Assert.Multiple(() =>
        {
            Assert.Throws<PageFormatException>(() => Parse(bomb, rows, []));
            Assert.Throws<PageFormatException>(() => Parse($$"""{"results":[{"id":"1","properties":{"dealname":{{bomb}}""", rows, []));
            Assert.Throws<PageFormatException>(() => Parse($$"""{"results":[{"id":"1","unknown":{{bomb}}""", rows, []));
            Assert.That(rows.Written.Length, Is.Zero);
        });
    }

    static PageRows Parse(string page, CopyBuffer rows, List<FailedDeal> failed) =>
        new DealPageParser(DealPageParserTable.ScanId, DealPageParserTable.Columns)
            .Parse(Encoding.UTF8.GetBytes(page), DealPageParserTable.ReceivedAt, rows, failed);
}
