namespace HubSpotDeals.Launcher;

/// <summary>What a person can do with the service that has just been started.</summary>
/// <param name="service">Where it listens, with a slash at the end.</param>
/// <param name="home">Where its logs are.</param>
/// <param name="database">The embedded server's directory; null when the service uses another server.</param>
sealed class WhereToLook(Uri service, string home, string? database)
{
    /// <summary>The hints: for the demo scan if there was one, or else, where one was wanted, for a first scan.</summary>
    public IEnumerable<string> Lines(bool demoWanted, string? scanId)
    {
        yield return "";
        yield return $"  API documentation  {service}docs";
        if (scanId is not null)
        {
            yield return $"  The scan's status  {service}api/v1/scan/{scanId}/status";
            yield return $"  Its deals as CSV   {service}api/v1/results/{scanId}/download/csv";
        }
        else if (demoWanted)
        {
            yield return "  No demo scan: set HUBSPOT_API_KEY (a private app's access token) and HUBSPOT_HUB_ID (its portal), or start one with";
            yield return $"    curl {service}api/v1/scan/start -H 'Content-Type: application/json' -d '{{\"config\": {{\"scanId\": \"first\","
                + " \"organizationId\": \"<portal>\", \"type\": [\"deals\"], \"auth\": {\"accessToken\": \"<token>\"}}}'";
        }

        if (database is not null)
        {
            yield return $"  SQL                PGSERVICEFILE={database}/pg_service.conf psql service=hubspot_deals";
        }

        yield return $"  Logs               {home}";
        yield return "";
        yield return "Ctrl-C stops everything that was started; the data is kept.";
    }
}
