using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace HubSpotDeals.Api.Health;

/// <summary>A part of the service as it was found.</summary>
/// <param name="Text">The word for it, and why where it is not <c>healthy</c>.</param>
/// <param name="IsFit">Whether the service can work with it so.</param>
/// <param name="Detail">What was measured: a time where it is fit, an error where it is not.</param>
readonly record struct CheckedPart(string Text, bool IsFit, string? Detail = null);

/// <summary>Looks at what the service needs, never for longer than <see cref="Limit"/>.</summary>
sealed class HealthChecks(NpgsqlDataSource database, HealthCheckService registered, TimeProvider clock)
{
    /// <summary>The name under which the job engine registers its health check with the framework.</summary>
    internal const string JobsCheck = "jobs";

    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Whether PostgreSQL answers a question that needs nothing but PostgreSQL.</summary>
    internal async Task<CheckedPart> CheckDatabaseAsync(CancellationToken cancellationToken)
    {
        var begin = clock.GetTimestamp();
        try
        {
            await WithinLimitAsync(AskAsync, cancellationToken);
            var took = string.Create(CultureInfo.InvariantCulture, $"{clock.GetElapsedTime(begin).TotalMilliseconds:0}ms");
            return new CheckedPart(HealthReport.Healthy, IsFit: true, took);
        }
        catch (TimeoutException)
        {
            return new CheckedPart(
                "unhealthy: connection timeout", IsFit: false, $"Connection timeout after {Limit.TotalSeconds:0} seconds");
        }
        catch (NpgsqlException away)
        {
            return new CheckedPart("unhealthy: connection failed", IsFit: false, away.Message);
        }

        async Task<bool> AskAsync(CancellationToken limit)
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(limit);
            return true;
        }
    }

    /// <summary>Whether the job engine takes work, as it says itself; a process without one has nothing to complain of.</summary>
    internal async Task<CheckedPart> CheckJobsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var report = await WithinLimitAsync(
                limit => registered.CheckHealthAsync(check => check.Name == JobsCheck, limit), cancellationToken);
            var jobs = report.Entries.GetValueOrDefault(JobsCheck);
            return report.Status switch
            {
                HealthStatus.Healthy => new CheckedPart(HealthReport.Healthy, IsFit: true),
                HealthStatus.Degraded => new CheckedPart("degraded: " + (jobs.Description ?? "slow"), IsFit: true),
                HealthStatus.Unhealthy => new CheckedPart("unhealthy: " + (jobs.Description ?? "does not take work"), IsFit: false),
                _ => throw new UnreachableException(),
            };
        }
        catch (TimeoutException)
        {
            return new CheckedPart("unhealthy: timeout", IsFit: false);
        }
    }

    /// <summary>The disk under the service's working directory, where the embedded database is too; null: it can't be asked.</summary>
    internal static DiskSpace? LookAtDisk()
    {
        try
        {
            return DiskSpace.Of(Environment.CurrentDirectory);
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <exception cref="TimeoutException">It took longer than <see cref="Limit"/>, or PostgreSQL's own limits cut it short.</exception>
    async Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> look, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // Waited for from outside as well: a connection attempt to a silent host may not notice that it is cancelled.
            return await look(both.Token).WaitAsync(both.Token);
        }
        catch (Exception late) when (!cancellationToken.IsCancellationRequested
            && (limit.IsCancellationRequested || late is NpgsqlException { InnerException: TimeoutException }))
        {
            throw new TimeoutException("It took too long.", late);
        }
    }
}
