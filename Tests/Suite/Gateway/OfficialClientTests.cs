using System.Text.Json;
using HubSpotDeals.Suite.Scans;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Gateway;

/// <summary>HubSpot's own client and the gateway, side by side.</summary>
sealed class OfficialClientTests
{
    static readonly string[] Shown = ["email", "firstname", "lastname", "company"];

    [Test]
    [CancelAfter(120_000)]
    public async Task They_see_the_same_contacts()
    {
        await using var api = await ScanApi.StartAsync(settings: GatewayVisitor.Settings);
        using var visitor = new GatewayVisitor(api, ScanApi.Token);
        string[] names = ["Zoë", "O'Connor", "田中", "<b>", "\"quoted\"", "emoji 🦔", "back\\slash", " blanks "];
        var contacts = Enumerable.Range(0, 230).Select(number => new
        {
            email = $"c{number}@example.com", firstname = names[number % names.Length], lastname = names[number / 3 % names.Length], company = number % 5 == 0 ? null : "Acme & Söhne",
        });
        await visitor.PostAsync("/api/hs/contacts/bulk", new { operation = "create", contacts });

        var folder = await ForeignProgram.InstallNpmAsync("Tests", "Suite", "Sandbox", "official-client");
        var argument = JsonSerializer.Serialize(new { baseUrl = api.Sandbox.BaseAddress.GetLeftPart(UriPartial.Authority), accessToken = ScanApi.Token });
        var theirs = JsonSerializer.Deserialize<string[][]>(await ForeignProgram.RunAsync("node", folder, "list-contacts.mjs", argument))!;

        List<string[]> ours = [];
        var path = "/api/hs/contacts?limit=100&properties=" + string.Join(',', Shown);
        while (path is not null)
        {
            var page = (await visitor.GetAsync(path)).Json;
            ours.AddRange(page.GetProperty("results").EnumerateArray().Select(contact => (string[])
            [
                contact.GetProperty("id").GetString()!,
                .. Shown.Select(name => contact.GetProperty("properties").TryGetProperty(name, out var value) ? value.GetString()! : ""),
            ]));
            path = page.GetProperty("hasMore").GetBoolean()
                ? $"/api/hs/contacts?limit=100&properties={string.Join(',', Shown)}&after={Uri.EscapeDataString(page.GetProperty("paging").GetProperty("next").GetProperty("after").GetString()!)}"
                : null;
        }

        Assert.That(theirs, Has.Length.EqualTo(230));
        Assert.That(ours, Is.EqualTo(theirs));
    }
}
