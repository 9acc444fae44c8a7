using System.Globalization;
using System.Net.Http.Json;
using HubSpotDeals.Benchmarks.Extraction;

namespace HubSpotDeals.Benchmarks.Pace;

/// <summary>What HubSpot's stand-in was asked for a portal, second by second.</summary>
sealed class Traffic
{
    readonly IReadOnlyList<Second> _seconds;

    Traffic(IReadOnlyList<Second> seconds, int mostInFlight)
    {
        _seconds = seconds;
        MostInFlight = mostInFlight;
    }

    /// <summary>The most requests that were being answered at one time.</summary>
    public int MostInFlight { get; }

    /// <summary>All requests.</summary>
    public int Requests => _seconds.Sum(second => second.Requests);

    /// <summary>Of all requests, those that met a limit.</summary>
    public double RefusedShare => (double)_seconds.Where(second => second.Status == 429).Sum(second => second.Requests) / Requests;

    /// <summary>Reads the stand-in's counts.</summary>
    public static async Task<Traffic> ReadAsync(Deployment deployment, SandboxPortal portal, CancellationToken cancellationToken)
    {
        var counts = (await deployment.Http.GetFromJsonAsync<Counts>(new Uri(deployment.SandboxUrl, "/_sandbox/counts"), cancellationToken))!;
        return new Traffic(
            [.. counts.PerSecond.Where(second => second.PortalId?.ToString(CultureInfo.InvariantCulture) == portal.Id)], counts.MostInFlight);
    }

    /// <summary>Answered requests of the kind beside what was allowed, from some seconds after the first request to two before the last.</summary>
    public double UsedShare(double allowedPerSecond, int settling, bool search)
    {
        var kind = _seconds.Where(second => (second.Operation == "deals.search") == search).ToList();
        var (from, until) = (kind.Min(second => second.At).AddSeconds(settling), kind.Max(second => second.At).AddSeconds(-2));
        var answered = kind.Where(second => second.At >= from && second.At < until && second.Status != 429).Sum(second => second.Requests);
        return answered / ((until - from).TotalSeconds * allowedPerSecond);
    }

    sealed record Counts(int MostInFlight, IReadOnlyList<Second> PerSecond);

    /// <summary>As <c>/_sandbox/counts</c> has it.</summary>
    sealed record Second(string Operation, long? PortalId, int Status, int Requests)
    {
        [System.Text.Json.Serialization.JsonPropertyName("second")]
        public DateTimeOffset At { get; init; }
    }
}
