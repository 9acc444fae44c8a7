using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.Pitfalls;
using HubSpotDeals.Suite.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HubSpotDeals.Suite.Scans;

/// <summary><c>GET /api/v1/scan/{scan_id}/events</c>: the scan as it happens.</summary>
sealed class EventsTests
{
    ScanApi _api = null!;

    [OneTimeSetUp]
    public async Task Start() => _api = await ScanApi.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _api.DisposeAsync();

    [Test]
    [CancelAfter(60_000)]
    public async Task The_log_comes_first_then_what_happens_as_it_happens_and_the_end_of_a_completed_scan_ends_the_stream(CancellationToken ct)
    {
        await _api.StoreAsync("watched");
        List<string> seen = [];
        await foreach (var item in _api.WatchAsync("watched", ct: ct))
        {
            seen.Add(Text(item));
            switch (seen[^1])
            {
                case "1 state pending":
                    await _api.SetAsync("watched", "status = 'running', lease_epoch = 1, lease_node = 'a-node'");
                    break;
                case "2 state running":
                    await _api.SetAsync("watched", "retries = retries + 3, last_trouble = 'HubSpot answered 502'");
                    break;
                case "3 retries 3 HubSpot answered 502":
                    await _api.SetAsync("watched", "status = 'completed', completed_at = clock_timestamp()");
                    break;
            }
        }

        Assert.That(
            seen.Where(text => !text.StartsWith("- ", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "1 state pending", "2 state running", "3 retries 3 HubSpot answered 502", "4 state completed" }));
        Assert.That(seen[^1], Is.EqualTo("- progress completed"), "the last word is how the scan stands");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Who_comes_back_with_the_last_event_that_it_saw_misses_nothing_and_hears_nothing_twice(CancellationToken ct)
    {
        const int Events = 200;
        await _api.StoreAsync("busy");
        // Several writers at a time, and a reader that loses its connection after every few events.
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = 0; i < Events / 4; i++)
            {
                await _api.SetAsync("busy", "retries = retries + 1");
            }
        }));
        List<string> seen = [];
        while (seen.Count < Events + 1)
        {
            var few = 0;
            await foreach (var item in _api.WatchAsync("busy", seen.LastOrDefault(), ct))
            {
                if (item.EventId is { } id)
                {
                    seen.Add(id);
                    if (++few == 7)
                    {
                        break;
                    }
                }
                else if (seen.Count == Events + 1)
                {
                    break;
                }
            }
        }

        await writing;
        Assert.That(seen, Is.EqualTo(Enumerable.Range(1, Events + 1).Select(number => number.ToString(CultureInfo.InvariantCulture))));
    }

    [Test]
    public async Task Who_has_seen_the_end_of_a_completed_scan_is_told_to_stay_away()
    {
        await _api.StoreAsync("over");
        await _api.SetAsync("over", "status = 'completed', completed_at = clock_timestamp()");
        Assert.That(await StatusAsync("over", "2"), Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await StatusAsync("over", "1"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync("over", "99"), Is.EqualTo(HttpStatusCode.OK), "an id of another life of this scan id");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task The_removal_of_a_scan_is_its_last_event(CancellationToken ct)
    {
        await _api.StoreAsync("to-go");
        await _api.SetAsync("to-go", "status = 'cancelled', completed_at = clock_timestamp()");
        List<string> kinds = [];
        await foreach (var item in _api.WatchAsync("to-go", ct: ct))
        {
            kinds.Add(item.EventType);
            if (item.EventType == "progress" && kinds.Count(kind => kind == "progress") == 1)
            {
                Assert.That((await _api.SendAsync(HttpMethod.Delete, "/api/v1/scan/to-go/remove")).Status, Is.EqualTo(HttpStatusCode.OK));
            }
        }

        Assert.That(kinds[^1], Is.EqualTo("removed"));
    }

    [TestCase("-1")]
    [TestCase("1.5")]
    [TestCase("last")]
    [TestCase("99999999999999999999")]
    public async Task A_last_event_id_that_can_be_none_is_refused_by_name(string id)
    {
        await _api.StoreAsync("there");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_api.Address, "/api/v1/scan/there/events"));
        request.Headers.TryAddWithoutValidation("Last-Event-ID", id);
        using var client = new HttpClient();
        using var response = await client.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.That(answer.GetProperty("errors").Text("Last-Event-ID"), Does.Contain("leave it out"));
    }

    [Test]
    public async Task A_scan_that_is_not_there_has_no_events() =>
        Assert.That((await _api.GetAsync("/api/v1/scan/nowhere/events")).ErrorCode, Is.EqualTo("SCAN_NOT_FOUND"));

    [Test]
    [CancelAfter(60_000)]
    public async Task A_node_that_stops_ends_its_streams_at_once(CancellationToken ct)
    {
        await using var api = await ScanApi.StartAsync();
        await api.StoreAsync("open");
        var first = new TaskCompletionSource();
        var watching = Task.Run(
            async () =>
            {
                await foreach (var item in api.WatchAsync("open", ct: ct))
                {
                    first.TrySetResult();
                }
            },
            ct);
        await first.Task.WaitAsync(ct);
        api.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        // Ended, not cut: a stream that is cut throws here.
        await watching.WaitAsync(ct);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_scan_logs_what_became_of_it_from_its_start_to_its_verification(CancellationToken ct)
    {
        await using var scene = await Scene.OpenAsync(new PortalOptions { Deals = 2_000, Archived = 0 }, ct);
        using var fault = scene.Server.AddFault(new FaultRule { Kind = FaultKind.Status, Status = 502, Operation = Reading.List.Operation(), Times = 2 });
        await scene.Node.StartScanAsync("logged", scene.HubSpot.PortalId.ToString(CultureInfo.InvariantCulture), scene.Token, new ScanConfig(), ct);
        var scan = await scene.Node.BecomesAsync("logged", ScanStatus.Completed, ct);

        var log = await ScanEvent.ReadAsync(scene.Node.Database, scan.Id, after: 0, ct);
        Assert.That(log.Select(happened => happened.Number), Is.EqualTo(Enumerable.Range(1, log.Count)));
        Assert.That(scan.LastEvent, Is.EqualTo(log.Count));
        Assert.That(
            log.Where(happened => happened.Kind is not ("retries" or "split")).Select(happened => happened.Kind + Word(happened.Data)),
            Is.EqualTo(new[] { "state pending", "state running", "planned 2000", "verified exact", "state completed" }));
        Assert.That(log.Where(happened => happened.Kind == "retries").Select(happened => happened.Data), Has.Some.Contains("502"));
        Assert.That(string.Join(' ', log.Select(happened => happened.Data)), Does.Not.Contain(scene.Token));
    }

    async Task<HttpStatusCode> StatusAsync(string scanId, string lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_api.Address, $"/api/v1/scan/{scanId}/events"));
        request.Headers.Add("Last-Event-ID", lastEventId);
        using var client = new HttpClient();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    /// <summary>An event in words: its id, its kind, and what is told.</summary>
    static string Text(SseItem<string> item) => $"{item.EventId ?? "-"} {item.EventType}{Word(item.Data)}";

    static string Word(string data)
    {
        var json = JsonDocument.Parse(data).RootElement;
        string[] told = ["status", "count", "reason", "totalDeals", "verdict"];
        return string.Concat(told
            .Where(name => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
            .Select(name => " " + json.GetProperty(name)));
    }
}
