using System.Diagnostics;
using System.Globalization;

namespace HubSpotDeals.Infrastructure.Postgres.Embedded;

/// <summary>A program that ends when this process does, SIGKILL included; <c>supervise.sh</c> beside this file says how.</summary>
sealed class SupervisedProcess : IAsyncDisposable
{
    /// <summary>initdb gives up and clears away; PostgreSQL does its fast shutdown: sessions are ended, a checkpoint is written.</summary>
    const string StopSignal = "INT";

    static readonly string Supervisor = ReadSupervisor();

    readonly Process _process;
    readonly Task<string> _errors;
    readonly TimeSpan _grace;

    SupervisedProcess(Process process, TimeSpan grace)
    {
        _process = process;
        _grace = grace;
        _errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Exited = WaitAsync();
    }

    /// <summary>Completes with the program's exit code (128 and more: a signal) when it has ended.</summary>
    public Task<int> Exited { get; }

    /// <summary>Why not even the supervisor could be started; empty when it was: the rest is in the program's log.</summary>
    public string ErrorOutput => _errors.IsCompletedSuccessfully ? _errors.Result.Trim() : "";

    /// <summary>Starts the command, its output appended to the log.</summary>
    /// <param name="account">The user it runs as.</param>
    /// <param name="dataDirectory">The directory that <see cref="ServerAccount.PathOf"/> names to it.</param>
    /// <param name="log">A file that this process may write.</param>
    /// <param name="firstLine">Handed to the program's standard input.</param>
    /// <param name="grace">Given to it to end by itself; whole seconds.</param>
    /// <param name="command">Program and arguments.</param>
    public static SupervisedProcess Start(
        ServerAccount account, string dataDirectory, string log, string firstLine, TimeSpan grace, IEnumerable<string> command)
    {
        // The log and the directory are opened by us, who may, before the account is changed to one that may not. A session
        // of its own keeps a terminal's Ctrl-C from PostgreSQL until the service has stored what it holds.
        const string Open = "exec >>\"$1\" 2>&1 9<\"$2\"; shift 2; cd /; if command -v setsid >/dev/null; then set -- setsid \"$@\"; fi; exec \"$@\"";
        var start = new ProcessStartInfo("/bin/sh")
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        string[] arguments =
        [
            "-c", Open, "open", log, dataDirectory, .. account.Prefix,
            "/bin/sh", "-c", Supervisor, "supervise.sh", StopSignal, ((int)grace.TotalSeconds).ToString(CultureInfo.InvariantCulture), .. command,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // The service's environment holds secrets that are none of PostgreSQL's business, and PG* variables that would mislead it.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        start.Environment["LC_ALL"] = "C";

        var process = Process.Start(start)!;
        process.StandardInput.AutoFlush = true;
        var supervised = new SupervisedProcess(process, grace);
        supervised.Tell(firstLine);
        return supervised;
    }

    /// <summary>Sends the supervisor a line; one that has ended needs none.</summary>
    public void Tell(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
        }
        catch (IOException)
        {
            // The pipe's reader has ended: Exited tells.
        }
    }

    /// <summary>Ends the program and waits until it has ended: asked at first, made to after the grace.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await Exited.WaitAsync(_grace + TimeSpan.FromSeconds(15), TimeProvider.System);
        _process.Dispose();
    }

    async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        return _process.ExitCode;
    }

    /// <summary>The script without its comments, which would fill a process list.</summary>
    static string ReadSupervisor()
    {
        using var script = typeof(SupervisedProcess).Assembly.GetManifestResourceStream("supervise.sh")!;
        using var reader = new StreamReader(script);
        var lines = reader.ReadToEnd().Split('\n').Where(line => line.Trim() is { Length: > 0 } text && text[0] != '#');
        return string.Join('\n', lines);
    }
}
