using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Infrastructure.Postgres.Copy;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Suite.Extraction;

public sealed class ScanPlanTests
{
    static readonly DealProperty Amount = new("amount", ColumnKind.Number);

    [TestCase("number", ColumnKind.Number)]
    [TestCase("bool", ColumnKind.Bool)]
    [TestCase("datetime", ColumnKind.Instant)]
    [TestCase("date", ColumnKind.Date)]
    [TestCase("string", ColumnKind.Text)]
    [TestCase("enumeration", ColumnKind.Text)]
    [TestCase("phone_number", ColumnKind.Text)]
    [TestCase("a type of next year", ColumnKind.Text)]
    public void The_portal_s_schema_says_the_kinds(string type, ColumnKind kind) => Assert.That(
        ScanPlan.PropertiesOf(new ScanConfig { Properties = ["amount"] }, [Defined("amount", type)]), Is.EqualTo([new DealProperty("amount", kind)]));

    [Test]
    public void Without_a_schema_standard_properties_keep_their_kinds_and_all_others_are_text() => Assert.That(
        ScanPlan.PropertiesOf(new ScanConfig { Properties = ["amount", "custom", "closedate", "amount"] }, schema: null),
        Is.EqualTo([Amount, new("custom", ColumnKind.Text), new("closedate", ColumnKind.Instant)]));

    [Test]
    public void Unasked_the_standard_properties_that_the_portal_has_are_extracted()
    {
        Assert.That(ScanPlan.PropertiesOf(new ScanConfig(), [Defined("custom", "string"), Defined("amount", "number")]), Is.EqualTo([Amount]));
        Assert.That(
            ScanPlan.PropertiesOf(new ScanConfig(), schema: null).Select(property => property.Name),
            Is.EqualTo(StandardDealProperties.Names.Where(name => name != "hs_object_id")));
    }

    [Test]
    public void The_id_that_every_row_has_is_no_further_column() =>
        Assert.That(ScanPlan.PropertiesOf(new ScanConfig { Properties = ["hs_object_id", "amount"] }, [Defined("amount", "number")]), Is.EqualTo([Amount]));

    [TestCase(SegmentSource.List, false, 30, "List")]
    [TestCase(SegmentSource.List, true, 30, "List Archived")]
    [TestCase(SegmentSource.Search, false, 30, "Search Closing")]
    [TestCase(SegmentSource.Search, true, 30, "Search Closing Archived")]
    [TestCase(SegmentSource.Search, true, 0, "Search Archived")]
    public void The_archive_comes_last_and_only_a_search_is_followed_by_a_closing_look(SegmentSource live, bool archived, int lag, string segments) =>
        Assert.That(
            string.Join(' ', ScanPlan.SegmentsOf(new ScanConfig { Pipeline = "default", IncludeArchived = archived }, live, TimeSpan.FromSeconds(lag))),
            Is.EqualTo(segments));

    [TestCase(1, true)]
    [TestCase(400, false)]
    public void A_search_takes_only_so_many_properties(int properties, bool fits) => Assert.That(
        ScanPlan.FitsSearch(
            new ScanConfig { Pipeline = "default" }, [.. Enumerable.Range(0, properties).Select(n => new DealProperty($"property_{n}", ColumnKind.Text))]),
        Is.EqualTo(fits));

    [Test]
    public void A_closing_look_never_needs_more_conditions_than_a_search_takes()
    {
        var (day, since) = (new DateOnly(2026, 1, 1), new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        foreach (var property in new[] { "createdate", "closedate", "hs_lastmodifieddate" })
        {
            var config = new ScanConfig { DealStage = "won", Pipeline = "default", DateRange = new DealDateRange(property, day, day.AddYears(1)) };
            var filters = new DealFilter(config).ForSearch(since);
            Assert.That(filters, Has.Count.LessThan(HubSpotLimits.SearchFilters), "one is left for the id");
            Assert.That(filters, Does.Contain(SearchFilter.AtLeast("hs_lastmodifieddate", $"{since.ToUnixTimeMilliseconds()}")));
            Assert.That(filters.Count(filter => filter is { Property: "hs_lastmodifieddate", Operator: "GTE" }), Is.EqualTo(1));
        }

        var later = new ScanConfig { DateRange = new DealDateRange("hs_lastmodifieddate", new DateOnly(2026, 6, 1), null) };
        Assert.That(new DealFilter(later).ForSearch(since), Is.EqualTo(new DealFilter(later).ForSearch()), "the later of two beginnings counts");
    }

    [Test]
    public void What_the_filter_judges_by_is_asked_for_once()
    {
        var config = new ScanConfig { DealStage = "won", DateRange = new DealDateRange("closedate", new DateOnly(2026, 1, 1), null) };
        var plan = ScanPlan.Of(config, [new DealColumn("closedate", "closedate", ColumnKind.Instant), new DealColumn("amount", "amount", ColumnKind.Number)]);
        Assert.That(plan.Requested, Is.EqualTo(["closedate", "amount", "dealstage"]));
    }

    [Test]
    public void A_search_says_the_whole_days_in_milliseconds()
    {
        var config = new ScanConfig
        {
            DealStage = "won", Pipeline = "default", DateRange = new DealDateRange("createdate", new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 1)),
        };
        Assert.That(new DealFilter(config).ForSearch(), Is.EqualTo(
        [
            SearchFilter.EqualTo("dealstage", "won"),
            SearchFilter.EqualTo("pipeline", "default"),
            SearchFilter.AtLeast("createdate", "1767225600000"),
            SearchFilter.LessThan("createdate", "1767312000000"),
        ]));
        Assert.That(new DealFilter(new ScanConfig()).IsEmpty, Is.True);
    }

    static PropertyDefinition Defined(string name, string type) => new(name, name, type, "text", [], HubSpotDefined: true);
}
