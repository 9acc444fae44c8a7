using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace HubSpotDeals.Launcher;

/// <summary>A program that the launcher starts and that ends with it, should the launcher be killed too; its output is a log file.</summary>
sealed class ChildProcess : IAsyncDisposable
{
    // A service has half a minute to store what it holds; after as long as its supervisor takes to insist, nothing is left to wait for.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Insistence = TimeSpan.FromSeconds(10);
    static readonly string Supervisor = ReadSupervisor();

    readonly Process _process;

    ChildProcess(string name, string log, Process process)
    {
        Name = name;
        LogFile = log;
        _process = process;
        Exited = WaitAsync();
    }

    public string Name { get; }

    /// <summary>What it writes, from this start on; the run's before it is kept beside it.</summary>
    public string LogFile { get; }

    /// <summary>Completes with its exit code when it has ended.</summary>
    public Task<int> Exited { get; }

    /// <summary>Whether it ended without complaint: by itself, or by the SIGTERM that it was sent before it listened for one.</summary>
    public bool EndedWell => Exited is { IsCompletedSuccessfully: true, Result: 0 or 128 + 15 };

    /// <summary>Starts one of the project's programs.</summary>
    /// <param name="name">Names the program to people, and its log file.</param>
    /// <param name="assembly">The program's assembly.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Variables over those of this process.</param>
    /// <param name="logs">The directory of its log file.</param>
    /// <exception cref="LaunchException">It can't be started.</exception>
    public static ChildProcess Start(
        string name, string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string logs)
    {
        var log = Path.Combine(logs, name + ".log");

        // In a session of its own a terminal's Ctrl-C reaches only the launcher, which ends its children in order.
        const string Open = "exec >>\"$1\" 2>&1; shift; if command -v setsid >/dev/null; then set -- setsid \"$@\"; fi; exec \"$@\"";
        string[] command =
        [
            "-c", Open, "open", log, "/bin/sh", "-c", Supervisor, "supervise.sh", "TERM",
            ((int)Grace.TotalSeconds).ToString(CultureInfo.InvariantCulture), Dotnet, assembly, .. arguments,
        ];
        var start = new ProcessStartInfo("/bin/sh", command)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        try
        {
            if (File.Exists(log))
            {
                File.Move(log, Path.Combine(logs, name + ".previous.log"), overwrite: true);
            }

            var process = Process.Start(start)!;
            process.StandardInput.WriteLine();
            process.StandardInput.Flush();
            return new ChildProcess(name, log, process);
        }
        catch (Exception refused) when (refused is Win32Exception or IOException or UnauthorizedAccessException)
        {
            throw new LaunchException($"The {name} can't be started: {refused.Message}", refused);
        }
    }

    /// <summary>The last lines that it wrote.</summary>
    public IEnumerable<string> LastLines(int count) => File.Exists(LogFile) ? File.ReadLines(LogFile).TakeLast(count) : [];

    /// <summary>Sends SIGTERM and waits until the program has ended, which it is made to after half a minute.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await Exited.WaitAsync(Grace + Insistence, TimeProvider.System);
        _process.Dispose();
    }

    /// <summary>The runtime that runs this program runs the others.</summary>
    static string Dotnet =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet" ? Environment.ProcessPath! : "dotnet";

    async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        return _process.ExitCode;
    }

    /// <summary>The script without its comments, which would fill a process list.</summary>
    static string ReadSupervisor()
    {
        using var script = typeof(ChildProcess).Assembly.GetManifestResourceStream("supervise.sh")!;
        using var reader = new StreamReader(script);
        var lines = reader.ReadToEnd().Split('\n').Where(line => line.Trim() is { Length: > 0 } text && text[0] != '#');
        return string.Join('\n', lines);
    }
}
