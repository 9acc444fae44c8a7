using System.Text.Json;
using HubSpotDeals.Suite.Scans;
using Microsoft.OpenApi;

namespace HubSpotDeals.Suite.Auth;

/// <summary><c>/swagger.json</c> says where a key is needed, and <c>/docs</c> takes it.</summary>
sealed class DescriptionTests
{
    [TestCase(true, """[{"ApiKey":[]}]""")]
    [TestCase(false, """[{"ApiKey":[]},{}]""")]
    public async Task The_api_s_operations_take_the_key_and_no_others(bool needed, string security)
    {
        await using var api = await ScanApi.StartAsync(settings: needed ? KeyHolders.Settings : []);
        var json = (await api.GetAsync("/swagger.json")).Text;
        var document = JsonDocument.Parse(json).RootElement;

        var read = OpenApiDocument.Parse(json, "json");
        Assert.That(read.Diagnostic!.Errors.Concat(read.Diagnostic.Warnings), Is.Empty);
        var scheme = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("ApiKey");
        Assert.That((scheme.Text("type"), scheme.Text("in"), scheme.Text("name")), Is.EqualTo(("apiKey", "header", "X-Api-Key")));
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            var isGuarded = path.Name.StartsWith("/api/v1/", StringComparison.Ordinal);
            foreach (var operation in path.Value.EnumerateObject())
            {
                var asked = operation.Value.TryGetProperty("security", out var given) ? JsonSerializer.Serialize(given) : null;
                Assert.That(asked, Is.EqualTo(isGuarded ? security : null), path.Name);
                if (path.Name.StartsWith("/api/hs/", StringComparison.Ordinal))
                {
                    // The gateway's refusals are its own.
                    continue;
                }

                Assert.That(
                    operation.Value.GetProperty("responses").Keys().Where(status => status is "401" or "403" or "429"),
                    Is.EqualTo(isGuarded ? ["401", "403", "429"] : Array.Empty<string>()),
                    path.Name);
            }
        }
    }
}
