using System.Net;
using System.Net.Sockets;
using System.Text;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Suite.HubSpot.Support;

namespace HubSpotDeals.Suite.HubSpot;

/// <summary>What a wire and what stands between us and HubSpot can do to an answer; each time the whole page is fetched again.</summary>
public sealed class WireFaultTests
{
    static readonly Reply Good = Reply.Json(Pages.WithNext);

    static async Task IsReadAgainAsync(Reply fault, HubSpotErrorKind kind, int? status)
    {
        await using var hubspot = new ScriptedHubSpot(fault, Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var page = await test.ListAsync();

        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetString(page.Body.Span), Is.EqualTo(Pages.WithNext));
            Assert.That(hubspot.Requests, Has.Count.EqualTo(2));
            Assert.That(hubspot.Requests[1].Target, Is.EqualTo(hubspot.Requests[0].Target));
            Assert.That(test.Attempts, Has.Count.EqualTo(2));
            Assert.That(test.Attempts[0].Failure?.Kind, Is.EqualTo(kind));
            Assert.That(test.Attempts[0].StatusCode, Is.EqualTo(status));
            Assert.That(test.Attempts[0].RetryIn, Is.GreaterThan(TimeSpan.Zero));
            Assert.That(test.Attempts[1].Failure, Is.Null);
        });
    }

    [Test]
    public async Task A_list_whose_connection_is_reset_before_the_answer_is_tried_again()
    {
        // The framework itself repeats a GET that got no byte of an answer, on a new connection: three times, then it is ours.
        await using var hubspot = new ScriptedHubSpot([.. Enumerable.Repeat(Reply.CutBeforeAnswer, 4), Good]);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var page = await test.ListAsync();

        Assert.That(page.After, Is.EqualTo("479475667161"));
        Assert.That(test.Attempts.Select(a => a.Failure?.Kind), Is.EqualTo(new HubSpotErrorKind?[] { HubSpotErrorKind.Unreachable, null }));
    }

    [Test]
    public async Task A_search_whose_connection_is_reset_before_the_answer_is_tried_again()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.CutBeforeAnswer, Reply.Json(Pages.SearchWithNext));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);
        var everything = new DealSearchRequest { Filters = [], Properties = [] };

        using var page = await test.SkippingWaitsAsync(test.Client.SearchDealsAsync(test.Token, everything, test.Options, default));

        Assert.That(page.Total, Is.EqualTo(21));
        Assert.That(hubspot.Requests[1].Body, Is.EqualTo(hubspot.Requests[0].Body));
        Assert.That(test.Attempts.Select(a => a.Failure?.Kind), Is.EqualTo(new HubSpotErrorKind?[] { HubSpotErrorKind.Unreachable, null }));
    }

    [Test]
    public Task A_connection_closed_within_the_headers_is_tried_again() =>
        IsReadAgainAsync(new Reply(Good.Bytes[..30], Ending.Close), HubSpotErrorKind.Unreachable, null);

    [Test]
    public Task A_body_that_is_cut_is_read_again() =>
        IsReadAgainAsync(Good.CutAt(0.9, Ending.Close), HubSpotErrorKind.Unreachable, 200);

    [Test]
    public Task A_body_that_is_announced_and_never_comes_is_read_again() =>
        IsReadAgainAsync(new Reply(Good.Bytes[..(Good.Bytes.Length - Encoding.UTF8.GetByteCount(Pages.WithNext))], Ending.Close),
            HubSpotErrorKind.Unreachable, 200);

    [Test]
    public Task A_chunked_body_that_is_cut_is_read_again() =>
        IsReadAgainAsync(Reply.Chunked(Pages.WithNext).CutAt(0.9, Ending.Close), HubSpotErrorKind.Unreachable, 200);

    [Test]
    public Task A_page_that_ends_early_is_read_again() =>
        IsReadAgainAsync(Reply.Json(Pages.WithNext[..^40]), HubSpotErrorKind.Malformed, 200);

    [Test]
    public Task An_empty_body_is_read_again() => IsReadAgainAsync(Reply.Empty(200), HubSpotErrorKind.Malformed, 200);

    [Test]
    public Task No_content_is_read_again() =>
        IsReadAgainAsync(new Reply("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), Ending.KeepOpen), HubSpotErrorKind.Malformed, 204);

    [Test]
    public Task A_page_of_html_under_a_200_is_read_again() =>
        IsReadAgainAsync(Reply.Html(200, "Just a moment..."), HubSpotErrorKind.Malformed, 200);

    [Test]
    public Task An_error_under_a_200_is_read_again() =>
        IsReadAgainAsync(Reply.Json("""{"status":"error","message":"internal error"}"""), HubSpotErrorKind.Malformed, 200);

    [Test]
    public Task A_compressed_body_that_is_damaged_is_read_again()
    {
        var gzip = Reply.Gzip(Pages.WithNext);
        gzip.Bytes.AsSpan(gzip.Bytes.Length - 60, 40).Fill(0xff);
        return IsReadAgainAsync(gzip, HubSpotErrorKind.Malformed, 200);
    }

    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    [TestCase(504)]
    [TestCase(520)]
    [TestCase(524)]
    [TestCase(530)]
    public Task A_server_error_with_a_page_of_html_is_tried_again(int status) =>
        IsReadAgainAsync(Reply.Html(status, "Bad gateway"), HubSpotErrorKind.Unavailable, status);

    [Test]
    public async Task A_cursor_that_leads_to_itself_is_not_followed()
    {
        await using var hubspot = new ScriptedHubSpot(Good, Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);
        var request = new DealListRequest { Properties = [], After = "479475667161" };

        var failure = await Assert.ThrowsAsync<HubSpotException>(() =>
            test.SkippingWaitsAsync(test.Client.ListDealsAsync(test.Token, request, test.Options with { MaxRetries = 1 }, default)));

        Assert.That(failure!.Kind, Is.EqualTo(HubSpotErrorKind.Malformed));
        Assert.That(hubspot.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_hang_ends_with_the_request_timeout_and_is_tried_again()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Hang, Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var call = test.ListAsync();
        await hubspot.WhenRequestAsync();
        test.Clock.Advance(new HubSpotOptions().RequestTimeout);
        using var page = await call;

        Assert.That(test.Attempts[0].Failure, Has.Property("Kind").EqualTo(HubSpotErrorKind.Unreachable)
            .And.Message.Contains("within 00:01:00"));
        Assert.That(page.After, Is.EqualTo("479475667161"));
    }

    [Test]
    public async Task A_body_that_stops_half_way_ends_with_the_request_timeout_and_is_read_again()
    {
        await using var hubspot = new ScriptedHubSpot(Good.CutAt(0.8, Ending.Hang), Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var call = test.ListAsync();
        await hubspot.WhenRequestAsync();
        test.Clock.Advance(new HubSpotOptions().RequestTimeout);
        using var page = await call;

        Assert.That(test.Attempts[0].Failure?.Kind, Is.EqualTo(HubSpotErrorKind.Unreachable));
        Assert.That(page.After, Is.EqualTo("479475667161"));
    }

    [Test]
    public async Task A_connection_that_goes_after_a_whole_answer_costs_nothing()
    {
        await using var hubspot = new ScriptedHubSpot(Good.ThenClose(), Good.ThenClose(), Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        for (var i = 0; i < 3; i++)
        {
            using var page = await test.ListAsync();
            Assert.That(page.After, Is.EqualTo("479475667161"));
        }

        Assert.That(test.Attempts.Select(a => a.Failure), Is.All.Null);
    }

    [Test]
    public async Task A_port_where_nobody_listens_is_unreachable()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        await using var test = new ClientUnderTest($"http://127.0.0.1:{port}");

        var failure = await test.ListFailureAsync();

        Assert.That(failure.Kind, Is.EqualTo(HubSpotErrorKind.Unreachable));
        Assert.That(failure.Message, Does.StartWith("Could not list deals: HubSpot can't be reached ("));
        Assert.That(test.Attempts, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_name_that_does_not_resolve_is_unreachable()
    {
        await using var test = new ClientUnderTest("http://hubspot.invalid");

        var failure = await test.ListFailureAsync(CallOptions.Once);

        Assert.That(failure.Kind, Is.EqualTo(HubSpotErrorKind.Unreachable));
    }

    [Test]
    public async Task Chunked_and_compressed_pages_are_whole()
    {
        await using var hubspot = new ScriptedHubSpot(
            Reply.Chunked(Pages.WithNext[..10], Pages.WithNext[10..50], Pages.WithNext[50..]), Reply.Gzip(Pages.WithNext));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var chunked = await test.ListAsync();
        using var compressed = await test.ListAsync();

        Assert.That(Encoding.UTF8.GetString(chunked.Body.Span), Is.EqualTo(Pages.WithNext));
        Assert.That(Encoding.UTF8.GetString(compressed.Body.Span), Is.EqualTo(Pages.WithNext));
    }

    [Test]
    public async Task A_page_of_megabytes_is_whole_with_and_without_an_announced_length()
    {
        var page = $$$$"""{"results":[{"id":"1","properties":{"description":"{{{{new string('é', 3_000_000)}}}}"}}],"paging":{"next":{"after":"2"}}}""";
        await using var hubspot = new ScriptedHubSpot(Reply.Json(page), Reply.Chunked(page));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var announced = await test.ListAsync();
        using var chunked = await test.ListAsync();

        Assert.That(Encoding.UTF8.GetString(announced.Body.Span), Is.EqualTo(page));
        Assert.That(Encoding.UTF8.GetString(chunked.Body.Span), Is.EqualTo(page));
    }

    [Test]
    public async Task A_page_that_was_disposed_of_shows_nobody_elses_bytes()
    {
        await using var hubspot = new ScriptedHubSpot(Good);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var page = await test.ListAsync();
        page.Dispose();
        page.Dispose();

        Assert.That(() => page.Body, Throws.InstanceOf<ObjectDisposedException>());
    }
}
