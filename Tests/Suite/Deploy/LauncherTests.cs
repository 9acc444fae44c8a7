using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Deploy;

/// <summary>The first command of the README from the outside: real sandbox, real service, real PostgreSQL, and nothing left behind.</summary>
[TestFixture]
public sealed class LauncherTests
{
    const string Serving = "Ctrl-C stops everything";

    TemporaryDirectory _data = null!;

    [SetUp]
    public void MakeDirectory() => _data = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _data.Dispose();

    [Test]
    public async Task Once_extracts_the_sandbox_portal_and_leaves_nothing_running()
    {
        await using var launcher = LauncherProcess.Start(_data.Path, FreePort(), "--once", "--deals", "1234");
        Assert.That(await launcher.EndsAsync(Token), Is.Zero, launcher.Output);
        Assert.Multiple(() =>
        {
            Assert.That(launcher.Output, Does.Match(@"Demo scan demo-\d{8}-\d{6} completed: 1,234 deals"));
            Assert.That(ProcessesWritingBelow(_data.Path), Is.Empty);
        });
    }

    [TestCase("INT")]
    [TestCase("TERM")]
    [TestCase("HUP")]
    public async Task A_signal_stops_everything_cleanly_and_the_next_start_has_the_same_data(string signal)
    {
        var port = FreePort();
        string statusUrl;
        await using (var first = LauncherProcess.Start(_data.Path, port, "--deals", "300"))
        {
            statusUrl = (await first.SaysAsync("/status", Token)).Split(' ')[^1];
            await first.SaysAsync(Serving, Token);
            await first.SignalAsync(signal, Token);
            Assert.That(await first.EndsAsync(Token), Is.Zero, first.Output);
        }

        Assert.That(ProcessesWritingBelow(_data.Path), Is.Empty);

        await using var second = LauncherProcess.Start(_data.Path, port, "--no-demo");
        await second.SaysAsync(Serving, Token);
        using var http = new HttpClient();
        using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri(statusUrl), Token));
        var data = status.RootElement.GetProperty("data");
        Assert.Multiple(() =>
        {
            Assert.That(data.GetProperty("status").GetString(), Is.EqualTo("completed"));
            Assert.That(data.GetProperty("progress").GetProperty("processedDeals").GetInt64(), Is.EqualTo(300));
        });
    }

    [Test]
    public async Task A_killed_launcher_leaves_nothing_running()
    {
        await using var launcher = LauncherProcess.Start(_data.Path, FreePort(), "--no-demo");
        await launcher.SaysAsync(Serving, Token);
        Assert.That(ProcessesWritingBelow(_data.Path), Has.Count.GreaterThan(5), "sandbox, service, PostgreSQL, and their supervisors");
        await launcher.SignalAsync("KILL", Token);
        await Eventually.BecomesAsync(() => ProcessesWritingBelow(_data.Path), Is.Empty, "what the killed launcher had started", Token);
    }

    [Test]
    public async Task Two_run_side_by_side_on_different_ports()
    {
        await using var one = LauncherProcess.Start(_data.Path, FreePort(), "--deals", "10");
        await using var other = LauncherProcess.Start(_data.Path, FreePort(), "--deals", "20");
        await one.SaysAsync(Serving, Token);
        await other.SaysAsync(Serving, Token);
        Assert.Multiple(() =>
        {
            Assert.That(one.Output, Does.Contain("completed: 10 deals"));
            Assert.That(other.Output, Does.Contain("completed: 20 deals"));
        });
    }

    [TestCase("service")]
    [TestCase("sandbox")]
    public async Task A_part_that_dies_is_reported_with_its_last_lines_and_ends_the_rest(string part)
    {
        var port = FreePort();
        await using var launcher = LauncherProcess.Start(_data.Path, port, "--no-demo");
        await launcher.SaysAsync(Serving, Token);
        var log = Path.Combine(_data.Path, port.ToString(CultureInfo.InvariantCulture), part + ".log");
        foreach (var process in ProcessesWritingBelow(log).Where(id => CommandLine(id)[0].EndsWith("dotnet", StringComparison.Ordinal)))
        {
            using var victim = System.Diagnostics.Process.GetProcessById(process);
            victim.Kill();
        }

        var exitCode = await launcher.EndsAsync(Token);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(128 + 9));
            Assert.That(launcher.Output, Does.Contain($"The {part} has ended (exit code 137)").And.Contain(log));
        });
        await Eventually.BecomesAsync(() => ProcessesWritingBelow(_data.Path), Is.Empty, "what the launcher had started", Token);
    }

    [Test]
    public async Task A_port_that_is_taken_is_refused_at_once()
    {
        using var somebody = new TcpListener(IPAddress.Loopback, 0);
        somebody.Start();
        var port = ((IPEndPoint)somebody.LocalEndpoint).Port;
        await using var launcher = LauncherProcess.Start(_data.Path, port);
        Assert.That(await launcher.EndsAsync(Token), Is.EqualTo(1));
        Assert.That(launcher.Output, Does.Contain($"Port {port} can't be listened on").And.Contain("--port"));
    }

    [Test]
    public async Task Live_without_a_token_serves_and_says_how_to_start_a_scan()
    {
        await using var launcher = LauncherProcess.Start(_data.Path, FreePort(), "--live");
        await launcher.SaysAsync(Serving, Token);
        Assert.That(launcher.Output, Does.Contain("HUBSPOT_API_KEY").And.Contain("/api/v1/scan/start").And.Not.Contain("sandbox"));
    }

    [TestCase("--once", "--live", 1, "HUBSPOT_API_KEY")]
    [TestCase("--once", "--no-demo", 2, "--once waits for the demo scan")]
    [TestCase("--deals", "many", 2, "--deals must be a number")]
    [TestCase("--port", "0", 2, "--port must be a number from 1 to 65535")]
    [TestCase("--data", "", 2, "--data needs a value")]
    [TestCase("--quickly", "", 2, "Unknown option: --quickly")]
    public async Task What_can_not_be_done_is_said(string option, string another, int exitCode, string said)
    {
        await using var launcher = LauncherProcess.Start(_data.Path, FreePort(), option, another);
        Assert.That(await launcher.EndsAsync(Token), Is.EqualTo(exitCode), launcher.Output);
        Assert.That(launcher.Output, Does.Contain(said));
    }

    static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    /// <summary>Processes whose standard output is the file, or one below the directory: the launcher gives each of its children such a log.</summary>
    static List<int> ProcessesWritingBelow(string path) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Where(id => OutputOf(id)?.StartsWith(path, StringComparison.Ordinal) == true)];

    static string? OutputOf(int processId)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/fd/1")).LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string[] CommandLine(int processId) =>
        File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/cmdline")).Split('\0');

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
