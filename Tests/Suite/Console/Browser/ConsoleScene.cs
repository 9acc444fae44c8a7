using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;
using Microsoft.Playwright;

namespace HubSpotDeals.Suite.Console.Browser;

/// <summary>The built service as a process, HubSpot's stand-in behind it, and a browser before it.</summary>
sealed class ConsoleScene : IAsyncDisposable
{
    readonly SandboxServer _hubSpot;
    readonly TestDatabase _database;

    ConsoleScene(SandboxServer hubSpot, TestDatabase database, ServiceProcess service, Chromium browser)
    {
        _hubSpot = hubSpot;
        _database = database;
        Service = service;
        Browser = browser;
    }

    internal ServiceProcess Service { get; }

    internal Chromium Browser { get; }

    internal string Portal => _hubSpot.Portals.Single().PortalId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal string Token => TokenOptions.DefaultFor(_hubSpot.Portals.Single().PortalId).Token;

    internal static async Task<ConsoleScene> OpenAsync(int deals, TimeSpan latency, CancellationToken ct, params (string Key, string Value)[] settings)
    {
        var hubSpot = await SandboxServer.StartAsync(
            new SandboxOptions { Portals = [new PortalOptions { Deals = deals, Archived = 0 }], Latency = latency }, ct);
        var database = await TestDatabase.CreateAsync(ct);
        return new ConsoleScene(hubSpot, database, await ServiceProcess.StartAsync(database, hubSpot.BaseAddress, ct, settings), await Chromium.StartAsync());
    }

    /// <summary>Fills in the first part of the form: whose deals.</summary>
    internal async Task ReadPortalAsync(IPage page)
    {
        await page.GotoAsync("/start");
        await page.GetByLabel("Portal (Hub ID)").FillAsync(Portal);
        await page.GetByLabel("Access token").FillAsync(Token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Read the portal" }).ClickAsync();
    }

    /// <summary>Starts a scan of the usual properties by the form; leaves its page open.</summary>
    internal async Task StartScanAsync(IPage page, string scanId)
    {
        await ReadPortalAsync(page);
        await page.GetByLabel("these").CheckAsync();
        await page.GetByLabel("Its name").FillAsync(scanId);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/scans/" + scanId);
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Service.DisposeAsync();
        await _database.DisposeAsync();
        await _hubSpot.DisposeAsync();
    }
}
