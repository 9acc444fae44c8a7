using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Suite.HubSpot.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotDeals.Suite.HubSpot;

/// <summary>What can be seen of the calls, and what must not.</summary>
public sealed class ObservationTests
{
    [Test]
    public async Task The_rate_limit_headers_of_each_answer_are_told()
    {
        await using var hubspot = new ScriptedHubSpot(
            Reply.Json(Pages.WithNext, 200, "x-hubspot-ratelimit-max: 190", "X-HubSpot-RateLimit-Remaining: 187",
                "X-HubSpot-RateLimit-Interval-Milliseconds: 10000", "X-HubSpot-RateLimit-Daily: 625000", "X-HubSpot-RateLimit-Daily-Remaining: 624001"),
            Reply.Json(Errors.Secondly, 429, "X-HubSpot-RateLimit-Daily-Remaining: 7", "X-HubSpot-RateLimit-Max: many"),
            Reply.Json(Pages.Last));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var first = await test.ListAsync();
        using var second = await test.ListAsync();

        Assert.That(test.Attempts.Select(a => a.RateLimit), Is.EqualTo(new[]
        {
            new RateLimitReading(190, 187, TimeSpan.FromSeconds(10), 625_000, 624_001),
            new RateLimitReading(null, null, null, null, 7),
            null,
        }));
    }

    [Test]
    public async Task Requests_retries_and_times_are_measured_by_operation_and_status()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Html(502, "Bad gateway"), Reply.Json(Pages.WithNext), Reply.CutBeforeAnswer);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);
        var measured = new ConcurrentBag<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                // Other tests run clients of their own in this process.
                if (instrument.Meter.Name is HubSpotMetrics.MeterName
                    && ReferenceEquals(instrument.Meter.Scope, test.Services.GetRequiredService<IMeterFactory>()))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Add($"{instrument.Name} {Text(tags)} {value}"));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => measured.Add($"{instrument.Name} {Text(tags)}"));
        listener.Start();

        using var page = await test.ListAsync();
        await Assert.ThatAsync(
            () => test.Client.CountDealsAsync(test.Token, [], CallOptions.Once, default), Throws.InstanceOf<HubSpotException>());

        Assert.That(measured, Is.EquivalentTo(new[]
        {
            "hubspot.requests operation=deals.list,status=502 1", "hubspot.request.duration operation=deals.list,status=502",
            "hubspot.retries operation=deals.list,reason=Unavailable 1",
            "hubspot.requests operation=deals.list,status=200 1", "hubspot.request.duration operation=deals.list,status=200",
            "hubspot.requests operation=deals.count,status=none 1", "hubspot.request.duration operation=deals.count,status=none",
        }));

        static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(",", tags.ToArray().Select(t => $"{t.Key}={t.Value}"));
    }

    [Test]
    public async Task A_retry_is_one_line_and_a_good_answer_none()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Empty(503, "X-HubSpot-Correlation-Id: c-503"), Reply.Json(Pages.WithNext));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var page = await test.ListAsync();

        Assert.That(test.Logs.Lines.Where(l => l.StartsWith("HubSpotDeals", StringComparison.Ordinal)),
            Has.Exactly(1).Items.And.One.Contains("HubSpot deals.list: request 1 failed (Unavailable, status 503, correlation id c-503); again in "));
        Assert.That(test.Logs.Lines, Has.None.StartsWith("System.Net.Http"));
    }

    [Test]
    public async Task The_token_is_in_no_log_line_and_no_exception_however_the_call_ends()
    {
        var echo = $$"""{"status":"error","message":"token {{ClientUnderTest.Secret}} is bad","category":"{{ClientUnderTest.Secret}}","correlationId":"{{ClientUnderTest.Secret}}","requiredScopes":["{{ClientUnderTest.Secret}}"]}""";
        await using var hubspot = new ScriptedHubSpot(
            Reply.Json(echo, 401), Reply.Json(echo, 403), Reply.Json(echo, 429), Reply.Json(echo, 400), Reply.Json(echo, 503),
            Reply.Html(502, ClientUnderTest.Secret), Reply.Empty(500, $"X-HubSpot-Correlation-Id: {ClientUnderTest.Secret}"),
            Reply.Json($"\"{ClientUnderTest.Secret}\""), Reply.Json(Errors.Expired("2 minute(s)"), 401), Reply.Json(Pages.Last));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        for (var i = 0; i < 9; i++)
        {
            var failure = await test.ListFailureAsync(test.Options with { MaxRetries = 0, RateLimitPatience = TimeSpan.Zero });
            var told = string.Join('\n', failure.ToString(), failure.HubSpotMessage, failure.Category, failure.CorrelationId, string.Join(',', failure.RequiredScopes));
            Assert.That(told, Does.Not.Contain(ClientUnderTest.Secret));
        }
        using var page = await test.ListAsync();

        Assert.That(hubspot.Requests.Select(r => r.Headers["Authorization"]), Is.All.EqualTo($"Bearer {ClientUnderTest.Secret}"), "it was there to be leaked");
        Assert.That(test.Logs.Lines, Has.None.Contains(ClientUnderTest.Secret));
        Assert.That(test.Attempts.Select(a => a.ToString()), Has.None.Contains(ClientUnderTest.Secret));
    }
}
