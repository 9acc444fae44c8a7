using System.Globalization;
using System.Net;
using HubSpotDeals.Api.Auth;
using HubSpotDeals.Suite.Http;
using HubSpotDeals.Suite.Scans;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Auth;

/// <summary>A configured limit holds for each caller, and for those who guess at keys.</summary>
sealed class RequestLimitTests
{
    // Long enough not to end within a test.
    static readonly (string, string)[] ThreeAnHour = [("Limits:Requests", "3"), ("Limits:Window", "01:00:00")];

    [Test]
    public async Task Without_keys_an_address_has_the_limits_requests_and_no_more()
    {
        await using var api = await ScanApi.StartAsync(settings: ThreeAnHour);
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await ListAsync(api)).Status, Is.EqualTo(HttpStatusCode.OK));
        }

        var reply = await ListAsync(api);

        AssertLimited(reply);
        Assert.That(reply.Headers["Retry-After"], Is.EqualTo("3600"));
        Assert.That(reply.Text, Does.Contain(""","details":{"retryAfter":3600,"limit":3,"window":"3600 seconds"},"""));
        // A key means nothing here, so it makes nobody another caller.
        AssertLimited(await ListAsync(api, "key-of-nobody"));
        AssertLimited(await api.GetAsync("/api/v1/nowhere"));
        Assert.That((await api.SendAsync(HttpMethod.Head, "/api/v1/scan/list")).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That((await api.GetAsync("/health/live")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.GetAsync("/swagger.json")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Each_key_has_a_limit_of_its_own_and_guesses_use_up_the_addresss()
    {
        await using var api = await ScanApi.StartAsync(settings: [.. KeyHolders.Settings, .. ThreeAnHour]);
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await ListAsync(api, "guess-" + i.ToString(CultureInfo.InvariantCulture))).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That((await ListAsync(api, KeyHolders.Ours)).Status, Is.EqualTo(HttpStatusCode.OK));
            // Refused requests count as well.
            Assert.That((await api.SendAsync(HttpMethod.Get, "/api/v1/scan/list?organizationId=9", key: KeyHolders.Theirs)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        }

        AssertLimited(await ListAsync(api, "another-guess"));
        AssertLimited(await ListAsync(api));
        AssertLimited(await ListAsync(api, KeyHolders.Ours));
        AssertLimited(await ListAsync(api, KeyHolders.Theirs));
        Assert.That((await ListAsync(api, KeyHolders.Everybodys)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task When_the_window_is_over_requests_are_taken_again(CancellationToken ct)
    {
        await using var api = await ScanApi.StartAsync(settings: [("Limits:Requests", "1"), ("Limits:Window", "00:00:01")]);
        Reply? limited = null;
        // One may be the last of a window and the next the first of another.
        await Eventually.BecomesAsync(
            async () => (limited = await ListAsync(api)).Status, Is.EqualTo(HttpStatusCode.TooManyRequests), "a request too many", ct);
        Assert.That(limited!.Text, Does.Contain("""{"retryAfter":1,"limit":1,"window":"1 second"}"""));

        await Eventually.BecomesAsync(async () => (await ListAsync(api)).Status, Is.EqualTo(HttpStatusCode.OK), "the next window", ct);
    }

    [Test]
    public async Task The_window_is_ten_seconds_unless_it_is_set_and_is_spelled_as_in_the_document()
    {
        await using var api = await ScanApi.StartAsync(settings: [("Limits:Requests", "1")]);
        List<Reply> replies = [];
        for (var i = 0; i < 3; i++)
        {
            replies.Add(await ListAsync(api));
        }

        // Of three requests two are in the same window, unless each took as long as one.
        Assert.That(replies.Select(reply => reply.Text), Has.Some.Contains("""{"retryAfter":10,"limit":1,"window":"10 seconds"}"""));
    }

    [Test]
    public async Task There_is_no_limit_unless_one_is_set()
    {
        await using var api = await ScanApi.StartAsync(settings: [("Limits:Window", "01:00:00")]);
        for (var i = 0; i < 200; i++)
        {
            Assert.That((await ListAsync(api)).Status, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [TestCase("192.0.2.7", "192.0.2.7")]
    [TestCase("::ffff:192.0.2.7", "192.0.2.7")]
    [TestCase("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [TestCase("2001:db8:1:2:ffff::1", "2001:db8:1:2::")]
    [TestCase("2001:db8:1:3::1", "2001:db8:1:3::")]
    public void A_client_is_its_address_or_its_ipv6_network(string address, string client) =>
        Assert.That(ClientNetwork.Of(IPAddress.Parse(address)), Is.EqualTo(IPAddress.Parse(client)));

    static Task<Reply> ListAsync(ScanApi api, string? key = null) => api.SendAsync(HttpMethod.Get, "/api/v1/scan/list", key: key);

    static void AssertLimited(Reply reply) =>
        Assert.That((reply.Status, reply.ErrorCode), Is.EqualTo((HttpStatusCode.TooManyRequests, "RATE_LIMIT_EXCEEDED")), reply.Text);
}
