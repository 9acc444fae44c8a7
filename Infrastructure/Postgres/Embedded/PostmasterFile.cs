using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace HubSpotDeals.Infrastructure.Postgres.Embedded;

/// <summary>What a running server says of itself in <c>postmaster.pid</c>.</summary>
/// <param name="ProcessId">The postmaster's process.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="IsReady">Whether it takes connections; false while it starts, recovers or stops.</param>
/// <remarks>Lines of the file: <see href="https://www.postgresql.org/docs/current/storage-file-layout.html"/> and miscadmin.h.</remarks>
sealed record PostmasterFile(int ProcessId, int Port, bool IsReady)
{
    /// <summary>Above the largest process number that Linux hands out (2^22), so nobody's.</summary>
    const int NobodysProcessId = int.MaxValue;

    /// <summary>Process number, directory as the server was given it, start time.</summary>
    const int LinesOfIdentity = 3;

    /// <summary>The server that runs on the data directory; null when none does, whatever a killed one left behind.</summary>
    public static PostmasterFile? OfRunningServer(string dataDirectory) =>
        Read(dataDirectory) is { } file && IsServerOf(file.ProcessId, dataDirectory) ? file : null;

    /// <summary>
    /// Lets a start pass a file whose server is gone while its process number has been given to somebody else, as happens
    /// whenever a container starts again: PostgreSQL would take that process for a server and refuse.
    /// </summary>
    /// <remarks>The file itself stays: PostgreSQL reads from it whether sessions of a killed server still hold its memory.</remarks>
    public static void Disown(string dataDirectory)
    {
        var path = PathIn(dataDirectory);
        if (Read(dataDirectory) is { ProcessId: not NobodysProcessId } && OfRunningServer(dataDirectory) is null)
        {
            var lines = File.ReadAllLines(path);
            lines[0] = NobodysProcessId.ToString(CultureInfo.InvariantCulture);
            File.WriteAllLines(path, lines);
        }
    }

    static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "postmaster.pid");

    static PostmasterFile? Read(string dataDirectory)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PathIn(dataDirectory));
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        // PostgreSQL adds the lines as it comes to know them.
        if (lines.Length == 0 || !int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var processId))
        {
            return null;
        }

        var port = lines.Length > 3 ? int.Parse(lines[3], CultureInfo.InvariantCulture) : 0;
        return new PostmasterFile(processId, port, lines.Length > 7 && lines[7].Trim() is "ready");
    }

    static bool IsServerOf(int processId, string dataDirectory)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            if (process.HasExited || process.ProcessName is not "postgres")
            {
                return false;
            }
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }

        return IsHomeOf(processId, dataDirectory);
    }

    /// <summary>Another cluster's server may have been given the number: where we may look, the process's own directory tells.</summary>
    static bool IsHomeOf(int processId, string dataDirectory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        try
        {
            var there = File.ReadLines(PathIn(FormattableString.Invariant($"/proc/{processId}/cwd"))).Take(LinesOfIdentity);
            return there.SequenceEqual(File.ReadLines(PathIn(dataDirectory)).Take(LinesOfIdentity), StringComparer.Ordinal);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            // an ended process that nobody has waited for has no directory any more
            return false;
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            // root without the capability to look into others' processes, as in a container
            return true;
        }
    }
}
