using System.Diagnostics;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Deploy;

/// <summary>
/// The scripts in a checkout of their own with a stand-in for <c>dotnet</c>, which writes down what it is asked for: what a
/// real build and run say about the scripts is too slow to ask more than once.
/// </summary>
[TestFixture]
public sealed class ScriptTests
{
    const string StandIn = """
        #!/usr/bin/env bash
        printf '%s\n' "$*" >>"$STAND_IN_ORDERS"
        case $1 in
          build)
            [[ -z $STAND_IN_BUILD_FAILS ]] || exit 1
            ;;
          restore)
            exit "$STAND_IN_HANGFIRE"
            ;;
          test)
            for word; do case $word in trx*) report=${word#*LogFileName=} ;; esac; done
            if [[ -n $STAND_IN_COUNTERS ]]; then
              mkdir -p artifacts/TestResults
              printf '<TestRun>\n  <ResultSummary outcome="X">\n    <Counters %s />\n' "$STAND_IN_COUNTERS" >"artifacts/TestResults/$report"
            fi
            echo "whatever the runner says last"
            exit "$STAND_IN_STATUS"
            ;;
        esac
        """;

    TemporaryDirectory _home = null!;

    [SetUp]
    public async Task MakeCheckout()
    {
        _home = new TemporaryDirectory();
        await RunAsync("cp", "-R", Path.Combine(Checkout.Root, "deploy"), Path.Combine(Checkout.Root, ".ci"), _home.Path);
        await MakeProgramAsync("dotnet", StandIn);
        foreach (var present in new[] { "node", "npm", "chromium" })
        {
            await MakeProgramAsync(present, "#!/bin/sh");
        }
    }

    [TearDown]
    public void RemoveCheckout() => _home.Dispose();

    [TestCase("""total="7" executed="7" passed="7" failed="0" """, 0, "7 passed, 0 failed", 0)]
    [TestCase("""total="7" executed="7" passed="5" failed="2" """, 1, "5 passed, 2 failed", 1, TestName = "failures")]
    [TestCase("""total="9" executed="7" passed="7" failed="0" notExecuted="2" """, 0, "7 passed, 0 failed", 0, TestName = "tests left out")]
    [TestCase("""total="7" executed="7" passed="7" failed="0" """, 1, "7 passed, 1 failed", 1, TestName = "a crash after seven tests")]
    [TestCase("", 134, "0 passed, 1 failed", 1, TestName = "a crash without a report")]
    [TestCase("""total="0" executed="0" passed="0" failed="0" """, 0, "0 passed, 0 failed", 1, TestName = "no test at all")]
    public async Task The_last_line_counts_the_tests_and_only_a_whole_run_is_a_success(string counters, int status, string lastLine, int exitCode)
    {
        var run = await RunScriptAsync("deploy/test.sh", [], counters, status);
        Assert.Multiple(() =>
        {
            Assert.That(run.Output.TrimEnd('\n').Split('\n')[^1], Is.EqualTo(lastLine));
            Assert.That(run.ExitCode, Is.EqualTo(exitCode), run.Output);
        });
    }

