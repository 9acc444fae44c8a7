using System.ComponentModel;
using System.Diagnostics;

namespace HubSpotDeals.Infrastructure.Postgres.Embedded;

/// <summary>A short-lived system program whose output is wanted.</summary>
static class ShellCommand
{
    /// <summary>Runs the program to its end and gives its standard output.</summary>
    /// <exception cref="EmbeddedPostgresException">It could not be started or failed; the message has its error output.</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(ct);
            var output = await process.StandardOutput.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0
                ? output
                : throw new EmbeddedPostgresException($"{program} failed: {(await error).Trim()}");
        }
        catch (Win32Exception missing)
        {
            throw new EmbeddedPostgresException($"{program} could not be run: {missing.Message}", missing);
        }
    }
}
