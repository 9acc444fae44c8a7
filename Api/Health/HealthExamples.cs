using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Api.Health;

/// <summary>The API document's own examples, for its OpenAPI form.</summary>
static class HealthExamples
{
    internal static HealthReport Healthy { get; } = new(
        HealthReport.Healthy,
        OpenApiNotes.ExampleTime,
        OpenApi.Title,
        OpenApi.Version,
        new HealthReport.ChecksPart(HealthReport.Healthy, HealthReport.Healthy, HealthReport.Healthy),
        new HealthReport.DetailsPart(
            new HealthReport.DatabasePart(Connected: true, ResponseTime: "5ms"), new HealthReport.DiskSpacePart("50 GB", "60%")));

    internal static HealthReport Unhealthy { get; } = new(
        HealthReport.Unhealthy,
        OpenApiNotes.ExampleTime,
        OpenApi.Title,
        OpenApi.Version,
        new HealthReport.ChecksPart("unhealthy: connection timeout", HealthReport.Healthy, "degraded: low disk space"),
        new HealthReport.DetailsPart(
            new HealthReport.DatabasePart(Connected: false, Error: "Connection timeout after 5 seconds"),
            new HealthReport.DiskSpacePart("2 GB", "95%", "Low disk space")));

    internal static ReadyReport Ready { get; } = new(
        HealthReport.Healthy, OpenApiNotes.ExampleTime, new ReadyReport.ChecksPart(HealthReport.Healthy, HealthReport.Healthy));

    internal static ReadyReport NotReady { get; } = new(
        HealthReport.Unhealthy,
        OpenApiNotes.ExampleTime,
        new ReadyReport.ChecksPart("unhealthy: connection timeout", HealthReport.Healthy));
}
