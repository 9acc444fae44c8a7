using System.Globalization;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using HubSpotDeals.Suite.Auth;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HubSpotDeals.Suite.Console.Browser;

/// <summary>The console as people use it, in a real browser, on the real service.</summary>
sealed class ConsoleTests
{
    const int Deals = 6_000;

    /// <summary>Slow enough for a scan to be watched: 60 pages, two at a time.</summary>
    static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(200);

    ConsoleScene _scene = null!;

    [OneTimeSetUp]
    public async Task Open() => _scene = await ConsoleScene.OpenAsync(Deals, Latency, CancellationToken.None);

    [OneTimeTearDown]
    public async Task Close() => await _scene.DisposeAsync();

    [Test]
    [CancelAfter(180_000)]
    public async Task A_scan_is_started_by_the_form_watched_to_its_end_downloaded_and_looked_at()
    {
        await using var visit = await _scene.Browser.VisitAsync(_scene.Service.Address);
        var page = visit.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Start a scan" }).First.ClickAsync();
        await _scene.ReadPortalAsync(page);
        await Expect(page.Locator("select[name=pipeline]")).ToContainTextAsync("Sales Pipeline");
        await page.GetByLabel("Find one").FillAsync("hubspot_owner_id");
        await Expect(page.Locator("#properties label:visible")).ToHaveCountAsync(1);
        await page.GetByLabel("Find one").FillAsync("");
        await page.GetByLabel("these").CheckAsync();
        await page.GetByLabel("Its name").FillAsync("watched");
        await page.GetByRole(AriaRole.Button, new() { Name = "What would it cost?" }).ClickAsync();
        await Expect(page.Locator("#forecast")).ToContainTextAsync(Deals.ToString("N0", CultureInfo.InvariantCulture));
        await visit.PictureAsync("start", wholePage: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();

        await page.WaitForURLAsync("**/scans/watched");
        // From here on the page is not touched: what it shows, it shows by itself.
        await Expect(page.Locator("#state")).ToContainTextAsync("running");
        await Expect(page.Locator("#progress")).ToContainTextAsync("of " + Deals.ToString("N0", CultureInfo.InvariantCulture));
        await Expect(page.Locator("#progress")).ToContainTextAsync(new Regex("[1-5],[0-9]00 of 6,000", RegexOptions.None, TimeSpan.FromSeconds(1)), new() { Timeout = 20_000 });
        await visit.PictureAsync("running");
        await CompletesAsync(page);
        await Expect(page.Locator("#log")).ToContainTextAsync("verified: exact");
        await Expect(page.Locator("#segments tbody tr").First).ToContainTextAsync("done");
        await visit.PictureAsync("scan");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Excel" }).ClickAsync());
        Assert.That(download.SuggestedFilename, Is.EqualTo("watched.xlsx"));
        await using (var file = File.OpenRead(await download.PathAsync()))
        using (var workbook = SpreadsheetDocument.Open(file, isEditable: false))
        {
            Assert.That(workbook.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Row>().Count(), Is.EqualTo(Deals + 1), "a head and every deal");
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "Look through the deals" }).ClickAsync();
        await page.Locator("#deals thead th:nth-child(3) a").ClickAsync();
        await page.Locator("#deals thead th:nth-child(3) a").ClickAsync();
        await Expect(page.Locator("th[aria-sort=descending]")).ToHaveTextAsync("amount");
        var amounts = (await page.Locator("#deals tbody tr td:nth-child(3)").AllInnerTextsAsync()).Select(text => decimal.Parse(text, CultureInfo.InvariantCulture)).ToList();
        Assert.That(amounts, Is.Ordered.Descending);
        await visit.PictureAsync("deals");

        await page.GotoAsync("/portals/" + _scene.Portal);
        await Expect(page.Locator("figure svg")).ToHaveCountAsync(6);
        await Expect(page.Locator("#deals-by-owner")).ToContainTextAsync("Amara Okafor");
        await page.Locator("#deals-by-stage summary").ClickAsync();
        await Expect(page.Locator("#deals-by-stage table")).ToBeVisibleAsync();
        await visit.PictureAsync("portal", wholePage: true);
        await page.GotoAsync("/");
        await Expect(page.Locator("#scans")).ToContainTextAsync("watched");
        Assert.That(visit.Complaints, Is.Empty);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_running_scan_is_paused_resumed_and_removed_and_the_list_shows_it_live()
    {
        await using var visit = await _scene.Browser.VisitAsync(_scene.Service.Address);
        await using var other = await _scene.Browser.VisitAsync(_scene.Service.Address);
        var page = visit.Page;
        await _scene.StartScanAsync(page, "steered");
        await other.Page.GotoAsync("/");
        var row = other.Page.GetByRole(AriaRole.Row).Filter(new() { Has = other.Page.GetByRole(AriaRole.Link, new() { Name = "steered", Exact = true }) });
        await Expect(row).ToContainTextAsync("running");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("paused");
        await Expect(row).ToContainTextAsync("paused", new() { Timeout = 20_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await CompletesAsync(page);
        await Expect(row).ToContainTextAsync("completed", new() { Timeout = 20_000 });
        await page.GetByText("Remove…").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, remove it" }).ClickAsync();
        await page.WaitForURLAsync(_scene.Service.Address.ToString());
        await Expect(row).ToHaveCountAsync(0);
        Assert.That(visit.Complaints.Concat(other.Complaints), Is.Empty);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Everything_can_be_done_with_the_keyboard_alone()
    {
        await using var visit = await _scene.Browser.VisitAsync(_scene.Service.Address);
        var page = visit.Page;
        await page.GotoAsync("/");
        await TabToAsync(page, "Skip to the page");
        await page.Keyboard.PressAsync("Enter");
        Assert.That(await page.EvaluateAsync<string>("document.activeElement.id"), Is.EqualTo("main"));
        await TabToAsync(page, "Start a scan");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/start");
        await TypeAsync("Portal (Hub ID)", _scene.Portal);
        await TypeAsync("Access token", _scene.Token);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByLabel("Its name")).ToBeVisibleAsync();
        await TypeAsync("Its name", "by-keys");
        await TabToAsync(page, "Start");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/scans/by-keys");
        await TabToAsync(page, "Pause");
        // The page renews itself meanwhile; the button that has the focus must keep it.
        await Expect(page.Locator("#progress")).Not.ToContainTextAsync("0 of ");
        Assert.That(await FocusedAsync(page), Is.EqualTo("Pause"));
        // The same goes for the list, whose links have no names of their own.
        await using var other = await _scene.Browser.VisitAsync(_scene.Service.Address);
        await other.Page.GotoAsync("/");
        await TabToAsync(other.Page, "by-keys");
        var row = other.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "by-keys" });
        var seen = await row.InnerTextAsync();
        await Expect(row).Not.ToHaveTextAsync(seen, new() { Timeout = 20_000, UseInnerText = true });
        Assert.That(await FocusedAsync(other.Page), Is.EqualTo("by-keys"));
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator("#state")).ToHaveTextAsync("paused");
        await TabToAsync(page, "Remove…");
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, "Yes, remove it");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(_scene.Service.Address.ToString());
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "by-keys" })).ToHaveCountAsync(0);
        Assert.That(visit.Complaints, Is.Empty);

        async Task TypeAsync(string label, string text)
        {
            await TabToAsync(page, label);
            await page.Keyboard.PressAsync("Control+A");
            await page.Keyboard.TypeAsync(text);
        }
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    [CancelAfter(180_000)]
    public async Task No_page_has_a_serious_accessibility_fault(ColorScheme scheme)
    {
        await using var visit = await _scene.Browser.VisitAsync(_scene.Service.Address, scheme);
        var page = visit.Page;
        var scanId = "accessible-" + scheme;
        await _scene.StartScanAsync(page, scanId);
        Assert.That(await Accessibility.FaultsAsync(page), Is.Empty, "a scan that runs");
        await CompletesAsync(page);
        foreach (var path in new[]
        {
            "/", "/scans/" + scanId, $"/scans/{scanId}/deals?sort=amount&order=desc", "/portals", "/portals/" + _scene.Portal,
            $"/portals/{_scene.Portal}?scan={scanId}&with={scanId}", "/jobs", "/start", "/scans/nothing",
        })
        {
            await page.GotoAsync(path);
            Assert.That(await Accessibility.FaultsAsync(page), Is.Empty, path);
            await visit.PictureAsync($"{path.Split('?')[0].Trim('/').Replace('/', '-')}-{scheme}".TrimStart('-'));
        }

        await _scene.ReadPortalAsync(page);
        Assert.That(await Accessibility.FaultsAsync(page), Is.Empty, "the whole form");
        Assert.That(visit.Complaints, Is.Empty);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_page_without_a_connection_says_so_and_goes_on_when_there_is_one()
    {
        await using var visit = await _scene.Browser.VisitAsync(_scene.Service.Address);
        var page = visit.Page;
        await _scene.StartScanAsync(page, "cut-off");
        await page.GotoAsync("/");
        await visit.SetOfflineAsync(true);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("No connection; trying again…", new() { Timeout = 20_000 });
        await visit.SetOfflineAsync(false);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("", new() { Timeout = 40_000 });
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "cut-off" })).ToContainTextAsync("completed", new() { Timeout = 60_000 });
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task The_first_page_takes_little_to_load()
    {
        await using var visit = await _scene.Browser.VisitAsync(_scene.Service.Address);
        await visit.Page.GotoAsync("/");
        var bytes = await visit.Page.EvaluateAsync<long>(
            "() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, entry) => sum + entry.transferSize, 0)");
        var loaded = await visit.Page.EvaluateAsync<double>("() => performance.getEntriesByType('navigation')[0].loadEventEnd");
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first page: {bytes} bytes, loaded after {loaded:0} ms"));
        Assert.That(bytes, Is.InRange(5_000, 200_000));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Behind_keys_the_console_is_used_after_signing_in_and_stays_live()
    {
        await using var scene = await ConsoleScene.OpenAsync(Deals, Latency, CancellationToken.None, KeyHolders.Settings);
        await using var visit = await scene.Browser.VisitAsync(scene.Service.Address);
        var page = visit.Page;
        await page.GotoAsync("/jobs");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.That(await Accessibility.FaultsAsync(page), Is.Empty);
        await page.GetByLabel("Your API key").FillAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no key of this service");
        await page.GetByLabel("Your API key").FillAsync(KeyHolders.Ours);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/jobs");
        await scene.StartScanAsync(page, "signed-in");
        await CompletesAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.That(visit.Complaints, Is.Empty);
    }

    /// <summary>The scan's page comes to say, by itself, that it has every deal.</summary>
    static async Task CompletesAsync(IPage page)
    {
        await Expect(page.Locator("#state .state")).ToHaveTextAsync("completed", new() { Timeout = 60_000 });
        await Expect(page.Locator("#state .verdict")).ToHaveTextAsync("exact");
    }

    /// <summary>Presses the tabulator until what has the focus is called so.</summary>
    static async Task TabToAsync(IPage page, string name)
    {
        for (var press = 0; press < 400; press++)
        {
            await page.Keyboard.PressAsync("Tab");
            if ((await FocusedAsync(page)).StartsWith(name, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"{name} can't be reached with the keyboard");
    }

    static Task<string> FocusedAsync(IPage page) => page.EvaluateAsync<string>(
        "() => (document.activeElement.labels?.[0] ?? document.activeElement).innerText.trim().split('\\n')[0]");
}
