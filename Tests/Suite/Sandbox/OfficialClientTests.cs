using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Sandbox;

/// <summary>
/// HubSpot's own client, from npm, takes the sandbox for HubSpot. It knows nothing of this project: where the sandbox's wire
/// differs from HubSpot's in what that client reads, this fails.
/// </summary>
sealed class OfficialClientTests
{
    const int Deals = 10_050;

    SandboxServer _sandbox = null!;
    Portal _portal = null!;
    JsonNode _seen = null!;

    [OneTimeSetUp]
    public async Task RunAsync()
    {
        const string Open = "pat-na1-open", Scopeless = "pat-na1-scopeless", Limited = "pat-na1-limited";
        _sandbox = await SandboxServer.StartAsync(
            new SandboxOptions
            {
                Portals =
                [
                    new PortalOptions
                    {
                        PortalId = 1,
                        Deals = Deals,
                        Archived = 150,
                        Tokens = [new() { Token = Open }, new() { Token = Scopeless, Scopes = [SandboxScopes.Account] }],
                    },
                    new PortalOptions { PortalId = 2, Deals = 10, Tokens = [new() { Token = Limited }], Limits = new RateLimits(1, 1, 100) },
                ],
            },
            CancellationToken.None);
        _portal = _sandbox.Portal(1);
        var argument = JsonSerializer.Serialize(new
        {
            baseUrl = _sandbox.BaseAddress.GetLeftPart(UriPartial.Authority),
            tokens = new { open = Open, unknown = "pat-na1-unknown", scopeless = Scopeless, limited = Limited },
        });
        _seen = JsonNode.Parse(await ForeignProgram.RunAsync("node", await ForeignProgram.InstallNpmAsync("Tests", "Suite", "Sandbox", "official-client"), "read-deals.mjs", argument))!;
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _sandbox.DisposeAsync();

    [Test]
    public void It_pages_through_every_deal_with_its_values()
    {
        var truth = _portal.DealIds().Select(id => (id.ToString(), _portal.ReadDeal(id, "dealname", "amount")!.Properties));
        Assert.That(
            _seen["all"]!.AsArray().Select(deal => ((string)deal!["id"]!, (string?)deal["name"], (string?)deal["amount"])),
            Is.EqualTo(truth.Select(deal => (deal.Item1, deal.Properties["dealname"], deal.Properties["amount"]))));
    }

    [Test]
    public void It_reads_pages_single_deals_and_the_archive()
    {
        var (first, second) = (_seen["firstPage"]!, _seen["secondPage"]!);
        Assert.Multiple(() =>
        {
            Assert.That(IdsOf(first).Concat(IdsOf(second)), Is.EqualTo(_portal.DealIds().Take(6)));
            Assert.That(
                first["results"]![0]!["properties"]!.AsObject().Select(property => property.Key),
                Is.EqualTo(new[] { "amount", "closedate", "createdate", "dealname", "hs_lastmodifieddate", "hs_object_id", "hs_projected_amount" }));
            Assert.That(_seen["one"]!.ToJsonString(), Is.EqualTo(first["results"]![0]!.ToJsonString()));
            Assert.That(
                _seen["archived"]!.AsArray().Select(deal => long.Parse((string)deal!["id"]!)),
                Is.EqualTo(_portal.DealIds(archived: true).Take(150)), "the client archived one more afterwards");
            Assert.That(_seen["archived"]![0]!["archivedAt"], Is.Not.Null);
        });
    }

    [Test]
    public void It_reads_a_batch_and_learns_what_is_missing()
    {
        var read = _seen["read"]!;
        Assert.Multiple(() =>
        {
            Assert.That(IdsOf(read), Is.EquivalentTo(_portal.DealIds().Take(2)));
            Assert.That((int)read["numErrors"]!, Is.EqualTo(1));
            Assert.That((string?)read["errors"]![0]!["category"], Is.EqualTo("OBJECT_NOT_FOUND"));
            Assert.That((string?)read["errors"]![0]!["context"]!["ids"]![0], Is.EqualTo("1"));
        });
    }

    [Test]
    public void It_searches()
    {
        var won = _portal.DealIds().Where(id => _portal.ReadDeal(id, "dealstage")!.Properties["dealstage"] == "closedwon").ToArray();
        Assert.Multiple(() =>
        {
            Assert.That((int)_seen["won"]!["total"]!, Is.EqualTo(won.Length));
            Assert.That(_seen["won"]!["ids"]!.AsArray().Select(id => long.Parse((string)id!)), Is.EqualTo(won.Take(200)));
            Assert.That((string?)_seen["won"]!["next"], Is.EqualTo("200"));
        });
    }

    [Test]
    public void It_writes()
    {
        var (made, changed) = (_seen["made"]!, _seen["changed"]!);
        Assert.Multiple(() =>
        {
            Assert.That((string?)made["properties"]!["amount"], Is.EqualTo("12.50"));
            Assert.That((string?)made["properties"]!["hs_deal_stage_probability"], Does.StartWith("0.90000000000000002220446049250313080847"));
            Assert.That((string?)changed["properties"]!["amount"], Is.EqualTo(""));
            Assert.That(_portal.ReadDeal(long.Parse((string)made["id"]!))!.Archived, Is.True);
        });
    }

    [Test]
    public void It_reads_properties_pipelines_and_owners()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                _seen["properties"]!.AsArray().Select(property => (string)property!["name"]!), Is.EquivalentTo(_portal.PropertyNames));
            Assert.That((string?)_seen["pipelines"]![0]!["stages"]![0]!["metadata"]!["probability"], Is.EqualTo("0.2"));
            Assert.That((int)_seen["owners"]!, Is.EqualTo(5));
        });
    }

    [TestCase("unknownToken", 401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")]
    [TestCase("missingScope", 403, "MISSING_SCOPES", "This app hasn't been granted all required scopes to make this call.")]
    [TestCase("nonNumericId", 404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.")]
    [TestCase("limitOver100", 400, "VALIDATION_ERROR", "")]
    [TestCase("batchOver100", 400, "VALIDATION_ERROR", "The maximum number of inputs supported in a batch is 100.")]
    [TestCase("unknownProperty", 400, "VALIDATION_ERROR", "Property values were not valid: [{\"isValid\":false,")]
    [TestCase("searchPast10000", 400, null, "There was a problem with the request.")]
    [TestCase("tenSecondlyLimit", 429, null, "You have reached your ten_secondly_rolling limit.")]
    [TestCase("searchLimit", 429, null, "You have reached your secondly limit.")]
    public void It_is_refused_as_HubSpot_refuses(string call, int code, string? category, string message)
    {
        var refusal = _seen["refusals"]![call]!;
        Assert.Multiple(() =>
        {
            Assert.That((int)refusal["code"]!, Is.EqualTo(code));
            Assert.That((string?)refusal["body"]!["category"], Is.EqualTo(category));
            Assert.That((string?)refusal["body"]!["message"], Does.StartWith(message));
        });
    }

    [TestCase("missingDeal")]
    [TestCase("archivedDeal")]
    public void A_deal_that_is_not_there_is_a_404_without_JSON(string call)
    {
        var refusal = _seen["refusals"]![call]!;
        Assert.That(((int)refusal["code"]!, refusal["body"]!.GetValueKind()), Is.EqualTo((404, JsonValueKind.String)));
    }

    static IEnumerable<long> IdsOf(JsonNode page) => page["results"]!.AsArray().Select(deal => long.Parse((string)deal!["id"]!));

    // the client is installed once for each lock file, beside the other build output
}
