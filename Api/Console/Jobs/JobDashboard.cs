namespace HubSpotDeals.Api.Console.Jobs;

/// <summary>Whether the job engine of this build has a dashboard of its own, which its set-up says when the routes are made.</summary>
sealed class JobDashboard
{
    internal bool IsThere { get; set; }
}
