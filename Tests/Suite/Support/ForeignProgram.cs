using System.Diagnostics;
using System.Security.Cryptography;

namespace HubSpotDeals.Suite.Support;

/// <summary>A program that is not ours, run to its end.</summary>
static class ForeignProgram
{
    /// <summary>What it printed.</summary>
    /// <exception cref="AssertionException">It failed; the message is what it said.</exception>
    internal static async Task<string> RunAsync(string program, string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}: {await errors}{await output}");
        return await output;
    }

    /// <summary>Installs a folder's npm packages, as its lock file names them, below <c>artifacts</c>; kept until the lock file changes.</summary>
    /// <param name="folder">The folder in the checkout.</param>
    /// <returns>The installed folder, with the folder's own files in it.</returns>
    internal static async Task<string> InstallNpmAsync(params string[] folder)
    {
        var source = Path.Combine([Checkout.Root, .. folder]);
        var version = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"))))[..12];
        var kept = Path.Combine(Checkout.Root, "artifacts", $"{folder[^1]}-{version}");
        if (!Directory.Exists(kept))
        {
            var fresh = $"{kept}-{Environment.ProcessId}";
            CopyFiles(source, fresh);
            await RunAsync("npm", fresh, "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            try
            {
                Directory.Move(fresh, kept);
            }
            catch (IOException) when (Directory.Exists(kept))
            {
                // another run of these tests was quicker
                Directory.Delete(fresh, recursive: true);
            }
        }

        CopyFiles(source, kept);
        return kept;
    }

    static void CopyFiles(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(source))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }
    }
}
