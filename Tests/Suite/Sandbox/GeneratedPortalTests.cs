using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox;
using static HubSpotDeals.Suite.Sandbox.SandboxCaller;

namespace HubSpotDeals.Suite.Sandbox;

sealed class GeneratedPortalTests
{
    [Test]
    public async Task The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        async Task<string> ReadAsync(long seed)
        {
            await using var sandbox = await StartAsync(new PortalOptions { Deals = 900, Archived = 10, Seed = seed });
            var all = string.Join(',', sandbox.Portal.PropertyNames);
            return string.Concat((await sandbox.ReadAllAsync($"limit=100&properties={all}")).Select(record => record.ToJsonString()));
        }

        var first = await ReadAsync(5);
        Assert.That(await ReadAsync(5), Is.EqualTo(first));
        Assert.That(await ReadAsync(6), Is.Not.EqualTo(first));
    }

    [Test]
    public async Task What_the_list_sends_is_what_the_sandbox_holds_for_every_property_of_every_deal()
    {
        await using var sandbox = await StartAsync(new PortalOptions { Deals = 2_000, Archived = 100, ExtraCustomProperties = 16 });
        var names = sandbox.Portal.PropertyNames.ToArray();
        foreach (var archived in new[] { false, true })
        {
            var records = await sandbox.ReadAllAsync($"limit=100&archived={archived}&properties={string.Join(',', names)}");
            Assert.That(records.Select(record => long.Parse((string)record["id"]!)), Is.EqualTo(sandbox.Portal.DealIds(archived)));
            foreach (var record in records)
            {
                var held = sandbox.Portal.ReadDeal(long.Parse((string)record["id"]!))!;
                var sent = record["properties"]!.AsObject();
                Assert.That(sent.Select(property => property.Key), Is.EqualTo(names));
                Assert.That(sent.Select(property => (string?)property.Value), Is.EqualTo(names.Select(name => held.Properties[name])));
                Assert.That(
                    ((string?)record["createdAt"], (string?)record["updatedAt"], (string?)record["archivedAt"]),
                    Is.EqualTo((held.CreatedAt, held.UpdatedAt, held.ArchivedAt)));
            }
        }
    }

    [Test]
    public async Task Deals_are_spread_and_fit_themselves_as_a_sales_teams_do()
    {
        await using var sandbox = await StartAsync(new PortalOptions { Deals = 5_000, Archived = 0, Awkward = false });
        var deals = sandbox.Portal.DealIds().Select(id => sandbox.Portal.ReadDeal(id)!.Properties).ToArray();
        var closed = deals.Where(deal => deal["hs_is_closed"] == "true").ToArray();
        var created = deals.Select(deal => DateTimeOffset.Parse(deal["createdate"]!)).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(deals.Select(deal => deal["pipeline"]).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(3));
            Assert.That(deals.Select(deal => deal["dealstage"]).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(15));
            Assert.That(deals.Select(deal => deal["hubspot_owner_id"]).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(25), "24 owners and nobody");
            Assert.That(closed.Length, Is.InRange(3_000, 4_700));
            Assert.That(
                closed.Where(deal => string.CompareOrdinal(deal["closedate"], deal["createdate"]) <= 0), Is.Empty, "closed before created");
            Assert.That(
                closed.Select(deal => (deal["hs_is_closed_won"], deal["hs_deal_stage_probability"])).Distinct(),
                Is.EquivalentTo(new[] { ("true", "1"), ("false", "0") }));
            Assert.That(deals.Count(deal => string.CompareOrdinal(deal["hs_lastmodifieddate"], deal["createdate"]) < 0), Is.Zero);
            Assert.That(created.Zip(created.Skip(1)).Count(pair => pair.First > pair.Second), Is.InRange(100, 2_000), "ids ascend, times not quite");
            Assert.That(
                deals.First(deal => deal["dealstage"] == "appointmentscheduled")["hs_deal_stage_probability"],
                Is.EqualTo("0.200000000000000011102230246251565404236316680908203125"));
            Assert.That(deals.Any(deal => deal["amount"] is null) && deals.Any(deal => deal["amount"]!.EndsWith(".00", StringComparison.Ordinal)), Is.True);
        });
    }

    [Test]
    public async Task A_projected_amount_keeps_every_decimal_of_the_probabilitys_double()
    {
        await using var sandbox = await StartPlainAsync(1);
        var deal = sandbox.Portal.CreateDeal(Properties(("amount", "15000"), ("dealstage", "qualifiedtobuy")));
        Assert.That(
            sandbox.Portal.ReadDeal(deal, "hs_projected_amount")!.Properties["hs_projected_amount"],
            Is.EqualTo("6000.00000000000033306690738754696212708950042724609375000"));
    }

    [Test]
    public async Task Ids_have_twelve_digits_and_gaps_of_changing_width()
    {
        await using var sandbox = await StartPlainAsync(20_000);
        var ids = sandbox.Portal.DealIds().ToArray();
        var widths = ids.Chunk(1_000).Select(chunk => (chunk[^1] - chunk[0]) / 1_000).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(ids, Is.Ordered.And.Unique);
            Assert.That(ids, Has.All.InRange(100_000_000_000, 999_999_999_999));
            Assert.That(widths.Max(), Is.GreaterThan(widths.Min() * 10));
        });
    }

    [Test]
    public async Task Every_awkward_value_is_met_in_a_portal_of_1700_deals()
    {
        await using var sandbox = await StartAsync(new PortalOptions { Deals = 1_700, Archived = 0 });
        var values = sandbox.Portal.DealIds()
            .SelectMany(id => sandbox.Portal.ReadDeal(id)!.Properties.Values)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        string[] expected =
        [
            "before\0after", "=1+2", "-5", "@SUM(A1:A9)", "+49 30 901820", "12345678901234567890", "1.5E+10", "101;102", "next spring", "maybe",
            "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "1773300966332", @"\N", "First line\nsecond\r\nthird", "one\ttwo\tthree", "", " 42 ",
            "0.1000000000000000055511151231257827021181583404541015625", "+275760-09-13T00:00:00Z", "NaN",
        ];
        Assert.Multiple(() =>
        {
            Assert.That(expected.Except(values, StringComparer.Ordinal), Is.Empty);
            Assert.That(values.Any(value => value.Length == 65_000), Is.True);
            Assert.That(values.Any(value => value.Contains("🚀", StringComparison.Ordinal)), Is.True);
            Assert.That(values.All(IsWellFormed), Is.True, "half a pair is only sent on request");
        });
    }

    [Test]
    public async Task A_portal_can_be_without_awkward_values()
    {
        await using var sandbox = await StartPlainAsync(1_700);
        var numbers = sandbox.Portal.DealIds().Select(id => sandbox.Portal.ReadDeal(id, "amount")!.Properties["amount"]).OfType<string>();
        Assert.That(numbers, Has.All.Match(@"^\d+(\.\d+)?$"));
    }

    [Test]
    public async Task Half_a_surrogate_pair_is_sent_as_an_escape_where_it_is_asked_for()
    {
        await using var sandbox = await StartAsync(new PortalOptions { Deals = 200, Archived = 0, LoneSurrogates = true });
        var page = await sandbox.GetAsync($"{Deals}?limit=100&after={sandbox.Portal.DealIds().ElementAt(101)}");
        Assert.That(page.Body, Does.Contain(@"half a pair \ud83d and \ude80 the other"));
    }

    [Test]
    public async Task A_cleared_createdate_reports_1970()
    {
        await using var sandbox = await StartAsync(new PortalOptions { Deals = 64, Archived = 0 });
        var record = (await sandbox.ReadAllAsync())[63];
        Assert.That(
            ((string?)record["properties"]!["createdate"], (string?)record["createdAt"]), Is.EqualTo(("", "1970-01-01T00:00:00Z")));
    }

    [Test]
    public async Task Ten_thousand_deals_can_share_one_millisecond()
    {
        await using var sandbox = await StartAsync(new PortalOptions { Deals = 12_000, BulkModified = 10_500 });
        var modified = sandbox.Portal.DealIds().Select(id => sandbox.Portal.ReadDeal(id)!.UpdatedAt).CountBy(at => at).MaxBy(pair => pair.Value);
        Assert.That(modified.Value, Is.GreaterThan(10_000));
    }

    [Test]
    public async Task A_million_deals_are_served_from_the_first_page_to_the_last()
    {
        await using var sandbox = await StartAsync(new PortalOptions { Deals = 1_000_000, Archived = 5_000 });
        var last = sandbox.Portal.DealIds().Last();
        var page = await sandbox.GetAsync($"{Deals}?limit=100&after={last - 50}");
        var search = await sandbox.SearchAsync(new JsonObject());
        Assert.Multiple(() =>
        {
            Assert.That(page.Ids[^1], Is.EqualTo(last));
            Assert.That((int)search.Json["total"]!, Is.EqualTo(1_000_000));
            Assert.That(sandbox.Portal.DealIds(archived: true).Count(), Is.EqualTo(5_000));
        });
    }

    [Test]
    public async Task Portals_live_side_by_side_each_with_its_own_token()
    {
        await using var sandbox = await StartPlainAsync(10);
        var other = sandbox.Server.AddPortal(new PortalOptions { PortalId = 99, Deals = 20, Archived = 0 });
        var first = await sandbox.GetAsync("/account-info/v3/details");
        sandbox.Token = TokenOptions.DefaultFor(99).Token;
        var second = await sandbox.GetAsync("/account-info/v3/details");
        Assert.Multiple(async () =>
        {
            Assert.That(((long)first.Json["portalId"]!, (long)second.Json["portalId"]!), Is.EqualTo((12345678, 99)));
            Assert.That((await sandbox.ReadAllAsync()).Select(record => long.Parse((string)record["id"]!)), Is.EqualTo(other.DealIds()));
        });
    }

    static Dictionary<string, string> Properties(params (string Name, string Value)[] properties) =>
        properties.ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal);

    static bool IsWellFormed(string text) => text.EnumerateRunes().Count(rune => rune == System.Text.Rune.ReplacementChar) == text.Count(letter => letter == '\uFFFD');
}
