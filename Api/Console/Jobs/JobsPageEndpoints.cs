using HubSpotDeals.Api.Auth;
using HubSpotDeals.Api.Console.Frame;
using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;
using HubSpotDeals.Jobs.Engines;
using HubSpotDeals.Jobs.Nodes;
using Npgsql;

namespace HubSpotDeals.Api.Console.Jobs;

/// <summary>What the job engine knows, and who works for it.</summary>
/// <param name="Jobs">By their states, in the order in which these are shown.</param>
/// <param name="Scans">The names of the scans that the jobs are of, by their UUIDs.</param>
/// <param name="Recurring">What comes again.</param>
/// <param name="Nodes">The processes that share the database.</param>
/// <param name="IsOperator">The visitor may touch every portal, and so may run what touches all.</param>
/// <param name="HasDashboard">The engine has a dashboard of its own.</param>
public sealed record JobsModel(
    IReadOnlyList<(JobState State, IReadOnlyList<JobEntry> Jobs)> Jobs, IReadOnlyDictionary<Guid, string> Scans,
    IReadOnlyList<RecurringEntry> Recurring, IReadOnlyList<NodeEntry> Nodes, bool IsOperator, bool HasDashboard);

/// <summary>What the job engine knows: <c>/jobs</c>, whichever engine it is.</summary>
static class JobsPageEndpoints
{
    const int MostJobs = 50;

    /// <summary>Recurring jobs among them: half a day of them, with one every minute.</summary>
    const int MostEnded = 750;

    internal static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Access.JobsPath, ShowAsync);
        pages.MapPost(Access.JobsPath + "/{name}/run", RunAsync).AddEndpointFilter<FormGuard>();
    }

    static async Task<IResult> ShowAsync(
        Caller caller, JobEngine engine, JobDashboard dashboard, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        List<(JobState State, IReadOnlyList<JobEntry> Jobs)> jobs = [];
        foreach (var state in new[] { JobState.Running, JobState.Queued, JobState.Failed, JobState.Succeeded })
        {
            var isSifted = state == JobState.Succeeded || caller.Portals is not null;
            var found = await engine.ListAsync(state, isSifted ? MostEnded : MostJobs, cancellationToken);
            // What comes again every minute would leave no room for the scans; how it went is told with the recurring jobs.
            jobs.Add((state, state == JobState.Succeeded ? [.. found.Where(job => job.Recurring is null)] : found));
        }

        // Whose a scan is decides who sees its jobs; what belongs to no portal shows nothing of any.
        var scans = await ScanNames.ReadAsync(
            database, [.. jobs.SelectMany(group => group.Jobs).Select(job => job.Scan).OfType<Guid>().Distinct()], caller.Portals, cancellationToken);
        return Page.Of<JobsPage>(new JobsModel(
            [.. jobs.Select(group => (group.State, (IReadOnlyList<JobEntry>)[.. group.Jobs.Where(MaySee).Take(MostJobs)]))],
            scans,
            await engine.ListRecurringAsync(cancellationToken),
            await NodeEntry.ListAsync(database, cancellationToken),
            IsOperator: caller.Portals is null,
            dashboard.IsThere));

        // A job that is of no scan may tell of any portal in its reason.
        bool MaySee(JobEntry job) => caller.Portals is null || (job.Scan is { } scan && scans.ContainsKey(scan));
    }

    static async Task<IResult> RunAsync(string name, Caller caller, JobEngine engine, CancellationToken cancellationToken)
    {
        caller.DemandAll();
        return await engine.RunNowAsync(name, cancellationToken)
            ? Redirect.To(Access.JobsPath)
            : Answer.Error(ApiError.NotFound with { Message = "There is no such recurring job" }, new { name });
    }
}
