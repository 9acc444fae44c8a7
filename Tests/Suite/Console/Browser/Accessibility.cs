using System.Text.Json;
using HubSpotDeals.Suite.Support;
using Microsoft.Playwright;

namespace HubSpotDeals.Suite.Console.Browser;

/// <summary>axe-core's rules, on a page as the browser has it.</summary>
static class Accessibility
{
    /// <summary>What the page breaks seriously or worse, with the elements.</summary>
    internal static async Task<IReadOnlyList<string>> FaultsAsync(IPage page)
    {
        var installed = await ForeignProgram.InstallNpmAsync("Tests", "Suite", "Console", "Browser", "axe");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(installed, "node_modules", "axe-core", "axe.min.js")));
        var report = await page.EvaluateAsync<JsonElement>("() => axe.run()");
        Assert.That(report.GetProperty("passes").GetArrayLength(), Is.GreaterThan(10), "axe looked");
        return
        [
            .. report.GetProperty("violations").EnumerateArray()
                .Where(violation => violation.GetProperty("impact").GetString() is "serious" or "critical")
                .Select(violation => $"{violation.GetProperty("id").GetString()}: {string.Join(' ', violation.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("html").GetString()))}"),
        ];
    }
}
