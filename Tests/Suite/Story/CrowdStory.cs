using System.Globalization;
using System.Net;
using System.Text.Json;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Story;

/// <summary>Many callers at once, against the real processes.</summary>
[Category("Engine")]
public sealed class CrowdStory : ProcessStory
{
    [Test]
    [CancelAfter(120_000)]
    public async Task Of_fifty_simultaneous_starts_of_one_scan_through_two_nodes_exactly_one_is_accepted(CancellationToken ct)
    {
        await OpenAsync(deals: 500, latency: TimeSpan.Zero, ct);
        await using var one = await StartServiceAsync(ct);
        await using var other = await StartServiceAsync(ct);

        var starts = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            (i % 2 == 0 ? one : other).StartScanAsync("crowded", Portal, Token, Properties, ct)));

        Assert.That(starts.Count(start => start.Status == HttpStatusCode.Accepted), Is.EqualTo(1));
        foreach (var (status, body) in starts.Where(start => start.Status != HttpStatusCode.Accepted))
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict), body);
            Assert.That(body, Does.Contain("SCAN_ALREADY_RUNNING").Or.Contain("SCAN_ALREADY_COMPLETED"));
        }

        await CompletedAsync("crowded", ct);
        await IsExactAsync("crowded", ct);
    }

    [Test]
    [Category("Campaign")]
    [CancelAfter(300_000)]
    public async Task Five_hundred_scans_queued_at_once_all_complete_while_list_status_and_results_answer(CancellationToken ct)
    {
        const int Scans = 500;
        await OpenAsync(deals: 150, latency: TimeSpan.Zero, ct);
        await using var service = await StartServiceAsync(ct);
        string[] properties = ["dealname", "amount"];

        var starts = await Task.WhenAll(Enumerable.Range(0, Scans).Select(i =>
            service.StartScanAsync("queued-" + i.ToString(CultureInfo.InvariantCulture), Portal, Token, properties, ct)));
        Assert.That(starts.Where(start => start.Status != HttpStatusCode.Accepted).Select(start => start.Body), Is.Empty);

        // Asked again and again until all are done: an answer that does not come, or is an error, fails the test.
        var asked = 0;
        await Eventually.BecomesAsync(
            async () =>
            {
                var random = Random.Shared.Next(Scans).ToString(CultureInfo.InvariantCulture);
                AssertGood(await service.GetAsync($"api/v1/scan/queued-{random}/status", ct));
                AssertGood(await service.GetAsync($"api/v1/results/queued-{random}/result?limit=10", ct));
                asked++;
                return AssertGood(await service.GetAsync("api/v1/scan/list?status=completed&limit=1", ct))
                    .GetProperty("pagination").GetProperty("total_items").GetInt32();
            },
            Is.EqualTo(Scans), "completed scans", TimeSpan.FromSeconds(240), ct);

        Assert.That(asked, Is.GreaterThan(1), "there was something to ask while they ran");
        Assert.That(await QueryAsync<long>($"select count(*) from hubspot_deals_{Portal}.deals"), Is.EqualTo([Scans * 150L]));
        Assert.That(await QueryAsync<long>("select count(distinct _scan_id) from hubspot_deals_12345678.deals"), Is.EqualTo([(long)Scans]));
    }

    static JsonElement AssertGood(string answer)
    {
        var root = JsonDocument.Parse(answer).RootElement;
        Assert.That(root.GetProperty("status").GetString(), Is.EqualTo("success"), answer);
        return root.GetProperty("data");
    }
}
