using HubSpotDeals.Suite.Support;
using Microsoft.Playwright;

namespace HubSpotDeals.Suite.Console.Browser;

/// <summary>Debian's Chromium, driven by Playwright. It has no network but this machine's own, and no profile but a fresh one.</summary>
sealed class Chromium : IAsyncDisposable
{
    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    readonly IPlaywright _playwright;
    readonly IBrowser _browser;

    Chromium(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    internal static async Task<Chromium> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Find(),
            // No sandbox: in a container there is nothing to make one of, and the pages are the service's own.
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-dev-shm-usage",
            ],
        });
        return new Chromium(playwright, browser);
    }

    /// <summary>A visit, with cookies of its own.</summary>
    internal async Task<Visit> VisitAsync(Uri service, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = service.ToString(),
            ViewportSize = new ViewportSize { Width = 1280, Height = 860 },
            ColorScheme = scheme,
            AcceptDownloads = true,
        });
        return new Visit(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    static string Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(directory => Names.Select(name => Path.Combine(directory, name)))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("There is no Chromium on the PATH; deploy/test.sh installs it.");
}

/// <summary>A visit to the console, in which nothing may go wrong unseen.</summary>
sealed class Visit : IAsyncDisposable
{
    readonly IBrowserContext _context;
    readonly List<string> _complaints = [];

    internal Visit(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _complaints.Add(error);
        page.Response += (_, response) =>
        {
            if (response.Status >= 500)
            {
                _complaints.Add($"{response.Status} {response.Url}");
            }
        };
        page.Dialog += (_, dialog) => _complaints.Add("a dialog: " + dialog.Message);
        // What the content security policy holds back is told here, and what the page's script did not catch.
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _complaints.Add(message.Text);
            }
        };
    }

    internal IPage Page { get; }

    /// <summary>What the browser complained of.</summary>
    internal IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Keeps a picture of the page with the results of the tests.</summary>
    internal async Task PictureAsync(string name, bool wholePage = false)
    {
        var path = Path.Combine(Checkout.Root, "artifacts", "TestResults", "console", name + ".png");
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = path, FullPage = wholePage });
        TestContext.AddTestAttachment(path);
    }

    /// <summary>Without network, or with it again.</summary>
    internal Task SetOfflineAsync(bool offline) => _context.SetOfflineAsync(offline);

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
