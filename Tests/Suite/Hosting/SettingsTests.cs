using System.Diagnostics;
using HubSpotDeals.Suite.Support;

namespace HubSpotDeals.Suite.Hosting;

/// <summary>The real program with a setting that can't be.</summary>
public sealed class SettingsTests
{
    [TestCase("Node__Roles", "foo", "Node__Roles")]
    [TestCase("Node__Roles", ",", "Node__Roles")]
    [TestCase("HubSpot__ApiVersion", "x", "ApiVersion")]
    [TestCase("HubSpot__RequestsPer10Seconds", "abc", "RequestsPer10Seconds")]
    [TestCase("Scans__Concurrency", "0", "Scans__Concurrency")]
    [TestCase("Scans__RetryDelays", "soon", "Scans__RetryDelays")]
    [TestCase("Scans__FilteredReads", "sometimes", "Scans:FilteredReads")]
    [TestCase("HubSpot__SearchIndexLag", "02:00:00", "HubSpot__SearchIndexLag")]
    [TestCase("Maintenance__CleanupSchedule", "daily", "Maintenance__CleanupSchedule")]
    [TestCase("Maintenance__CleanupDaysOld", "-1", "Maintenance__CleanupDaysOld")]
    [TestCase("Maintenance__CrashTimeout", "00:00:30", "Maintenance__CrashTimeout")]
    [TestCase("Auth__ApiKeys__0__Hash", "secret-word", "Auth__ApiKeys__0__Hash")]
    [TestCase("Limits__Requests", "-1", "Limits__Requests")]
    [TestCase("Limits__Window", "00:00:00", "Limits__Window")]
    [TestCase("ConnectionStrings__Postgres", "Username=me;Password=secret-word", "ConnectionStrings__Postgres")]
    public async Task A_wrong_setting_ends_the_program_with_one_line_that_names_it(string key, string value, string named)
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Checkout.Built("Api")])
        {
            UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        start.Environment["ConnectionStrings__Postgres"] = database.ConnectionString;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment[key] = value;
        using var process = Process.Start(start)!;
        try
        {
            var said = process.StandardOutput.ReadToEndAsync();
            var complaint = (await process.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60))).TrimEnd();
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.EqualTo(78), complaint);
            Assert.That(complaint.Split('\n'), Has.Length.EqualTo(1), complaint);
            Assert.That(complaint, Does.Contain(named).And.Not.Contain("secret-word"));
            Assert.That(await said, Does.Not.Contain("secret-word"));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
