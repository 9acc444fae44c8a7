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

    [Test]
    public void Only_filtered_scans_that_fit_into_a_search_are_searched([Values] bool filtered, [Values] bool archived, [Values(1, 400)] int properties)
    {
        var config = new ScanConfig { Pipeline = filtered ? "default" : null, IncludeArchived = archived };
        var live = filtered && properties == 1 ? SegmentSource.Search : SegmentSource.List;
        Assert.That(
            ScanPlan.SegmentsOf(config, [.. Enumerable.Range(0, properties).Select(n => new DealProperty($"property_{n}", ColumnKind.Text))]),
            Is.EqualTo(archived ? [live, SegmentSource.Archived] : new[] { live }));
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
