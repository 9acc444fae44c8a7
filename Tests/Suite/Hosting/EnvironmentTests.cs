using HubSpotDeals.Api.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace HubSpotDeals.Suite.Hosting;

public sealed class EnvironmentTests
{
    [TestCase("Development", "http://localhost:5200")]
    [TestCase("Staging", "http://localhost:5201")]
    [TestCase("Production", "http://localhost:5202")]
    [TestCase("Whatever", "http://localhost:5200")]
    public void Each_environment_has_the_documents_port(string environment, string url) =>
        Assert.That(ServiceSetup.DefaultUrl(new HostingEnvironment { EnvironmentName = environment }), Is.EqualTo(url));
}
