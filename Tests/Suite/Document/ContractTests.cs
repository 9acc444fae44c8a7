using System.Text.Json;
using HubSpotDeals.Suite.Scans;

namespace HubSpotDeals.Suite.Document;

/// <summary><c>docs/contract.md</c> names tests and endpoints that there are, and no endpoint is missing.</summary>
public sealed class ContractTests
{
    static readonly TestedPage Contract = new("contract.md");

    [Test]
    public void Every_test_that_the_contract_names_is_there()
    {
        Assert.That(Contract.Named, Has.Count.GreaterThan(100));
        Assert.That(Contract.NotThere, Is.Empty);
    }

    [Test]
    public void Every_line_has_a_test() => Assert.That(Contract.Unshown, Is.Empty);

    [Test]
    public async Task Every_endpoint_has_a_line()
    {
        await using var api = await ScanApi.StartAsync();
        var paths = JsonDocument.Parse((await api.GetAsync("/swagger.json")).Text).RootElement.GetProperty("paths");
        var endpoints = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => $"**`{operation.Name.ToUpperInvariant()} {path.Name}`**"));
        Assert.That(endpoints.Where(endpoint => !Contract.Text.Contains(endpoint, StringComparison.Ordinal)), Is.Empty);
    }
}
