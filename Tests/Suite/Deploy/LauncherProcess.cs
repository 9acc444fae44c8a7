using System.Diagnostics;
using System.Globalization;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Deploy;

/// <summary>The built launcher as <c>deploy/run.sh</c> starts it, with its standard output read line by line.</summary>
sealed class LauncherProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly List<string> _lines = [];

    LauncherProcess(Process process) => _process = process;

    /// <summary>What it has said so far.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts it; no variable of this process configures a HubSpot or a database for it.</summary>
    public static LauncherProcess Start(string data, int port, params string[] options)
    {
        string[] arguments =
        [
            Checkout.Built("Launcher"), "--data", data, "--port", port.ToString(CultureInfo.InvariantCulture), .. options,
        ];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var variable in start.Environment.Keys.Where(IsConfiguration).ToList())
        {
            start.Environment.Remove(variable);
        }

        return new LauncherProcess(Process.Start(start)!);
    }

    /// <summary>Reads until a line contains the text.</summary>
    public async Task<string> SaysAsync(string text, CancellationToken ct)
    {
        while (await _process.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            _lines.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The launcher ended without saying '{text}':\n{Output}\n{await _process.StandardError.ReadToEndAsync(ct)}");
    }

    /// <summary>Sends a signal by its name.</summary>
    public async Task SignalAsync(string signal, CancellationToken ct)
    {
        // the shell's own: a small Debian has no program of this name
        using var kill = Process.Start("/bin/sh", ["-c", "kill -s \"$1\" \"$2\"", "kill", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(ct);
    }

    /// <summary>Reads what it still says, and gives its exit code.</summary>
    public async Task<int> EndsAsync(CancellationToken ct)
    {
        var errors = _process.StandardError.ReadToEndAsync(ct);
        _lines.AddRange((await _process.StandardOutput.ReadToEndAsync(ct)).Split('\n'));
        _lines.AddRange((await errors).Split('\n'));
        await _process.WaitForExitAsync(ct);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await SignalAsync("TERM", CancellationToken.None);
            await EndsAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    static bool IsConfiguration(string variable) =>
        variable.StartsWith("HubSpot", StringComparison.OrdinalIgnoreCase) || variable.StartsWith("ConnectionStrings__", StringComparison.Ordinal)
        || variable.StartsWith("Postgres__", StringComparison.Ordinal);
}
