using HubSpotDeals.Api.Http;
using HubSpotDeals.Infrastructure.Postgres.Scans;

namespace HubSpotDeals.Api.Scans.Start;

/// <summary>
/// What <c>POST /api/v1/scan/start</c> asks for, checked and with its defaults filled in. As a handler's parameter it is read from the
/// body; a bad body ends the request with all its errors.
/// </summary>
/// <param name="ScanId">1–255 of <c>A–Z a–z 0–9 _ -</c>.</param>
/// <param name="OrganizationId">The HubSpot portal, 1–20 digits.</param>
/// <param name="AccessToken">HubSpot's; at most 2,048 characters of printable ASCII. A secret.</param>
/// <param name="Properties">1–500 internal names in the order asked for, none twice; null: the standard ones.</param>
/// <param name="DealStage">Only deals of this stage; null: all.</param>
/// <param name="Pipeline">Only deals of this pipeline; null: all.</param>
/// <param name="IncludeArchived">Archived deals as well.</param>
/// <param name="StartDate">First day (UTC) of the range; null: open.</param>
/// <param name="EndDate">Last day (UTC) of the range, itself included, at the latest 9998-12-31; null: open.</param>
/// <param name="DateProperty">What the range applies to: one of <see cref="DateProperties"/>.</param>
/// <param name="BatchSize">Deals per request to HubSpot, 1–100.</param>
/// <param name="MaxRetries">How often a failed request to HubSpot is repeated, 0–10.</param>
public sealed record StartScanRequest(
    string ScanId,
    string OrganizationId,
    string AccessToken,
    IReadOnlyList<string>? Properties,
    string? DealStage,
    string? Pipeline,
    bool IncludeArchived,
    DateOnly? StartDate,
    DateOnly? EndDate,
    string DateProperty,
    int BatchSize,
    int MaxRetries)
{
    internal const long DefaultBatchSize = 100;
    internal const long DefaultMaxRetries = 3;

    /// <summary>What a date range may apply to; the first is the default.</summary>
    public static IReadOnlyList<string> DateProperties { get; } = ["createdate", "closedate", "hs_lastmodifieddate"];

    /// <summary>Reads and checks the request's body.</summary>
    /// <exception cref="ApiException">400 with every bad field, 413 or 415.</exception>
    public static async ValueTask<StartScanRequest?> BindAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, StartScanBody.Read, StartScanValidator.Instance, context.RequestAborted);
        return From(body.Config!);
    }

    /// <summary>The request as it is kept with the scan: everything but the token.</summary>
    internal ScanConfig ToConfig() => new()
    {
        Properties = Properties,
        DealStage = DealStage,
        Pipeline = Pipeline,
        IncludeArchived = IncludeArchived,
        DateRange = StartDate is null && EndDate is null ? null : new DealDateRange(DateProperty, StartDate, EndDate),
        BatchSize = BatchSize,
        MaxRetries = MaxRetries,
    };

    /// <summary>Names the scan; a record's own text would show the token.</summary>
    public override string ToString() => $"scan {ScanId} of portal {OrganizationId}";

    // Everything the validator calls required is there, and all dates and numbers are in range.
    internal static StartScanRequest From(StartScanBody.ConfigPart config)
    {
        var filters = config.Filters;
        var range = filters?.DateRange;
        return new StartScanRequest(
            config.ScanId!,
            config.OrganizationId!,
            config.Auth.AccessToken!,
            filters?.Properties?.Select(name => name!).Distinct(StringComparer.Ordinal).ToArray(),
            filters?.Dealstage,
            filters?.Pipeline,
            filters?.IncludeArchived ?? false,
            Days.Parse(range?.StartDate),
            Days.Parse(range?.EndDate),
            range?.Property ?? DateProperties[0],
            (int)(config.Options?.BatchSize ?? DefaultBatchSize),
            (int)(config.Options?.MaxRetries ?? DefaultMaxRetries));
    }
}
