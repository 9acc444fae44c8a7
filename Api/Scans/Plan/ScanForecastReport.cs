using HubSpotDeals.Infrastructure.HubSpot.Budget;
using HubSpotDeals.Infrastructure.Postgres.Deals;
using HubSpotDeals.Jobs.Extraction;

namespace HubSpotDeals.Api.Scans.Plan;

/// <summary>What a scan would cost.</summary>
/// <param name="ScanId">The user's name for it.</param>
/// <param name="OrganizationId">The portal.</param>
/// <param name="Deals">Live deals that pass the filter, as HubSpot counts them; null: it could not say.</param>
/// <param name="Source">Where they would be read from: <c>list</c> or <c>search</c>.</param>
/// <param name="Requests">What would be asked of HubSpot.</param>
/// <param name="EstimatedSeconds">How long that takes at the portal's present budget, if no other scan draws on it; null: not known.</param>
/// <param name="Budget">The portal's limits as they are at present.</param>
/// <param name="DailyQuota">The account's day; null: HubSpot has not said anything of one, as with OAuth tokens.</param>
public sealed record ScanForecastReport(
    string ScanId,
    string OrganizationId,
    long? Deals,
    string Source,
    ScanForecastReport.RequestsPart Requests,
    long? EstimatedSeconds,
    ScanForecastReport.BudgetPart Budget,
    ScanForecastReport.QuotaPart? DailyQuota)
{
    /// <summary>An example for the OpenAPI document.</summary>
    internal static ScanForecastReport Example { get; } = new(
        "hubspot-deals-dec-2024",
        "12345678",
        Deals: 100_000,
        "list",
        new RequestsPart(Total: 1_005, List: 1_003, Search: 2),
        EstimatedSeconds: 54,
        new BudgetPart(RequestsPer10Seconds: 190m, SearchesPerSecond: 5m),
        new QuotaPart(Limit: 625_000, Remaining: 612_345, RemainingAfterScan: 611_340, new DateTime(2024, 12, 8, 5, 0, 0, DateTimeKind.Utc)));

    internal static ScanForecastReport Of(string scanId, string portalId, ScanForecast forecast)
    {
        var requests = forecast.ListRequests + forecast.SearchRequests;
        return new ScanForecastReport(
            scanId,
            portalId,
            forecast.Deals,
            forecast.Source.Text(),
            new RequestsPart(requests, forecast.ListRequests, forecast.SearchRequests),
            forecast.Duration is { } duration ? (long)Math.Ceiling(duration.TotalSeconds) : null,
            new BudgetPart(
                Allowed(forecast.Budget.BurstAllowed, forecast.Budget.BurstIntervalMs, per: 10_000),
                Allowed(forecast.Budget.SearchAllowed, forecast.Budget.SearchIntervalMs, per: 1_000)),
            QuotaOf(forecast.Budget, requests));
    }

    static decimal? Allowed(int? requests, int? intervalMs, int per) =>
        requests is { } number && intervalMs is { } interval ? Math.Round((decimal)number * per / interval, 2) : null;

    static QuotaPart? QuotaOf(BudgetReading budget, long? requests) => budget is not { DailyAllowed: { } limit, DailyRemaining: { } remaining }
        ? null
        : new QuotaPart(limit, remaining, remaining - requests, budget.TimeZone is null ? null : budget.DayBeginsAnew);

    /// <param name="Total">All of them; null: not known.</param>
    /// <param name="List">Those that count against the limit of ten seconds.</param>
    /// <param name="Search">Those that count against the search's limit.</param>
    public sealed record RequestsPart(long? Total, long? List, long Search);

    /// <param name="RequestsPer10Seconds">As HubSpot's answers say, or as it is configured.</param>
    /// <param name="SearchesPerSecond">As it is configured: HubSpot does not say.</param>
    public sealed record BudgetPart(decimal? RequestsPer10Seconds, decimal? SearchesPerSecond);

    /// <param name="Limit">The account's requests of a day, of all its private apps together.</param>
    /// <param name="Remaining">What is left of them.</param>
    /// <param name="RemainingAfterScan">What would be left after the scan; below zero: it would be paused until the day begins anew.</param>
    /// <param name="ResetsAt">When it begins anew: midnight where the account is; null: HubSpot has not said where.</param>
    public sealed record QuotaPart(int Limit, int Remaining, long? RemainingAfterScan, DateTime? ResetsAt);
}
