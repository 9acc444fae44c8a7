using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Suite.Results;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Postgres.Deals;

/// <summary>Deep pages of a scan's results: found by marks, the same as if every deal before them had been counted.</summary>
sealed class DealMarksTests
{
    const int Deals = 23_456;

    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ScanApi.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [TestCase("completed")]
    [TestCase("failed")]
    [TestCase("cancelled")]
    [TestCase("paused")]
    [TestCase("running")]
    public async Task A_page_at_any_depth_is_the_one_that_counting_finds(string status)
    {
        var scanId = "deep-" + status;
        await FillAsync(scanId, status);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        int[] edges = [0, 9_999, 10_000, 10_001, 10_999, 11_000, Deals - 1_000, Deals - 1, Deals, Deals + 1, Deals + 1_000, 23_000, 24_000, 1_000_000];
        foreach (var offset in edges.Concat(Enumerable.Range(0, 20).Select(_ => random.Next(Deals))))
        {
            var limit = random.Next(1, 1_000);
            var page = (await _api.GetAsync($"/api/v1/results/{scanId}/result?limit={limit}&offset={offset}")).Data();
            // Every second id, from 2 on.
            var expected = Enumerable.Range(offset + 1, limit).TakeWhile(place => place <= Deals).Select(place => $"{2 * place}");
            Assert.That(page.GetProperty("results").EnumerateArray().Select(deal => deal.Text("hs_object_id")), Is.EqualTo(expected), $"seed {seed}, offset {offset}, limit {limit}");
        }

        Assert.That(await CountMarksAsync(scanId), Is.EqualTo(status == "running" ? 0 : Deals / 1_000), "places that may change are not kept");
    }

    [Test]
    public async Task The_last_whole_number_that_json_keeps_is_an_offset_like_any_other()
    {
        await FillAsync("deepest", "completed");
        var page = (await _api.GetAsync("/api/v1/results/deepest/result?offset=9007199254740991")).Data();
        Assert.That(page.GetProperty("results").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_scan_that_went_on_has_its_new_deals_at_their_places()
    {
        var stored = await FillAsync("went-on", "cancelled");
        Assert.That(await FirstAtAsync("went-on", 20_000), Is.EqualTo("40002"));

        // It goes on under a higher epoch, and stores deals that come before the others.
        await _api.SetAsync("went-on", "lease_epoch = lease_epoch + 1, status = 'running'");
        await stored.AddAsync(1, 1);
        Assert.That(await FirstAtAsync("went-on", 20_000), Is.EqualTo("40000"), "while it runs");
        await _api.SetAsync("went-on", "status = 'completed'");
        Assert.That(await FirstAtAsync("went-on", 20_000), Is.EqualTo("40000"), "and when it has ended");
    }

    [Test]
    public async Task Many_readers_of_an_unmarked_scan_at_once_all_get_the_page()
    {
        await FillAsync("crowd", "failed");
        var pages = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => FirstAtAsync("crowd", 15_000)));
        Assert.That(pages, Is.All.EqualTo("30002"));
    }

    [Test]
    public async Task Marks_of_a_scan_that_is_gone_or_runs_again_are_not_made()
    {
        await FillAsync("resumed", "paused");
        var scan = (await _api.Store.FindAsync("resumed", CancellationToken.None))!;
        await _api.SetAsync("resumed", "status = 'running', lease_epoch = lease_epoch + 1");
        var marks = new DealMarks(_api.Source);
        await marks.MakeAsync(scan, CancellationToken.None);
        Assert.That(await CountMarksAsync("resumed"), Is.Zero);
        Assert.That(await marks.LocateAsync(scan, 12_345, CancellationToken.None), Is.EqualTo(new DealPlace(0, 12_345)), "it is counted then");
    }

    async Task<StoredScan> FillAsync(string scanId, string status)
    {
        var stored = await StoredScan.PlanAsync(_api, scanId);
        var scan = (await _api.Store.FindAsync(scanId, CancellationToken.None))!;
        await _api.ExecuteAsync(
            $"""
            insert into {scan.Table.Name} (_scan_id, hs_object_id, _extracted_at, _archived)
            select @ScanId, 2 * n, now(), false from generate_series(1, {Deals}) n;
            update hubspot_deals.scan_segments set deals = {Deals} where scan = @Id;
            """,
            new { scan.ScanId, scan.Id });
        await _api.SetAsync(scanId, $"status = '{status}'");
        return stored;
    }

    async Task<string?> FirstAtAsync(string scanId, int offset) =>
        (await _api.GetAsync($"/api/v1/results/{scanId}/result?limit=1&offset={offset}")).Data().GetProperty("results")[0].Text("hs_object_id");

    async Task<int> CountMarksAsync(string scanId)
    {
        await using var command = _api.Source.CreateCommand(
            $"select coalesce((select cardinality(ids) from hubspot_deals.deal_marks where scan = (select id from hubspot_deals.scan_jobs where scan_id = '{scanId}')), 0)");
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
