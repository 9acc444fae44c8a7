using HubSpotDeals.Infrastructure.HubSpot;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HubSpotDeals.Suite.HubSpot;

public sealed class HubSpotOptionsTests
{
    static OptionsValidationException? RefusalOf(string key, string value)
    {
        using var services = new ServiceCollection()
            .AddHubSpot(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>($"HubSpot:{key}", value)]).Build())
            .BuildServiceProvider();
        try
        {
            // What the host does when it starts, because the options are registered with ValidateOnStart.
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException refusal)
        {
            return refusal;
        }
        return null;
    }

    [Test]
    public void The_defaults_are_in_force_where_nothing_is_set()
    {
        using var services = new ServiceCollection()
            .AddHubSpot(new ConfigurationBuilder().Build())
            .BuildServiceProvider();
        var options = services.GetRequiredService<IOptions<HubSpotOptions>>().Value;

        Assert.Multiple(() =>
        {
            Assert.That(options.BaseUrl, Is.EqualTo("https://api.hubapi.com"));
            Assert.That(options.ApiVersion, Is.EqualTo("2026-09"));
            Assert.That(options.RequestsPer10Seconds, Is.EqualTo(100));
            Assert.That(options.SearchRequestsPerSecond, Is.EqualTo(5));
            Assert.That(options.MaxConcurrentRequests, Is.EqualTo(16));
        });
    }

    [TestCase("BaseUrl", "ftp://api.hubapi.com")]
    [TestCase("BaseUrl", "api.hubapi.com")]
    [TestCase("BaseUrl", "/relative")]
    [TestCase("BaseUrl", "https://api.hubapi.com/?a=1")]
    [TestCase("BaseUrl", "https://api.hubapi.com/#a")]
    [TestCase("ApiVersion", "v4")]
    [TestCase("ApiVersion", "2026-13")]
    [TestCase("ApiVersion", "2026-9")]
    [TestCase("ApiVersion", "2026-09/../..")]
    [TestCase("RequestsPer10Seconds", "0")]
    [TestCase("SearchRequestsPerSecond", "-1")]
    [TestCase("MaxConcurrentRequests", "1001")]
    [TestCase("RequestTimeout", "00:00:00")]
    [TestCase("RetryBaseDelay", "00:00:00")]
    [TestCase("RetryMaxDelay", "00:00:00.1000000")]
    [TestCase("RateLimitPatience", "-00:00:01")]
    public void A_setting_that_can_not_work_refuses_the_start_and_names_key_value_and_mend(string key, string value) =>
        Assert.That(RefusalOf(key, value)?.Message, Does.StartWith($"HubSpot__{key} is '{value}': set it to "));

    [TestCase("BaseUrl", "http://localhost:5201")]
    [TestCase("BaseUrl", "https://gateway.example/hubspot/")]
    [TestCase("ApiVersion", "v3")]
    [TestCase("ApiVersion", "2027-03")]
    [TestCase("MaxConcurrentRequests", "1")]
    public void A_setting_that_can_work_is_taken(string key, string value) => Assert.That(RefusalOf(key, value), Is.Null);

    [Test]
    public void A_password_in_the_base_url_is_refused_and_not_repeated() =>
        Assert.That(RefusalOf("BaseUrl", "https://me:pa55word@api.hubapi.com")?.Message, Does.Contain("//***@").And.Not.Contains("pa55word"));

    [TestCase("v3", "/crm/v3/objects/deals", "/account-info/v3/details", "/crm/v3/pipelines/deals", "/crm/v3/properties/deals")]
    [TestCase("2027-03", "/crm/objects/2027-03/deals", "/account-info/2027-03/details", "/crm/pipelines/2027-03/deals", "/crm/properties/2027-03/deals")]
    public void The_version_chooses_the_paths(string version, string deals, string account, string pipelines, string properties)
    {
        var paths = new HubSpotPaths("https://gateway.example/hubspot/", version);

        Assert.Multiple(() =>
        {
            Assert.That(paths.Deals, Is.EqualTo("https://gateway.example/hubspot" + deals));
            Assert.That(paths.DealSearch, Is.EqualTo(paths.Deals + "/search"));
            Assert.That(paths.AccountDetails, Does.EndWith(account));
            Assert.That(paths.DealPipelines, Does.EndWith(pipelines));
            Assert.That(paths.DealProperties, Does.EndWith(properties));
        });
    }
}
