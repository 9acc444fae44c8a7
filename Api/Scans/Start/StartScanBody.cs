using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using HubSpotDeals.Api.Http;

namespace HubSpotDeals.Api.Scans.Start;

/// <summary>
/// The body of a start request as it came, member for member; null: absent. <see cref="StartScanValidator"/> judges it; the attributes
/// only tell the OpenAPI document what the validator demands.
/// </summary>
public sealed record StartScanBody([property: Required] StartScanBody.ConfigPart? Config)
{
    /// <summary>The API document's example.</summary>
    public static JsonNode Example => JsonNode.Parse("""
        {
          "config": {
            "scanId": "hubspot-deals-dec-2024",
            "organizationId": "12345678",
            "type": ["deals"],
            "auth": { "accessToken": "pat-na1-11111111-2222-3333-4444-555555555555" },
            "filters": {
              "properties": ["dealname", "amount", "dealstage", "pipeline", "closedate", "hubspot_owner_id"],
              "includeArchived": false,
              "dateRange": { "startDate": "2024-01-01", "endDate": "2024-12-31" }
            },
            "options": { "batchSize": 100, "maxRetries": 3 }
          }
        }
        """)!;

    internal static StartScanBody Read(JsonMembers body) => new(ConfigPart.Read(body.Members("config")));

    public sealed record ConfigPart(
        [property: Required, RegularExpression("^[A-Za-z0-9_-]+$"), MaxLength(RouteScanId.MaxLength)]
        [property: Description("Unique identifier for the scan (alphanumeric, hyphens, underscores, max 255 chars)")]
        string? ScanId,
        [property: Required, RegularExpression("^[0-9]+$"), MaxLength(PortalId.MaxLength)]
        [property: Description("HubSpot Portal ID (Hub ID)")]
        string? OrganizationId,
        [property: Required, MinLength(1), MaxLength(1), AllowedValues("deals")]
        [property: Description("""Must be ["deals"]""")]
        IReadOnlyList<string?>? Type,
        [property: Required] AuthPart Auth,
        FiltersPart? Filters = null,
        OptionsPart? Options = null)
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
    public sealed record AuthPart(
        [property: Required, MaxLength(StartScanValidator.MaxTokenLength)]
        [property: Description("HubSpot Private App access token")]
        string? AccessToken)
    {
        // A record would print its members.
        public override string ToString() => nameof(AuthPart);
    }

    public sealed record FiltersPart(
        [property: MinLength(1), MaxLength(StartScanValidator.MaxProperties)]
        [property: Description("Specific deal properties to extract (default: all standard properties)")]
        IReadOnlyList<string?>? Properties = null,
        [property: Description("Filter by specific deal stage")]
        string? Dealstage = null,
        [property: Description("Filter by specific pipeline")]
        string? Pipeline = null,
        [property: DefaultValue(false), Description("Include archived deals")]
        bool? IncludeArchived = null,
        [property: Description("Filter by date range: whole days in UTC, both included; either may be left out")]
        DateRangePart? DateRange = null)
    {
        internal static FiltersPart? Read(JsonMembers? filters) => filters is null ? null : new(
            filters.Texts("properties"),
            filters.Text("dealstage"),
            filters.Text("pipeline"),
            filters.Flag("includeArchived"),
            DateRangePart.Read(filters.Members("dateRange")));
    }

    public sealed record DateRangePart(
        [property: Description("First day, YYYY-MM-DD")]
        string? StartDate = null,
        [property: Description("Last day, YYYY-MM-DD")]
        string? EndDate = null,
        [property: DefaultValue("createdate"), AllowedValues("createdate", "closedate", "hs_lastmodifieddate")]
        [property: Description("The property that the range applies to: createdate, closedate or hs_lastmodifieddate")]
        string? Property = null)
    {
        internal static DateRangePart? Read(JsonMembers? range) => range is null
            ? null
            : new(range.Text("startDate"), range.Text("endDate"), range.Text("property"));
    }

    public sealed record OptionsPart(
        [property: Range(1, 100), DefaultValue(StartScanRequest.DefaultBatchSize), Description("Number of deals per API request")]
        long? BatchSize = null,
        [property: Range(0, 10), DefaultValue(StartScanRequest.DefaultMaxRetries), Description("Max retry attempts for failed requests")]
        long? MaxRetries = null)
    {
        internal static OptionsPart? Read(JsonMembers? options) => options is null
            ? null
            : new(options.WholeNumber("batchSize"), options.WholeNumber("maxRetries"));
    }
}
