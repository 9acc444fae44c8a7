using System.Diagnostics.Metrics;
using System.Globalization;

namespace HubSpotDeals.Infrastructure.HubSpot;

/// <summary>What the meter <c>HubSpotDeals.HubSpot</c> publishes.</summary>
public sealed class HubSpotMetrics
{
    public const string MeterName = "HubSpotDeals.HubSpot";

    readonly Counter<long> _requests;
    readonly Counter<long> _retries;
    readonly Histogram<double> _duration;

    public HubSpotMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("hubspot.requests", "{request}", "Requests sent to HubSpot, by operation and status.");
        _retries = meter.CreateCounter<long>("hubspot.retries", "{request}", "Requests that were repeated, by operation and reason.");
        _duration = meter.CreateHistogram<double>("hubspot.request.duration", "s", "From sending to the last byte of the answer.");
    }

    internal void Answered(HubSpotOperation operation, int? status, TimeSpan duration)
    {
        var byOperation = KeyValuePair.Create<string, object?>("operation", operation.Name);
        // "none": no answer came.
        var byStatus = KeyValuePair.Create<string, object?>("status", status?.ToString(CultureInfo.InvariantCulture) ?? "none");
        _requests.Add(1, byOperation, byStatus);
        _duration.Record(duration.TotalSeconds, byOperation, byStatus);
    }

    internal void Retried(HubSpotOperation operation, HubSpotErrorKind reason) =>
        _retries.Add(
            1,
            KeyValuePair.Create<string, object?>("operation", operation.Name),
            KeyValuePair.Create<string, object?>("reason", reason.ToString()));
}
