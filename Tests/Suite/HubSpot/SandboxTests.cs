using System.Text.Json;
using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Sandbox.Faults;
using HubSpotDeals.Suite.HubSpot.Support;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.HubSpot;

/// <summary>The client against HubSpot's stand-in, whose own account of its deals is the truth.</summary>
public sealed class SandboxTests
{
    static readonly AccessToken Token = AccessToken.Parse(TokenOptions.DefaultFor(PortalOptions.DefaultPortalId).Token);

    static readonly PortalOptions SmallPortal = new() { Deals = 2_500, Archived = 250 };

    static Task<SandboxServer> StartAsync(PortalOptions portal, TimeProvider? clock = null) =>
        SandboxServer.StartAsync(new SandboxOptions { Portals = [portal], Clock = clock ?? TimeProvider.System }, CancellationToken.None);

    static List<long> IdsOf(DealPage page)
    {
        using var document = JsonDocument.Parse(page.Body);
        return [.. document.RootElement.GetProperty("results").EnumerateArray().Select(deal => long.Parse(deal.GetProperty("id").GetString()!))];
    }

    /// <summary>Follows the cursors of the list to the end.</summary>
    static async Task<List<long>> ReadAllAsync(ClientUnderTest test, bool archived = false)
    {
        var request = new DealListRequest { Properties = ["dealname", "amount", "description"], Archived = archived };
        List<long> ids = [];
        while (true)
        {
            using var page = await test.SkippingWaitsAsync(test.Client.ListDealsAsync(Token, request, test.Options with { MaxRetries = 10 }, default));
            ids.AddRange(IdsOf(page));
            if (page.After is null)
            {
                return ids;
            }
            request = request with { After = page.After };
        }
    }

    [TestCase("2026-09")]
    [TestCase("v3")]
    public async Task The_list_gives_every_deal_once_in_the_order_of_ids(string version)
    {
        await using var sandbox = await StartAsync(SmallPortal);
        await using var test = new ClientUnderTest(sandbox.BaseAddress.ToString(), ("HubSpot:ApiVersion", version));

        Assert.That(await ReadAllAsync(test), Is.EqualTo(sandbox.Portal().DealIds()));
        Assert.That(await ReadAllAsync(test, archived: true), Is.EqualTo(sandbox.Portal().DealIds(archived: true)));
    }

    [TestCase("2026-09")]
    [TestCase("v3")]
    public async Task The_account_its_properties_and_pipelines_are_read(string version)
    {
        await using var sandbox = await StartAsync(SmallPortal);
        await using var test = new ClientUnderTest(sandbox.BaseAddress.ToString(), ("HubSpot:ApiVersion", version));

        var account = await test.Client.ReadAccountDetailsAsync(Token, test.Options, default);
        var properties = await test.Client.ReadDealPropertiesAsync(Token, test.Options, default);
        var pipelines = await test.Client.ReadDealPipelinesAsync(Token, test.Options, default);

        Assert.Multiple(() =>
        {
            Assert.That(account.PortalId, Is.EqualTo(PortalOptions.DefaultPortalId));
            Assert.That(properties.Select(p => p.Name), Is.EquivalentTo(sandbox.Portal().PropertyNames));
            Assert.That(properties.Single(p => p.Name is "amount"), Has.Property("Type").EqualTo("number").And.Property("HubSpotDefined").True);
            Assert.That(properties.Single(p => p.Name is "dealtype").Options, Is.Not.Empty);
            Assert.That(pipelines[0].Stages.Where(s => s.IsClosed).Select(s => s.Probability), Is.EqualTo(new decimal?[] { 1.0m, 0.0m }));
        });
    }

    [Test]
    public async Task A_search_by_windows_of_ids_passes_ten_thousand()
    {
        await using var sandbox = await StartAsync(new PortalOptions { Deals = 10_500, Archived = 10 });
        await using var test = new ClientUnderTest(sandbox.BaseAddress.ToString());
        List<long> ids = [];

        for (var last = "0"; ;)
        {
            var window = new DealSearchRequest
            {
                Filters = [SearchFilter.GreaterThan("hs_object_id", last)],
                Sort = new SearchSort("hs_object_id"),
                Properties = ["dealname"],
            };
            using var page = await test.Client.SearchDealsAsync(Token, window, test.Options, default);
            var found = IdsOf(page);
            if (found.Count == 0)
            {
                break;
            }
            ids.AddRange(found);
            last = $"{found[^1]}";
        }

        Assert.That(ids, Is.EqualTo(sandbox.Portal().DealIds()));
        Assert.That((await test.Client.CountDealsAsync(Token, [], test.Options, default)).Total, Is.EqualTo(10_500));
    }

