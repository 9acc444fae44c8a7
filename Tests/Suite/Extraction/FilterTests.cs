using System.Globalization;
using Dapper;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Extraction;

/// <summary>Filters, held to an independent reading of the portal: by search, and by the list endpoint where a search would be too long.</summary>
public sealed class FilterTests
{
    const string Portal = "12345678";
    static readonly (DateOnly From, DateOnly To) Year = (new DateOnly(2025, 1, 1), new DateOnly(2025, 12, 31));

    Scene _scene = null!;

    [OneTimeSetUp]
    public async Task OpenAsync() => _scene = await Scene.OpenAsync(
        new PortalOptions { Deals = 1_500, Archived = 200 }, CancellationToken.None,
        ("Scans:FilteredReads", "search"), ("HubSpot:SearchIndexLag", "00:00:00.050"), ("Scans:Concurrency", "4"));

    [OneTimeTearDown]
    public async Task CloseAsync() => await _scene.DisposeAsync();

    /// <summary>Every filter alone, every pair, and all together; each with and without the archive.</summary>
    static IEnumerable<TestCaseData> Filters()
    {
        foreach (var archived in new[] { false, true })
        {
            foreach (var (stage, pipeline) in new[] { (null, null), ("closedwon", null), (null, "751894216"), ("1104829303", "751894216"), ("closedwon", "751894216") })
            {
                foreach (var property in new[] { null, "createdate", "closedate", "hs_lastmodifieddate" })
                {
                    var config = new ScanConfig
                    {
                        DealStage = stage,
                        Pipeline = pipeline,
                        DateRange = property is null ? null : new DealDateRange(property, Year.From, Year.To),
                        IncludeArchived = archived,
                    };
                    if (config.IsFiltered)
                    {
                        yield return Case($"{stage} {pipeline} {property} archived {archived}", config);
                    }
                }
            }
        }

        foreach (var property in new[] { "createdate", "closedate", "hs_lastmodifieddate" })
        {
            yield return Case(property + " from", new ScanConfig { DateRange = new DealDateRange(property, Year.From, null) });
            yield return Case(property + " to", new ScanConfig { DateRange = new DealDateRange(property, null, Year.To) });
        }

        yield return Case("in small batches", new ScanConfig
        {
            Pipeline = "default", DateRange = new DealDateRange("createdate", Year.From, null), IncludeArchived = true, BatchSize = 7,
        });

        static TestCaseData Case(string name, ScanConfig config) => new TestCaseData(config).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Filters))]
    public async Task A_filtered_scan_stores_exactly_the_deals_that_pass_by_search_and_by_list_alike(ScanConfig config)
    {
        var expected = _scene.HubSpot.DealIds()
            .Concat(config.IncludeArchived ? _scene.HubSpot.DealIds(archived: true) : [])
            .Order().Where(id => Passes(id, config)).ToList();
        // All properties do not fit into a search.
        foreach (var (source, properties) in new[] { ("search", (IReadOnlyList<string>)["dealname", "amount"]), ("list", [.. _scene.HubSpot.PropertyNames]) })
        {
            var id = $"{source}-{Guid.NewGuid():N}";
            await _scene.Node.StartScanAsync(id, Portal, _scene.Token, config with { Properties = properties }, CancellationToken.None);
            var scan = await _scene.Node.BecomesAsync(id, ScanStatus.Completed, CancellationToken.None);

            await using var connection = await _scene.Node.Database.OpenConnectionAsync();
            Assert.That(
                await connection.ExecuteScalarAsync<string>("select source from hubspot_deals.scan_segments where scan = @Id and segment = 0", new { scan.Id }),
                Is.EqualTo(source));
            Assert.That(scan.ProcessedDeals, Is.EqualTo(expected.Count), source);
            Assert.That(scan.TotalDeals, Is.EqualTo(expected.Count), source);
            await StoredDeals.AreThoseOfAsync(_scene.Node.Database, scan, _scene.HubSpot, expected, CancellationToken.None);
        }
    }

    bool Passes(long id, ScanConfig config)
    {
        var values = _scene.HubSpot.ReadDeal(id, "dealstage", "pipeline", config.DateRange?.Property ?? "createdate")!.Properties;
        if ((config.DealStage ?? values["dealstage"]) != values["dealstage"] || (config.Pipeline ?? values["pipeline"]) != values["pipeline"])
        {
            return false;
        }

        if (config.DateRange is not { } range)
        {
            return true;
        }

        if (string.IsNullOrEmpty(values[range.Property]))
        {
            return false;
        }

        var day = DateOnly.FromDateTime(DateTimeOffset.Parse(values[range.Property]!, CultureInfo.InvariantCulture).UtcDateTime);
        return !(day < range.From) && !(day > range.To);
    }
}
