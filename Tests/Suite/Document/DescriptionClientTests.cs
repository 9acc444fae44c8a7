using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Document;

/// <summary><c>/swagger.json</c> as strangers take it: a linter, and a generator whose client calls every operation.</summary>
public sealed class DescriptionClientTests
{
    [Test]
    [CancelAfter(300_000)]
    public async Task The_description_passes_a_linter_and_a_client_made_of_it_calls_every_operation(CancellationToken ct)
    {
        await using var server = await SandboxServer.StartAsync(
            new SandboxOptions { Portals = [new PortalOptions { Deals = 2_000, Archived = 0 }], Latency = TimeSpan.FromMilliseconds(20) }, ct);
        await using var database = await TestDatabase.CreateAsync(ct);
        await using var service = await ServiceProcess.StartAsync(
            database, server.BaseAddress, ct, ("HubSpot:OAuth:ClientId", "an-app"), ("HubSpot:OAuth:ClientSecret", "its-secret"));
        var installed = await ForeignProgram.InstallNpmAsync("Tests", "Suite", "Document", "api-client");
        using var work = new TemporaryDirectory();
        // A directory of this run's own, with the packages beside it.
        foreach (var file in Directory.GetFiles(installed))
        {
            File.Copy(file, Path.Combine(work.Path, Path.GetFileName(file)));
        }

        Directory.CreateSymbolicLink(Path.Combine(work.Path, "node_modules"), Path.Combine(installed, "node_modules"));
        await File.WriteAllTextAsync(Path.Combine(work.Path, "swagger.json"), await service.GetAsync("swagger.json", ct), ct);

        await NodeAsync("@stoplight/spectral-cli/dist/index.js", "lint", "--fail-severity", "hint", "swagger.json");
        await NodeAsync("openapi-typescript/bin/cli.js", "swagger.json", "-o", "api.d.ts");
        await NodeAsync("typescript/bin/tsc");
        var called = await ForeignProgram.RunAsync(
            "node", work.Path, "call-everything.js", service.Address.GetLeftPart(UriPartial.Authority), TokenOptions.DefaultFor(server.Portals.Single().PortalId).Token, "12345678");

        using var description = System.Text.Json.JsonDocument.Parse(await service.GetAsync("swagger.json", ct));
        var operations = description.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));
        Assert.That(called.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo(operations));

        Task<string> NodeAsync(string program, params string[] arguments) =>
            ForeignProgram.RunAsync("node", work.Path, [Path.Combine("node_modules", program), .. arguments]);
    }
}
