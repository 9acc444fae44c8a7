using System.IO.Compression;
using System.Text.Json;
using HubSpotDeals.Sandbox;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Document;

/// <summary>
/// The API document's own examples, run as they stand: <c>examples/</c> has them to the letter, and only the service's address and the
/// access token are put in.
/// </summary>
[CancelAfter(180_000)]
public sealed class DocumentExampleTests
{
    const string DocumentsAddress = "http://localhost:5200";
    const string DocumentsToken = "pat-na1-11111111-2222-3333-4444-555555555555";
    const string Token = "pat-na1-d0c00000-1111-4222-8333-444455556666";

    SandboxServer _server = null!;
    TestDatabase _database = null!;
    ServiceProcess _service = null!;
    TemporaryDirectory _directory = null!;

    static CancellationToken Ct => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Start()
    {
        _server = await SandboxServer.StartAsync(
            new SandboxOptions
            {
                Portals = [new PortalOptions { Deals = 2_345, Archived = 10, Tokens = [TokenOptions.DefaultFor(PortalOptions.DefaultPortalId) with { Token = Token }] }],
            },
            Ct);
        _database = await TestDatabase.CreateAsync(Ct);
        _service = await ServiceProcess.StartAsync(_database, _server.BaseAddress, Ct);
        _directory = new TemporaryDirectory();
    }

    [TearDown]
    public async Task Stop()
    {
        _directory.Dispose();
        await _service.DisposeAsync();
        await _database.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task The_curl_examples_start_watch_read_and_download_a_scan()
    {
        const string ScanId = "hubspot-deals-q4-2024";
        var started = Json(await CurlAsync("curl-1-start.sh"));
        Assert.That(started.GetProperty("message").GetString(), Is.EqualTo("Deal extraction started successfully"));
        Assert.That(started.GetProperty("data").GetProperty("scanId").GetString(), Is.EqualTo(ScanId));

        var watched = Json(await CurlAsync("curl-2-monitor.sh"));
        Assert.That(watched.GetProperty("data").GetProperty("status").GetString(), Is.AnyOf("pending", "running", "completed"));
        var deals = await CompletedAsync(ScanId);

        var page = Json(await CurlAsync("curl-3-results.sh")).GetProperty("data");
        Assert.That(page.GetProperty("results").GetArrayLength(), Is.EqualTo(5));
        Assert.That(page.GetProperty("totalCount").GetInt64(), Is.EqualTo(deals));
        Assert.That(
            page.GetProperty("results").EnumerateArray().Select(deal => deal.GetProperty("created_at").GetString()),
            Is.All.GreaterThanOrEqualTo("2024-10-01").And.All.LessThan("2025-01-01"), "the filter held");

        await CurlAsync("curl-4-download.sh");
        AreDownloads(deals, "hubspot_deals_q4_2024.json", "hubspot_deals_q4_2024.csv", "hubspot_deals_q4_2024.xlsx");
    }

    [Test]
    public async Task The_Python_examples_start_watch_read_and_download_a_scan()
    {
        var started = await PythonAsync("python-1-start.py");
        Assert.That(started, Does.Contain("'status': 'success'").And.Contain("'scanId': 'hubspot-deals-python-001'"));
        Assert.That(await PythonAsync("python-2-monitor.py"), Does.EndWith("Status: completed - Progress: 100.0%\nExtraction finished!\n"));
        Assert.That(await PythonAsync("python-3-results.py"), Is.EqualTo("Total deals retrieved: 2345\n"));
        Assert.That(await PythonAsync("python-4-download.py"), Is.EqualTo("Downloaded deals_export.json\nDownloaded deals_export.csv\nDownloaded deals_export.xlsx\n"));
        AreDownloads(2_345, "deals_export.json", "deals_export.csv", "deals_export.xlsx");
    }

    [Test]
    public async Task The_PowerShell_examples_start_watch_and_download_a_scan()
    {
        Assert.That(await PowerShellAsync("powershell-1-start.ps1"), Does.Contain("Deal extraction started successfully"));
        await CompletedAsync("hubspot-deals-powershell-001");
        Assert.That(await PowerShellAsync("powershell-2-status.ps1"), Does.Contain("Status: completed").And.Contain("Progress: 100%"));
        await PowerShellAsync("powershell-3-download.ps1");
        IsWorkbook("deals_export.xlsx");
    }

    Task<string> CurlAsync(string example) => RunAsync("/bin/bash", example, "-e");

    Task<string> PythonAsync(string example) => RunAsync("/usr/bin/python3", example);

    Task<string> PowerShellAsync(string example) =>
        RunAsync(Directory.GetFiles(Path.Combine(Checkout.Root, "artifacts", "powershell"), "pwsh", SearchOption.AllDirectories).First(), example, "-NoProfile", "-File");

    async Task<string> RunAsync(string program, string example, params string[] options)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "Tests", "Suite", "Document", "examples", example), Ct);
        Assert.That(text, Does.Contain(DocumentsAddress));
        var file = Path.Combine(_directory.Path, example);
        await File.WriteAllTextAsync(
            file,
            text.Replace(DocumentsAddress, _service.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal).Replace(DocumentsToken, Token, StringComparison.Ordinal),
            Ct);
        return await ForeignProgram.RunAsync(program, _directory.Path, [.. options, file]);
    }

    async Task<long> CompletedAsync(string scanId)
    {
        await Eventually.BecomesAsync(async () => (await _service.StatusAsync(scanId, Ct)).Status, Is.EqualTo("completed"), scanId, Ct);
        var stored = (await _service.StatusAsync(scanId, Ct)).Processed;
        Assert.That(stored, Is.Positive);
        return stored;
    }

    void AreDownloads(long deals, string json, string csv, string excel)
    {
        Assert.That(Json(File.ReadAllText(Path.Combine(_directory.Path, json))).GetArrayLength(), Is.EqualTo(deals));
        Assert.That(File.ReadAllText(Path.Combine(_directory.Path, csv)), Does.StartWith("id,hs_object_id,dealname,amount,dealstage,pipeline,closedate,"));
        IsWorkbook(excel);
    }

    void IsWorkbook(string name)
    {
        using var zip = ZipFile.OpenRead(Path.Combine(_directory.Path, name));
        Assert.That(zip.Entries.Select(entry => entry.FullName), Does.Contain("xl/workbook.xml").And.Contain("xl/worksheets/sheet1.xml"));
    }

    static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
