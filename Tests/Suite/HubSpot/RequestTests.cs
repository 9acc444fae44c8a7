using HubSpotDeals.Infrastructure.HubSpot;
using HubSpotDeals.Suite.HubSpot.Support;

namespace HubSpotDeals.Suite.HubSpot;

/// <summary>What goes over the wire, and what is read from the small answers.</summary>
public sealed class RequestTests
{
    [Test]
    public async Task A_list_asks_for_its_properties_on_every_page()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Json(Pages.WithNext), Reply.Json(Pages.Last));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);
        var request = new DealListRequest { Properties = ["dealname", "amount"], Limit = 50, Archived = true };

        using var first = await test.Client.ListDealsAsync(test.Token, request, test.Options, default);
        using var second = await test.Client.ListDealsAsync(test.Token, request with { After = first.After }, test.Options, default);

        const string Asked = "/crm/objects/2026-09/deals?limit=50&archived=true&properties=dealname,amount";
        Assert.That(hubspot.Requests.Select(r => r.Target), Is.EqualTo(new[] { Asked, $"{Asked}&after=479475667161" }));
        Assert.That(second.After, Is.Null);
        Assert.That(second.ReceivedAt, Is.EqualTo(test.Clock.GetUtcNow()));
    }

    [Test]
    public async Task A_cursor_goes_back_as_it_came()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Json(Pages.Last));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);
        const string Cursor = "MC0y+/=&a b%3D";

        using var page = await test.Client.ListDealsAsync(
            test.Token, new DealListRequest { Properties = [], After = Cursor }, test.Options, default);

        var sent = hubspot.Requests.Single().Target.Split("&after=")[1];
        Assert.That(Uri.UnescapeDataString(sent), Is.EqualTo(Cursor));
        Assert.That(sent, Does.Not.Contain("&").And.Not.Contains("+").And.Not.Contains(" "));
    }

    [Test]
    public async Task A_search_says_filters_order_properties_and_cursor()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Json(Pages.SearchWithNext));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var page = await test.Client.SearchDealsAsync(
            test.Token,
            new DealSearchRequest
            {
                Filters =
                [
                    SearchFilter.OneOf("dealstage", ["closedwon", "qualifiedtobuy"]),
                    SearchFilter.Between("createdate", "2026-01-01T00:00:00Z", "1767225600000"),
                    SearchFilter.GreaterThan("hs_object_id", "42"),
                    SearchFilter.EqualTo("dealname", "\"Ünïcode\" <b>"),
                ],
                Sort = new SearchSort("hs_object_id"),
                Properties = ["dealname"],
                Limit = 200,
                After = "400",
            },
            test.Options, default);

        var request = hubspot.Requests.Single();
        Assert.Multiple(() =>
        {
            Assert.That(request.Method, Is.EqualTo("POST"));
            Assert.That(request.Target, Is.EqualTo("/crm/objects/2026-09/deals/search"));
            Assert.That(request.Headers["Content-Type"], Is.EqualTo("application/json"));
            Assert.That(request.Body, Is.EqualTo(
                """{"filterGroups":[{"filters":[{"propertyName":"dealstage","operator":"IN","values":["closedwon","qualifiedtobuy"]},"""
                + """{"propertyName":"createdate","operator":"BETWEEN","value":"2026-01-01T00:00:00Z","highValue":"1767225600000"},"""
                + """{"propertyName":"hs_object_id","operator":"GT","value":"42"},"""
                + """{"propertyName":"dealname","operator":"EQ","value":"\"Ünïcode\" <b>"}]}],"""
                + "\"sorts\":" + """[{"propertyName":"hs_object_id","direction":"ASCENDING"}],"properties":["dealname"],"limit":200,"after":"400"}"""));
            Assert.That(page.Total, Is.EqualTo(21));
            Assert.That(page.After, Is.EqualTo("5"));
        });
    }

    [Test]
    public async Task A_count_is_the_total_of_the_smallest_search_and_the_first_result_has_the_greatest_id()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Json("""{"total":133314,"results":[{"id":"1"}],"paging":{"next":{"after":"1"}}}"""));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        Assert.That(await test.Client.CountDealsAsync(test.Token, [], test.Options, default), Is.EqualTo(new DealCount(133_314, HighestId: 1)));
        Assert.That(hubspot.Requests.Single().Body, Is.EqualTo("""{"filterGroups":[],"sorts":[{"propertyName":"hs_object_id","direction":"DESCENDING"}],"properties":["hs_object_id"],"limit":1}"""));
    }

    [Test]
    public async Task Every_request_carries_its_own_token_and_names_the_product()
    {
        await using var hubspot = new ScriptedHubSpot([.. Enumerable.Repeat(Reply.Json(Pages.Last), 20)]);
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            using var page = await test.Client.ListDealsAsync(
                AccessToken.Parse($"token-{i}"), new DealListRequest { Properties = [$"p{i}"] }, test.Options, default);
        }));

        Assert.That(hubspot.Requests, Has.Count.EqualTo(20));
        foreach (var request in hubspot.Requests)
        {
            Assert.That(request.Headers["Authorization"], Is.EqualTo($"Bearer token-{request.Target.Split("properties=p")[1]}"));
            Assert.That(request.Headers["User-Agent"], Does.StartWith("HubSpotDeals/"));
            Assert.That(request.Headers["Accept-Encoding"], Does.Contain("gzip"));
            Assert.That(request.Headers.Keys, Has.None.EqualTo("traceparent").And.None.EqualTo("Cookie"));
        }
    }

    [Test]
    public async Task A_cookie_of_one_answer_is_in_no_later_request()
    {
        await using var hubspot = new ScriptedHubSpot(
            Reply.Json(Pages.Last, 200, "Set-Cookie: __cf_bm=portal1; path=/"), Reply.Json(Pages.Last));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        using var first = await test.ListAsync();
        using var second = await test.ListAsync();

        Assert.That(hubspot.Requests[1].Headers.Keys, Has.None.EqualTo("Cookie"));
    }

    [Test]
    public async Task A_url_that_would_be_too_long_is_not_sent()
    {
        await using var hubspot = new ScriptedHubSpot();
        await using var test = new ClientUnderTest(hubspot.BaseUrl);
        var request = new DealListRequest { Properties = [.. Enumerable.Range(0, 500).Select(i => $"a_rather_long_name_{i:000}")] };

        var failure = await Assert.ThrowsAsync<HubSpotException>(() => test.Client.ListDealsAsync(test.Token, request, test.Options, default));

        Assert.That(failure!.Kind, Is.EqualTo(HubSpotErrorKind.UrlTooLong));
        Assert.That(failure.Message, Does.Contain("8000 are sure to be taken; ask for fewer properties"));
        Assert.That(hubspot.Requests, Is.Empty);
    }

    [Test]
    public async Task A_planner_sees_beforehand_what_fits()
    {
        await using var test = new ClientUnderTest("http://127.0.0.1:9");
        var request = new DealListRequest { Properties = ["dealname"] };

        Assert.That(test.Client.ListUrlLength(request),
            Is.EqualTo("http://127.0.0.1:9/crm/objects/2026-09/deals?limit=100&archived=false&properties=dealname".Length + HubSpotLimits.CursorLength));
        Assert.That(HubSpotClient.SearchBodyLength(new DealSearchRequest { Filters = [], Properties = ["dealname"] }),
            Is.EqualTo("""{"filterGroups":[],"properties":["dealname"],"limit":200}""".Length));
    }

    [Test]
    public void Limits_that_HubSpot_refuses_can_not_be_said() => Assert.Multiple(() =>
    {
        Assert.That(() => new DealListRequest { Properties = [], Limit = 101 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new DealSearchRequest { Filters = [], Properties = [], Limit = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new DealSearchRequest { Filters = [], Properties = [], Limit = 201 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new CallOptions { MaxRetries = 11 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    [Test]
    public async Task The_account_is_read()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Json(
            """{"portalId":147893286,"accountType":"STANDARD","timeZone":"US/Eastern","companyCurrency":"USD","additionalCurrencies":[],"utcOffset":"-04:00","uiDomain":"app-eu1.hubspot.com","dataHostingLocation":"eu1"}"""));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        Assert.That(await test.Client.ReadAccountDetailsAsync(test.Token, test.Options, default),
            Is.EqualTo(new PortalDetails(147893286, "US/Eastern", "USD", "app-eu1.hubspot.com", "STANDARD")));
        Assert.That(hubspot.Requests.Single().Target, Is.EqualTo("/account-info/2026-09/details"));
    }

    [Test]
    public async Task Properties_are_read_with_what_some_of_them_lack()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Json(
            """
            {"results":[
              {"updatedAt":"2026-01-01T00:00:00Z","name":"amount","label":"Amount","type":"number","fieldType":"number","options":[],"hubspotDefined":true},
              {"name":"tier","label":"Tier","type":"enumeration","fieldType":"select","options":[{"label":"Gold","value":"gold","displayOrder":0,"hidden":false}]},
              {"name":"bare","type":"json"}
            ]}
            """));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var properties = await test.Client.ReadDealPropertiesAsync(test.Token, test.Options, default);

        Assert.Multiple(() =>
        {
            Assert.That(properties.Select(p => (p.Name, p.Label, p.Type, p.FieldType, p.HubSpotDefined)), Is.EqualTo(new[]
            {
                ("amount", "Amount", "number", "number", true),
                ("tier", "Tier", "enumeration", "select", false),
                ("bare", "bare", "json", "", false),
            }));
            Assert.That(properties[1].Options, Is.EqualTo(new[] { new PropertyOption("gold", "Gold") }));
            Assert.That(properties[2].Options, Is.Empty);
        });
    }

    [Test]
    public async Task Pipelines_are_read_with_their_stages_in_order()
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Json(
            """
            {"results":[{"label":"Sales Pipeline","displayOrder":0,"id":"default","stages":[
              {"label":"Closed won","displayOrder":5,"metadata":{"isClosed":"true","probability":"1.0"},"id":"closedwon"},
              {"label":"Appointment","displayOrder":0,"metadata":{"isClosed":"false","probability":"0.2"},"id":"appointmentscheduled"},
              {"label":"Odd","displayOrder":2,"metadata":{},"id":"1234"}]}]}
            """));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var pipeline = (await test.Client.ReadDealPipelinesAsync(test.Token, test.Options, default)).Single();

        Assert.That((pipeline.Id, pipeline.Label), Is.EqualTo(("default", "Sales Pipeline")));
        Assert.That(pipeline.Stages, Is.EqualTo(new[]
        {
            new DealStage("appointmentscheduled", "Appointment", 0, IsClosed: false, 0.2m),
            new DealStage("1234", "Odd", 2, IsClosed: false, null),
            new DealStage("closedwon", "Closed won", 5, IsClosed: true, 1.0m),
        }));
    }

    [TestCase("""{"accountType":"STANDARD"}""")]
    [TestCase("""{"portalId":null}""")]
    [TestCase("""{"portalId":1""")]
    [TestCase("null")]
    [TestCase("<html></html>")]
    public async Task An_account_without_a_portal_is_malformed(string body)
    {
        await using var hubspot = new ScriptedHubSpot(Reply.Json(body));
        await using var test = new ClientUnderTest(hubspot.BaseUrl);

        var failure = await Assert.ThrowsAsync<HubSpotException>(() => test.Client.ReadAccountDetailsAsync(test.Token, CallOptions.Once, default));

        Assert.That(failure!.Kind, Is.EqualTo(HubSpotErrorKind.Malformed));
    }
}