    [Test]
    public async Task Filters_find_what_they_say()
    {
        await using var sandbox = await StartAsync(SmallPortal);
        await using var test = new ClientUnderTest(sandbox.BaseAddress.ToString());
        var portal = sandbox.Portal();
        var stages = portal.DealIds().ToDictionary(id => id, id => portal.ReadDeal(id, "dealstage")!.Properties["dealstage"]);
        var middle = portal.DealIds().ElementAt(1_000);

        async Task<long> CountAsync(params SearchFilter[] filters) => (await test.Client.CountDealsAsync(Token, filters, test.Options, default)).Total;

        Assert.That(await CountAsync(SearchFilter.OneOf("dealstage", ["closedwon", "closedlost"])),
            Is.EqualTo(stages.Values.Count(stage => stage is "closedwon" or "closedlost")).And.GreaterThan(0));
        Assert.That(await CountAsync(SearchFilter.EqualTo("dealstage", "closedwon"), SearchFilter.AtMost("hs_object_id", $"{middle}")),
            Is.EqualTo(stages.Count(deal => deal.Value is "closedwon" && deal.Key <= middle)).And.GreaterThan(0));
        Assert.That(await CountAsync(SearchFilter.LessThan("hs_object_id", $"{middle}")), Is.EqualTo(1_000));
        Assert.That(await CountAsync(SearchFilter.AtLeast("hs_object_id", $"{middle}")), Is.EqualTo(1_500));
        Assert.That(await CountAsync(SearchFilter.Between("hs_object_id", $"{middle}", $"{middle}")), Is.EqualTo(1));
    }

    [Test]
    public async Task No_fault_on_the_way_costs_a_deal_or_doubles_one()
    {
        await using var sandbox = await StartAsync(SmallPortal);
        foreach (var kind in new[]
        {
            FaultKind.Status, FaultKind.CutBeforeAnswer, FaultKind.CutInBody, FaultKind.CutAfterAnswer, FaultKind.TruncatedJson,
            FaultKind.HtmlPage, FaultKind.RepeatCursor, FaultKind.ShortPage, FaultKind.EmptyPage,
        })
        {
            sandbox.AddFault(new FaultRule { Kind = kind, Probability = 0.06, Seed = (int)kind, Status = 502 });
        }
        await using var test = new ClientUnderTest(sandbox.BaseAddress.ToString());

        Assert.That(await ReadAllAsync(test), Is.EqualTo(sandbox.Portal().DealIds()));
        Assert.That(test.Attempts.Where(a => a.Failure is not null).Select(a => a.Failure!.Kind).Distinct(), Is.EquivalentTo(new[]
        {
            HubSpotErrorKind.Unavailable, HubSpotErrorKind.Unreachable, HubSpotErrorKind.Malformed,
        }));
    }

    [Test]
    public async Task Limits_are_waited_out_and_every_deal_comes()
    {
        // One clock for both: HubSpot's windows pass while the client waits.
        var clock = new TestClock();
        await using var sandbox = await StartAsync(SmallPortal with { Limits = new RateLimits(7, 2, 1_000) }, clock);
        await using var test = new ClientUnderTest(sandbox.BaseAddress.ToString(), clock);

        Assert.That(await ReadAllAsync(test), Is.EqualTo(sandbox.Portal().DealIds()));
        Assert.That(test.Attempts.Where(a => a.Failure is not null).Select(a => a.Failure!.Policy), Is.Not.Empty.And.All.EqualTo(RateLimitPolicy.TenSecondly));
        Assert.That(test.Attempts[0].RateLimit, Is.EqualTo(new RateLimitReading(7, 6, TimeSpan.FromSeconds(10), 1_000, 999)));
    }

    [Test]
    public async Task A_used_up_day_is_told_at_once()
    {
        await using var sandbox = await StartAsync(SmallPortal with { Limits = new RateLimits(100, 5, 3) });
        await using var test = new ClientUnderTest(sandbox.BaseAddress.ToString());

        var failure = await Assert.ThrowsAsync<HubSpotException>(() => ReadAllAsync(test));

        Assert.That(failure!.Policy, Is.EqualTo(RateLimitPolicy.Daily));
        Assert.That(test.Attempts, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Tokens_that_are_unknown_expired_or_too_weak_are_told_apart()
    {
        await using var sandbox = await StartAsync(SmallPortal with
        {
            Tokens =
            [
                new TokenOptions { Token = "short-lived", Kind = TokenKind.OAuth, ExpiresAfterRequests = 1 },
                new TokenOptions { Token = "weak", Scopes = [SandboxScopes.Account] },
            ],
        });
        await using var test = new ClientUnderTest(sandbox.BaseAddress.ToString());

        async Task<HubSpotException> FailureOfAsync(string token) => (await Assert.ThrowsAsync<HubSpotException>(() => test.SkippingWaitsAsync(
            test.Client.ListDealsAsync(AccessToken.Parse(token), new DealListRequest { Properties = [] }, test.Options, default))))!;

        await test.Client.ReadAccountDetailsAsync(AccessToken.Parse("short-lived"), test.Options, default);
        Assert.That((await FailureOfAsync("short-lived")).Kind, Is.EqualTo(HubSpotErrorKind.TokenExpired));
        Assert.That((await FailureOfAsync("nobodys")).Kind, Is.EqualTo(HubSpotErrorKind.InvalidToken));
        var tooWeak = await FailureOfAsync("weak");
        Assert.That(tooWeak.Kind, Is.EqualTo(HubSpotErrorKind.MissingScopes));
        Assert.That(tooWeak.RequiredScopes, Does.Contain(SandboxScopes.DealsRead));
    }
}
