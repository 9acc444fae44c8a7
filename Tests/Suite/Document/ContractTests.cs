using System.Text.Json;
using System.Text.RegularExpressions;
using HubSpotDeals.Suite.Scans;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Document;

/// <summary><c>docs/contract.md</c> names tests and endpoints that there are, and no endpoint is missing.</summary>
public sealed partial class ContractTests
{
    static readonly string Contract = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "contract.md"));

    [Test]
    public void Every_test_that_the_contract_names_is_there()
    {
        var there = typeof(ContractTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        var named = Named().Matches(Contract).Select(match => match.Groups["test"].Value).ToList();
        Assert.That(named, Has.Count.GreaterThan(100));
        Assert.That(named.Where(test => !there.Contains(test)), Is.Empty);
    }

    [Test]
    public void Every_line_has_a_test() => Assert.That(
        Contract.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line != "| line | shown by |" && !Named().IsMatch(line)), Is.Empty);

    [Test]
    public async Task Every_endpoint_has_a_line()
    {
        await using var api = await ScanApi.StartAsync();
        var paths = JsonDocument.Parse((await api.GetAsync("/swagger.json")).Text).RootElement.GetProperty("paths");
        var endpoints = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => $"**`{operation.Name.ToUpperInvariant()} {path.Name}`**"));
        Assert.That(endpoints.Where(endpoint => !Contract.Contains(endpoint, StringComparison.Ordinal)), Is.Empty);
    }

    [GeneratedRegex("`(?<test>[A-Z][A-Za-z]+(Tests|Story)[.][A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Named();
}
