using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Api.Scans.Start;

/// <summary>The body of a start request as it came, member for member; <see cref="StartScanValidator"/> judges it. Null: absent.</summary>
sealed record StartScanBody(StartScanBody.ConfigPart? Config)
{
    internal static StartScanBody Read(JsonMembers body) => new(ConfigPart.Read(body.Members("config")));

    internal sealed record ConfigPart(
        string? ScanId,
        string? OrganizationId,
        IReadOnlyList<string?>? Type,
        AuthPart Auth,
        FiltersPart? Filters,
        OptionsPart? Options)
    {
        internal static ConfigPart? Read(JsonMembers? config) => config is null ? null : new(
            config.Text("scanId"),
            config.Text("organizationId"),
            config.Texts("type"),
            new AuthPart(config.Members("auth")?.Text("accessToken")),
            FiltersPart.Read(config.Members("filters")),
            OptionsPart.Read(config.Members("options")));
    }

    /// <summary>Always there, so that its absence is told as the absence of the token.</summary>
    internal sealed record AuthPart(string? AccessToken)
    {
        // A record would print its members.
        public override string ToString() => nameof(AuthPart);
    }

    internal sealed record FiltersPart(
        IReadOnlyList<string?>? Properties,
        string? Dealstage,
        string? Pipeline,
        bool? IncludeArchived,
        DateRangePart? DateRange)
    {
        internal static FiltersPart? Read(JsonMembers? filters) => filters is null ? null : new(
            filters.Texts("properties"),
            filters.Text("dealstage"),
            filters.Text("pipeline"),
            filters.Flag("includeArchived"),
            DateRangePart.Read(filters.Members("dateRange")));
    }

    internal sealed record DateRangePart(string? StartDate, string? EndDate, string? Property)
    {
        internal static DateRangePart? Read(JsonMembers? range) => range is null
            ? null
            : new(range.Text("startDate"), range.Text("endDate"), range.Text("property"));
    }

    internal sealed record OptionsPart(long? BatchSize, long? MaxRetries)
    {
        internal static OptionsPart? Read(JsonMembers? options) => options is null
            ? null
            : new(options.WholeNumber("batchSize"), options.WholeNumber("maxRetries"));
    }
}
