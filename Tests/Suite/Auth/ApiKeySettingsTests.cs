using HubSpotDeals.Api.Auth;
using HubSpotDeals.Infrastructure.Postgres;
using HubSpotDeals.Suite.Scans;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotDeals.Suite.Auth;

/// <summary>A slip in the keys' settings stops the start; none of them opens the door.</summary>
sealed class ApiKeySettingsTests
{
    const string Secret = "a-key-in-the-wrong-place";

    static readonly string Hash = KeyHolders.HashOf("a key");

    static IEnumerable<TestCaseData> Slips()
    {
        yield return Slip("Auth__ApiKeys__0__Hash is no SHA-256", ("Auth:ApiKeys:0:Name", "a"), ("Auth:ApiKeys:0:Hash", Secret));
        yield return Slip("Auth__ApiKeys__0__Hash is no SHA-256", ("Auth:ApiKeys:0:Name", "a"));
        yield return Slip("Auth__ApiKeys__0__Hash is no SHA-256", ("Auth:ApiKeys:0:Name", "a"), ("Auth:ApiKeys:0:Hash", Hash[1..] + "g"));
        yield return Slip("Auth__ApiKeys__0__Hash is no SHA-256", ("Auth:ApiKeys:0:Name", "a"), ("Auth:ApiKeys:0:Hash", Hash + "00"));
        yield return Slip("Auth__ApiKeys__0__Name is empty", ("Auth:ApiKeys:0:Hash", Hash));
        yield return Slip("Auth__ApiKeys__0__Name is empty", ("Auth:ApiKeys:0:Name", "  "), ("Auth:ApiKeys:0:Hash", Hash));
        yield return Slip(
            "Auth__ApiKeys__7__Name is the name at Auth__ApiKeys__3__Name too",
            ("Auth:ApiKeys:3:Name", "a"), ("Auth:ApiKeys:3:Hash", Hash), ("Auth:ApiKeys:7:Name", "A"), ("Auth:ApiKeys:7:Hash", KeyHolders.HashOf("b")));
        yield return Slip(
            "Auth__ApiKeys__1__Hash is the hash at Auth__ApiKeys__0__Hash too",
            ("Auth:ApiKeys:0:Name", "a"), ("Auth:ApiKeys:0:Hash", Hash), ("Auth:ApiKeys:1:Name", "b"), ("Auth:ApiKeys:1:Hash", Hash.ToUpperInvariant()));
        yield return Slip("Auth__ApiKeys__0__Portals__1 is no HubSpot portal id", [.. Key, ("Auth:ApiKeys:0:Portals:0", "1"), ("Auth:ApiKeys:0:Portals:1", Secret)]);
        yield return Slip("Auth__ApiKeys__0__Portals__0 is no HubSpot portal id", [.. Key, ("Auth:ApiKeys:0:Portals:0", "")]);
        yield return Slip("Auth__ApiKeys__0__Portals__0 is no HubSpot portal id", [.. Key, ("Auth:ApiKeys:0:Portals:0", new string('1', 21))]);

        // These would leave a key without its bounds, or the service without its keys, if they were passed over.
        yield return Slip("Auth__ApiKeys__0__Portal is no setting: did you mean Auth__ApiKeys__0__Portals?", [.. Key, ("Auth:ApiKeys:0:Portal:0", "1")]);
        yield return Slip("Auth__ApiKeys__0__Portals is no text: set entries, Auth__ApiKeys__0__Portals__0", [.. Key, ("Auth:ApiKeys:0:Portals", "12345678")]);
        yield return Slip("Auth__ApiKeys__0__Key is no setting", [.. Key, ("Auth:ApiKeys:0:Key", Secret)]);
        yield return Slip("Auth__ApiKeys__0 is no text", ("Auth:ApiKeys:0", Secret));
        yield return Slip("Auth__ApiKeys is no text", ("Auth:ApiKeys", Secret));
        yield return Slip("Auth__ApiKey is no setting: did you mean Auth__ApiKeys?", ("Auth:ApiKey:0:Name", "a"), ("Auth:ApiKey:0:Hash", Hash));
    }

    [TestCaseSource(nameof(Slips))]
    public void A_slip_is_told_by_its_key_with_its_mend(string told, (string Key, string Value)[] settings)
    {
        var refused = Assert.Throws<SetupException>(() => new ServiceCollection().AddAccess(Configured(settings)))!;
        Assert.That(refused.Message, Does.StartWith(told));
        Assert.That(refused.Message, Does.Not.Contain(Secret).And.Not.Contain(Hash).IgnoreCase.And.Not.Contain('\n'));
    }

    [Test]
    public void All_slips_are_told_at_once()
    {
        var refused = Assert.Throws<SetupException>(() => new ServiceCollection().AddAccess(Configured(("Auth:ApiKeys:0:Portals:0", "x"))))!;
        Assert.That(refused.Message, Does.Contain("__Name is").And.Contains("__Hash is").And.Contains("__Portals__0 is"));
    }

    [Test]
    public void Settings_of_other_doors_in_the_same_section_are_none_of_these()
    {
        var configuration = Configured(("Auth:Jwt:SigningKey", "s"), ("Auth:Admins:0", "ada@example.com"), ("Auth:Limits:LoginPerMinute", "20"));
        Assert.DoesNotThrow(() => new ServiceCollection().AddAccess(configuration));
    }

    [Test]
    public async Task A_list_without_entries_is_as_none()
    {
        // What an empty list in appsettings.json becomes.
        await using var api = await ScanApi.StartAsync(settings: [("Auth:ApiKeys", "")]);
        Assert.That((int)(await api.GetAsync("/api/v1/scan/list")).Status, Is.EqualTo(200));
    }

    static (string, string)[] Key => [("Auth:ApiKeys:0:Name", "a"), ("Auth:ApiKeys:0:Hash", Hash)];

    static TestCaseData Slip(string told, params (string Key, string Value)[] settings) =>
        new TestCaseData(told, settings).SetArgDisplayNames(string.Join(", ", settings.Select(setting => setting.Key)));

    static IConfiguration Configured(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)))
        .Build();
}
