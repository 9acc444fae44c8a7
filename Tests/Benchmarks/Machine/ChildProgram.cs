using System.Diagnostics;

namespace HubSpotDeals.Benchmarks.Machine;

/// <summary>One of the project's programs as a process of its own, as it was built beside this one. Killed on dispose.</summary>
sealed class ChildProgram : IAsyncDisposable
{
    readonly Process _process;
    readonly List<string> _lines = [];
    readonly TaskCompletionSource _ended = new();
    int _isDisposed;

    ChildProgram(Process process) => _process = process;

    /// <summary>The process itself; there is no shell between.</summary>
    public int Id => _process.Id;

    /// <summary>Starts <c>HubSpotDeals.&lt;project&gt;</c>, of the same configuration as this program.</summary>
    public static ChildProgram Start(string project, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        // Built side by side: bin/<project>/<configuration>/.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var assembly = Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, $"HubSpotDeals.{project}.dll");
        var runtime = Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet" ? Environment.ProcessPath! : "dotnet";
        var start = new ProcessStartInfo(runtime, [assembly, .. arguments])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProgram(Process.Start(start)!);
        child._process.OutputDataReceived += (_, line) => child.Note(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Note(line.Data);
        child._process.EnableRaisingEvents = true;
        child._process.Exited += (_, _) => child._ended.TrySetResult();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for the first line that passes; looks at the lines so far as well.</summary>
    /// <exception cref="InvalidOperationException">The program ended instead; the message is what it wrote.</exception>
    public async Task<string> LineAsync(Predicate<string> wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lines)
            {
                if (_lines.Find(wanted) is { } line)
                {
                    return line;
                }
            }

            ThrowIfEnded();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }

    /// <exception cref="InvalidOperationException">The program has ended; the message is what it wrote.</exception>
    public void ThrowIfEnded()
    {
        if (_ended.Task.IsCompleted)
        {
            lock (_lines)
            {
                throw new InvalidOperationException($"A program has ended:\n{string.Join('\n', _lines.TakeLast(20))}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _process.Kill();
            await _ended.Task;
            _process.Dispose();
        }
    }

    void Note(string? line)
    {
        if (line is not null)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
