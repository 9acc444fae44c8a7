using System.Text;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Gateway;

/// <summary><c>docs/gateway.md</c>, run as it stands, but for the address and the token.</summary>
public sealed class WalkThroughTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task The_walk_through_of_the_gateway_works(CancellationToken ct)
    {
        await using var hubSpot = await SandboxServer.StartAsync(
            new SandboxOptions { Portals = [new PortalOptions { Deals = 1, Archived = 0 }], Consent = new Consent(ConsentAnswer.Grant) }, ct);
        await using var database = await TestDatabase.CreateAsync(ct);
        await using var service = await ServiceProcess.StartAsync(
            database, hubSpot.BaseAddress, ct,
            ("HubSpot:OAuth:ClientId", AppOptions.Default.ClientId),
            ("HubSpot:OAuth:ClientSecret", AppOptions.Default.ClientSecret),
            ("HubSpot:OAuth:AuthorizeUrl", new Uri(hubSpot.BaseAddress, "oauth/authorize").ToString()));
        using var work = new TemporaryDirectory();
        var script = Path.Combine(work.Path, "walk-through.sh");
        await File.WriteAllTextAsync(script, "set -eu\n" + Script()
            .Replace("http://localhost:5200", service.Address.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("pat-na1-…", TokenOptions.DefaultFor(hubSpot.Portals.Single().PortalId).Token, StringComparison.Ordinal), ct);

        var said = await ForeignProgram.RunAsync("bash", work.Path, script);

        Assert.That(said, Does.Contain("\"created\":true").And.Contain("\"query\":\"ada\"").And.Contain("Token refreshed successfully").And.Contain("Logged out from HubSpot successfully"));
    }

    /// <summary>The page's shell examples, one after the other.</summary>
    static string Script()
    {
        var script = new StringBuilder();
        var isIn = false;
        foreach (var line in File.ReadLines(Path.Combine(Checkout.Root, "docs", "gateway.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isIn = line == "```sh";
            }
            else if (isIn)
            {
                script.AppendLine(line);
            }
        }

        return script.ToString();
    }
}