    [Test]
    public async Task A_build_that_fails_is_no_success_either()
    {
        var run = await RunScriptAsync("deploy/test.sh", [], buildFails: true);
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Does.EndWith("The build failed.\n0 passed, 0 failed\n"));
            Assert.That(run.ExitCode, Is.EqualTo(1));
        });
    }

    [TestCase("A_deal", "FullyQualifiedName~A_deal")]
    [TestCase("starts(\"x\")&y", "FullyQualifiedName~starts\\(\"x\"\\)\\&y")]
    [TestCase("TestCategory=Slow|Name~x", "TestCategory=Slow|Name~x")]
    public async Task A_filter_is_part_of_a_name_or_an_expression(string filter, string asked)
    {
        await RunScriptAsync("deploy/test.sh", ["--filter", filter]);
        Assert.That(Orders().Single(order => order.StartsWith("test ", StringComparison.Ordinal)), Does.EndWith("--filter " + asked));
    }

    [Test]
    public async Task Continuous_integration_runs_all_tests_after_a_release_build_of_everything()
    {
        var run = await RunScriptAsync(".ci/run", []);
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.Multiple(() =>
        {
            Assert.That(Orders(), Has.Some.StartsWith("build HubSpotDeals.sln -c Release"));
            Assert.That(Orders()[^2], Does.StartWith("test ").And.Contain("/Quartz/bin/Suite/release/HubSpotDeals.Suite.dll").And.Not.Contain("--filter"));
            Assert.That(Orders()[^1], Does.StartWith("restore ").And.Contain("-p:JobEngine=Hangfire"));
            Assert.That(run.Output, Does.EndWith("Hangfire's packages can't be restored here: its build is left out.\n1 passed, 0 failed\n"));
        });
    }

    [Test]
    public async Task Where_the_other_job_engine_can_be_had_its_tests_run_too_and_are_counted()
    {
        var run = await RunScriptAsync("deploy/test.sh", [], """executed="3" passed="2" """, status: 1, hangfire: true);
        Assert.Multiple(() =>
        {
            Assert.That(Orders()[^2], Does.StartWith("build HubSpotDeals.sln -c Release"));
            Assert.That(Orders()[^1], Does.Contain("/Hangfire/bin/Suite/release/HubSpotDeals.Suite.dll").And.EndWith("--filter TestCategory=Engine&TestCategory!=Campaign"));
            Assert.That(run.Output, Does.EndWith("\n4 passed, 2 failed\n"));
            Assert.That(run.ExitCode, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task The_first_command_builds_the_launcher_and_passes_its_options_on()
    {
        var run = await RunScriptAsync("deploy/run.sh", ["--once", "--deals", "5"]);
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.Multiple(() =>
        {
            Assert.That(Orders(), Has.Some.StartsWith("build deploy/Launcher -c Release"));
            Assert.That(Orders()[^1], Does.EndWith($"/Launcher/release/HubSpotDeals.Launcher.dll --data {_home.Path}/.data --once --deals 5"));
        });
    }

    [Test]
    public async Task A_home_that_can_not_be_written_is_replaced_by_one_in_the_checkout()
    {
        await MakeProgramAsync("dotnet", StandIn + "\nprintf 'home %s\\n' \"$HOME\" >>\"$STAND_IN_ORDERS\"\n");
        await RunScriptAsync("deploy/run.sh", [], home: "/nonexistent");
        Assert.That(Orders(), Has.Some.EqualTo($"home {_home.Path}/.dotnet/home"));
    }

    [Test]
    public async Task Where_nothing_can_be_installed_the_one_command_is_named()
    {
        // No SDK, no apt, and no way to the internet.
        foreach (var failing in new[] { "dotnet", "curl", "wget" })
        {
            await MakeProgramAsync(failing, "#!/bin/sh\nexit 1");
        }

        foreach (var needed in new[] { "bash", "env", "sh", "dirname", "readlink", "id", "mkdir", "stat", "find", "grep" })
        {
            await RunAsync("ln", "-s", (await RunAsync("/bin/sh", "-c", $"command -v {needed}")).Trim(), Path.Combine(Programs, needed));
        }

        var run = await RunScriptAsync("deploy/run.sh", [], path: Programs);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Output, Does.Match(@"(?m)^  curl -fsSL https://dot\.net/v1/dotnet-install\.sh \| bash -s -- --channel 10\.0 --install-dir \S+$"));
        });
    }

    [Test]
    public async Task An_unknown_option_of_the_test_command_is_refused()
    {
        var run = await RunScriptAsync("deploy/test.sh", ["--fliter", "x"]);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("Unknown option: --fliter").And.Contain("Usage"));
    }

    [TestCase("bash", "-n", "deploy/run.sh", "deploy/test.sh", ".ci/run", "deploy/lib/install.sh")]
    [TestCase("sh", "-n", "Infrastructure/Postgres/Embedded/supervise.sh")]
    [TestCase("shellcheck", "-x", "deploy/run.sh", "deploy/test.sh", ".ci/run", "deploy/lib/install.sh", "Infrastructure/Postgres/Embedded/supervise.sh")]
    public async Task Scripts_are_clean(string checker, string option, params string[] scripts)
    {
        // shellcheck where the machine has it; the shells' own reading everywhere
        var command = $"cd \"$0\" && checker=$1 && shift && if command -v $checker >/dev/null; then for s; do $checker {option} \"$s\" 2>&1 || exit; done; fi";
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command, Checkout.Root, checker, .. scripts])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.That(process.ExitCode, Is.Zero, output);
    }

    static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    string Programs => Path.Combine(_home.Path, "stand-ins");

    string[] Orders() => File.ReadAllLines(Path.Combine(_home.Path, "orders"));

    async Task MakeProgramAsync(string name, string script)
    {
        Directory.CreateDirectory(Programs);
        var program = Path.Combine(Programs, name);
        await File.WriteAllTextAsync(program, script, Token);
        await RunAsync("chmod", "+x", program);
    }

    /// <summary>Runs a script of the copied checkout from another directory; both its outputs together.</summary>
    async Task<(int ExitCode, string Output)> RunScriptAsync(
        string script, string[] arguments, string counters = """executed="1" passed="1" """, int status = 0, string? home = null, string? path = null,
        bool buildFails = false, bool hangfire = false)
    {
        // The shell joins the outputs in the order in which they were written.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>&1", Path.Combine(_home.Path, script), .. arguments])
        {
            UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = "/",
        };
        start.Environment["PATH"] = path ?? Programs + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = home ?? _home.Path;
        start.Environment["STAND_IN_ORDERS"] = Path.Combine(_home.Path, "orders");
        start.Environment["STAND_IN_COUNTERS"] = counters;
        start.Environment["STAND_IN_STATUS"] = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["STAND_IN_HANGFIRE"] = hangfire ? "0" : "1";
        // The suite may itself be the other engine's.
        start.Environment.Remove("JobEngine");
        start.Environment["STAND_IN_BUILD_FAILS"] = buildFails ? "yes" : "";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, output);
    }

    static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} failed with {process.ExitCode}");
    }
}
