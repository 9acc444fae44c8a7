using System.Text.Json.Serialization;

namespace HubSpotDeals.Api.Health;

/// <summary>The service's health in the document's shape, which has no envelope.</summary>
/// <param name="Status"><c>healthy</c>, or <c>unhealthy</c>: it can't do its work.</param>
/// <param name="Timestamp">When it was looked at.</param>
/// <param name="Service">The service's name.</param>
/// <param name="Version">The API's version.</param>
/// <param name="Checks">Each part's state in a word, and why where it is not <c>healthy</c>.</param>
/// <param name="Details">What was measured.</param>
public sealed record HealthReport(
    string Status,
    DateTimeOffset Timestamp,
    string Service,
    string Version,
    HealthReport.ChecksPart Checks,
    HealthReport.DetailsPart Details)
{
    internal const string Healthy = "healthy";
    internal const string Unhealthy = "unhealthy";

    /// <param name="Database">Whether PostgreSQL answers.</param>
    /// <param name="DltPipeline">Whether the job engine takes work.</param>
    /// <param name="DiskSpace">Whether there is room left; never <c>unhealthy</c>.</param>
    public sealed record ChecksPart(
        string Database,
        [property: JsonPropertyName("dlt_pipeline")] string DltPipeline,
        [property: JsonPropertyName("disk_space")] string DiskSpace);

    public sealed record DetailsPart(DatabasePart Database, [property: JsonPropertyName("disk_space")] DiskSpacePart DiskSpace);

    /// <param name="Connected">Whether it answered.</param>
    /// <param name="ResponseTime">How fast, such as <c>5ms</c>; left out if it did not.</param>
    /// <param name="Error">Why it did not; left out if it did.</param>
    public sealed record DatabasePart(
        bool Connected,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ResponseTime = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null);

    /// <param name="Available">Such as <c>50 GB</c>.</param>
    /// <param name="Usage">Such as <c>60%</c>.</param>
    /// <param name="Warning">Left out while there is enough.</param>
    public sealed record DiskSpacePart(
        string Available,
        string Usage,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Warning = null);
}

/// <summary>Whether the process is up (<c>/health/live</c>).</summary>
public sealed record LifeSign(string Status, DateTimeOffset Timestamp);

/// <summary>Whether work can be given to this process (<c>/health/ready</c>).</summary>
public sealed record ReadyReport(string Status, DateTimeOffset Timestamp, ReadyReport.ChecksPart Checks)
{
    public sealed record ChecksPart(string Database, [property: JsonPropertyName("dlt_pipeline")] string DltPipeline);
}
