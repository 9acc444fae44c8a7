using System.Diagnostics;
using HubSpotDeals.Infrastructure.Postgres.Embedded;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Faults;

/// <summary>Room for a few megabytes, for a tablespace that is to be full soon; and for more, when it is told so.</summary>
/// <remarks>
/// A file system of its own where this user may mount one. Where not, a limit to the size of the server's files: above that of a piece of
/// its log, below that of the table.
/// </remarks>
sealed class SmallDisk : IAsyncDisposable
{
    const long LargestFile = 17 << 20;

    static readonly bool MayMount = Environment.IsPrivilegedProcess;

    readonly TemporaryDirectory _directory = new();
    readonly int _server;

    SmallDisk(int server) => _server = server;

    /// <summary>Where it is.</summary>
    public string Path => _directory.Path;

    /// <summary>What PostgreSQL says when it is full.</summary>
    public static string Reason => MayMount ? "No space left" : "File too large";

    /// <summary>Makes it, so that the server may write there.</summary>
    public static async Task<SmallDisk> OpenAsync(EmbeddedPostgres server, CancellationToken ct)
    {
        var disk = new SmallDisk(server.ProcessId!.Value);
        if (MayMount)
        {
            var status = await File.ReadAllLinesAsync($"/proc/{disk._server}/status", ct);
            var user = status.Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1];
            await RunAsync(ct, "mount", "-t", "tmpfs", "-o", $"size=4m,mode=700,uid={user}", "hubspotdeals-test", disk.Path);
        }
        else
        {
            // The soft limit alone, which its user may raise again.
            await RunAsync(ct, "prlimit", "--pid", $"{disk._server}", $"--fsize={LargestFile}:");
        }

        return disk;
    }

    /// <summary>Makes room.</summary>
    public async Task GrowAsync(CancellationToken ct)
    {
        if (MayMount)
        {
            await RunAsync(ct, "mount", "-o", "remount,size=512m", Path);
            return;
        }

        var children = await File.ReadAllTextAsync($"/proc/{_server}/task/{_server}/children", ct);
        foreach (var process in children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, System.Globalization.CultureInfo.InvariantCulture)).Prepend(_server))
        {
            // Children come and go; one that is gone writes no files.
            await RunAsync(ct, "/bin/sh", "-c", $"prlimit --pid {process} --fsize=unlimited: || ! kill -0 {process}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (MayMount)
        {
            // The server still runs on it: what is below is out of everybody's sight at once, and goes with the last file that is open.
            await RunAsync(CancellationToken.None, "umount", "--lazy", Path);
        }

        _directory.Dispose();
    }

    static async Task RunAsync(CancellationToken ct, params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        Assert.That(process.ExitCode, Is.Zero, $"{string.Join(' ', command)}: {error}");
    }
}
