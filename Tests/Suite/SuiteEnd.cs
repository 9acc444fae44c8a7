using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite;

/// <summary>What the tests share is given back after the last of them.</summary>
[SetUpFixture]
public sealed class SuiteEnd
{
    [OneTimeTearDown]
    public static Task GiveBackWhatTheTestsShare() => TestDatabase.StopServerAsync();
}
