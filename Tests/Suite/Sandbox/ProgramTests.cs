using System.Diagnostics;
using System.Text.RegularExpressions;

namespace HubSpotDeals.Suite.Sandbox;

/// <summary>The sandbox as a program of its own.</summary>
sealed partial class ProgramTests
{
    [TestCase("TERM")]
    [TestCase("INT")]
    public async Task It_says_when_it_is_ready_serves_and_ends_at_a_signal_with_0(string signal)
    {
        using var sandbox = Start("--deals", "100", "--archived", "3", "--portal", "77", "--token", "my-token");
        var ready = ReadyLine().Match(await sandbox.StandardOutput.ReadLineAsync() ?? "");
        using var http = new HttpClient { BaseAddress = new Uri(ready.Groups["address"].Value) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "my-token");
        var details = await http.GetStringAsync("/account-info/2026-09/details");
        using var hang = await http.PostAsync("/_sandbox/faults", new StringContent("""{"kind":"Hang"}"""));
        var hanging = http.GetAsync("/crm/v3/objects/deals");
        while (!(await http.GetStringAsync("/_sandbox/faults")).Contains("\"struck\":1", StringComparison.Ordinal))
        {
            await Task.Yield();
        }

        await SignalAsync(sandbox.Id, signal);
        await sandbox.WaitForExitAsync();
        Assert.Multiple(() =>
        {
            Assert.That(details, Does.StartWith("{\"portalId\":77,"));
            Assert.That(sandbox.ExitCode, Is.Zero);
            Assert.That(async () => await hanging, Throws.InstanceOf<HttpRequestException>(), "a call in flight holds nothing up");
            Assert.That(sandbox.StandardOutput.ReadToEnd(), Is.Empty);
            Assert.That(sandbox.StandardError.ReadToEnd(), Is.Empty);
        });
    }

    [Test]
    public async Task It_starts_with_contacts_and_tickets_and_lets_an_app_of_its_arguments_in()
    {
        using var sandbox = Start("--deals", "20", "--contacts", "12", "--tickets", "3", "--portal", "77", "--app", "mine:secret", "--consent", "grant");
        var ready = ReadyLine().Match(await sandbox.StandardOutput.ReadLineAsync() ?? "");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(ready.Groups["address"].Value) };
        var portals = await http.GetStringAsync("/_sandbox/portals");
        using var consent = await http.GetAsync("/oauth/authorize?client_id=mine&redirect_uri=http://localhost/cb&scope=oauth");
        await SignalAsync(sandbox.Id, "TERM");
        await sandbox.WaitForExitAsync();
        Assert.That(portals, Does.Contain("\"contacts\":12,\"tickets\":3"));
        Assert.That(consent.Headers.Location?.OriginalString, Does.StartWith("http://localhost/cb?code="));
    }

    [Test]
    public async Task It_lists_its_arguments_and_controls()
    {
        using var sandbox = Start("--help");
        var help = await sandbox.StandardOutput.ReadToEndAsync();
        await sandbox.WaitForExitAsync();
        Assert.That(sandbox.ExitCode, Is.Zero);
        Assert.That(help, Does.Contain("--opportunities FILE").And.Contain("POST   /_sandbox/faults"));
    }

    [TestCase("--deals", "many", "--deals: 'many' is not a whole number")]
    [TestCase("--contacts", "-1", "--contacts: '-1' is not a whole number")]
    [TestCase("--app", "client-id", "--app: a client id and its secret are needed")]
    [TestCase("--consent", "perhaps", "--consent: 'perhaps' is neither ask, grant nor deny.")]
    [TestCase("--deal", "1", "--deal: unknown argument")]
    [TestCase("--opportunities", "/no/such/file.csv", "/no/such/file.csv")]
    public async Task It_refuses_what_it_cant_do_with_one_line_and_78(string name, string value, string complaint)
    {
        using var sandbox = Start(name, value);
        var errors = await sandbox.StandardError.ReadToEndAsync();
        await sandbox.WaitForExitAsync();
        Assert.That((sandbox.ExitCode, errors.Trim().Split('\n').Length), Is.EqualTo((78, 1)));
        Assert.That(errors, Does.StartWith("sandbox: ").And.Contain(complaint));
    }

    static Process Start(params string[] arguments)
    {
        var assembly = typeof(HubSpotDeals.Sandbox.SandboxServer).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("The sandbox did not start.");
    }

    static async Task SignalAsync(int processId, string signal)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {processId}"]);
        await kill.WaitForExitAsync();
    }

    [GeneratedRegex(@"^sandbox ready (?<address>http://127\.0\.0\.1:\d+) portal 77$", RegexOptions.NonBacktracking)]
    private static partial Regex ReadyLine();
}
